import type { Service } from "../../services/service.ts";
import { refusedWithoutEffect } from "../../verifications/guesses.ts";
import type { DayKeys } from "../../verifications/vault.ts";
import { statusAt } from "../../verifications/verification.ts";
import type { StoredVerification } from "../changes.ts";
import type { Name } from "../fold.ts";
import type { ReadRow } from "./statements.ts";

/** A service, and what differs once anything of it was changed. */
export interface KnownService {
  service: Service;
  version: string;
}

export type Known = ReturnType<typeof createKnown>;

/**
 * What a process knows of the database from what it read and wrote last: services, open verifications, and until when
 * accounts are sprayed. None of it need be so any more, and whoever decides on it has the database hold it against what is
 * there. Of recipients it has what the tables have: keyed hashes, and sealed.
 */
export function createKnown(keys: DayKeys) {
  const services = bounded<KnownService>(1_000);
  /** About a kilobyte each. */
  const bySid = bounded<StoredVerification>(10_000, leave);
  const byRecipient = new Map<string, StoredVerification>();
  const sprays = bounded<string>(1_000);
  const guessed = bounded<true>(10_000);

  function keep(stored: StoredVerification, now: number): void {
    const { verification, kept, isLatest } = stored;
    if (!kept) return;
    const { serviceSid, sid } = verification;
    const status = statusAt(verification, now);
    const isOpen = isLatest && (status === "pending" || status === "max_attempts_reached");
    forget(serviceSid, sid);
    if (!isOpen) return;
    const entry = { ...stored, verification: { ...verification, recipient: "" } };
    bySid.set(keyOf(serviceSid, sid), entry);
    byRecipient.set(keyOf(serviceSid, kept.recipient), entry);
  }

  function forget(serviceSid: string, sid: string): void {
    const key = keyOf(serviceSid, sid);
    const entry = bySid.get(key);
    if (!entry) return;
    bySid.delete(key);
    leave(entry);
  }

  function leave(entry: StoredVerification): void {
    const name = keyOf(entry.verification.serviceSid, entry.kept?.recipient ?? "");
    // Another one may have taken its place.
    if (byRecipient.get(name) === entry) byRecipient.delete(name);
  }

  return {
    service: (sid: string) => services.get(sid),
    bySid([serviceSid, sid]: Name): StoredVerification | undefined {
      const entry = bySid.get(keyOf(serviceSid, sid));
      const recipient = entry?.kept && keys.open(entry.kept.sealed);
      return entry && recipient !== undefined ? named(entry, recipient) : undefined;
    },
    /** @param hash the recipient's keyed hash, within a service */
    byRecipient([serviceSid, hash]: Name, recipient: string): StoredVerification | undefined {
      const entry = byRecipient.get(keyOf(serviceSid, hash));
      return entry && named(entry, recipient);
    },
    /** Until when an account is sprayed, as it stands in the table. */
    spray: (accountSid: string) => sprays.get(accountSid),
    /** Whether so many checks of a recipient were refused that it may matter. */
    isGuessed: ([accountSid, hash]: Name) => guessed.get(keyOf(accountSid, hash)) ?? false,
    keep,
    keepService: (known: KnownService) => services.set(known.service.sid, known),
    keepSpray: (accountSid: string, endsAt: string) => sprays.set(accountSid, endsAt),
    /** @param name an account's sid, then a recipient's keyed hash @param times when checks were refused */
    keepGuessed(name: string, times: string) {
      if (times.length > (refusedWithoutEffect * timeLength) / 2) guessed.set(name, true);
    },
    /** What a batch names and was not so any more. */
    forget(
      verifications: readonly StoredVerification[],
      serviceSids: readonly string[],
      accountSids: readonly string[],
    ) {
      for (const { verification } of verifications) forget(verification.serviceSid, verification.sid);
      for (const sid of serviceSids) services.delete(sid);
      for (const sid of accountSids) sprays.delete(sid);
    },
  };
}

/** Digits of a time among those of refused checks. */
export const timeLength = 13;

const keyOf = (owner: string, name: string): string => `${owner} ${name}`;

function named(entry: StoredVerification, recipient: string): StoredVerification {
  return { ...entry, verification: { ...entry.verification, recipient } };
}

/** A map that loses what was set the longest ago. */
function bounded<T>(max: number, onLost: (value: T) => void = () => {}) {
  const map = new Map<string, T>();
  return {
    get: (key: string) => map.get(key),
    delete: (key: string) => map.delete(key),
    set(key: string, value: T): void {
      map.delete(key);
      map.set(key, value);
      if (map.size <= max) return;
      const [oldest] = map;
      if (!oldest) return;
      map.delete(oldest[0]);
      onLost(oldest[1]);
    },
  };
}

/** The verification of a row that was read; none where its key was erased. */
export function storedOf(row: ReadRow[1], keys: DayKeys): StoredVerification[] {
  if (!row) return [];
  const { isLatest, revision, sealedRecipient: sealed, ...verification } = row;
  const recipient = sealed === null ? row.recipient : keys.open(sealed);
  if (recipient === undefined) return [];
  const kept = sealed === null ? undefined : { recipient: row.recipient, sealed };
  return [{ verification: { ...verification, recipient }, isLatest, revision, kept }];
}
