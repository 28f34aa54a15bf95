import { refusedWithoutEffect } from "../../verifications/guesses.ts";
import type { VerificationCommand } from "../../verifications/ledger.ts";
import type { DayKeys } from "../../verifications/vault.ts";
import type { Changes, Snapshot, StoredVerification } from "../changes.ts";
import type { Name, namesIn } from "../fold.ts";
import { type Known, type KnownService, storedOf, timeLength } from "./known.ts";
import type { Assumed, ReadRow } from "./statements.ts";

type Commands = readonly VerificationCommand<unknown>[];

/** What a batch is decided on before the database is asked: what is known of what it names, and what has to be read. */
export function assumptionsOf(commands: Commands, names: ReturnType<typeof namesIn>, known: Known, keys: DayKeys) {
  const asked = commands.flatMap(({ serviceSid, target, begins }) =>
    begins || "sid" in target ? [] : [textOf([serviceSid, target.recipient])],
  );
  const notBegun = new Set(asked);
  const begun = new Set<string>();
  const verifications: StoredVerification[] = [];
  const services: KnownService[] = [];
  const guesses: Snapshot["guesses"] = [];
  const missing = {
    serviceSids: [] as string[],
    recipients: [] as Name[],
    sids: [] as Name[],
    guesses: { recipients: [] as Name[], accountSids: [] as string[] },
  };
  const locked: Name[] = [];
  const sprays = new Map<string, string>();

  for (const sid of names.serviceSids) {
    const service = known.service(sid);
    if (service) services.push(service);
    else missing.serviceSids.push(sid);
  }
  for (const [serviceSid, recipient] of names.recipients) {
    const name: Name = [serviceSid, keys.hash(recipient)];
    const stored = known.byRecipient(name, recipient);
    locked.push(name);
    if (stored) verifications.push(stored);
    else if (notBegun.has(textOf([serviceSid, recipient]))) missing.recipients.push(name);
    else begun.add(textOf([serviceSid, recipient]));
  }
  for (const name of names.sids) {
    const stored = known.bySid(name);
    if (stored) verifications.push(stored);
    else missing.sids.push(name);
  }
  const { recipients: guessed = [], accountSids = [] } = names.guesses ?? {};
  missing.guesses.recipients = guessed.filter(known.isGuessed);
  for (const accountSid of accountSids) {
    const endsAt = known.spray(accountSid);
    if (endsAt === undefined) missing.guesses.accountSids.push(accountSid);
    else sprays.set(accountSid, endsAt);
  }

  /** Whether what was decided rests on nothing but what the database is asked to hold against. */
  let areEnough = true;

  return {
    missing,
    isComplete: [missing.serviceSids, missing.recipients, missing.sids, ...Object.values(missing.guesses)].every(
      ({ length }) => length === 0,
    ),
    /** Takes in what was missing, as it was read. */
    learn(rows: readonly ReadRow[], now: number): void {
      const times = new Map(rows.flatMap(([, , guess]) => (guess ? [guess] : [])));
      for (const [service, verification] of rows) {
        if (service) {
          const found = { service: service[0], version: service[1] };
          known.keepService(found);
          services.push(found);
        }
        for (const stored of storedOf(verification, keys)) {
          known.keep(stored, now);
          verifications.push(stored);
        }
      }
      for (const accountSid of missing.guesses.accountSids) {
        sprays.set(accountSid, times.get(accountSid) ?? "");
        known.keepSpray(accountSid, times.get(accountSid) ?? "");
      }
      for (const name of missing.guesses.recipients) guesses.push([textOf(name), times.get(textOf(name)) ?? ""]);
    },
    snapshot: (): Pick<Snapshot, "services" | "verifications" | "guesses"> => ({
      services: services.map(({ service }) => service),
      verifications,
      guesses: [...guesses, ...sprays],
    }),
    /** The commands, of which those that were to begin are held to it. */
    watched: (): Commands =>
      begun.size === 0
        ? commands
        : commands.map((command) => ({
            ...command,
            decide(state, now) {
              const decision = command.decide(state, now);
              if (!state.current && !decision.verification && isBegun(command)) areEnough = false;
              return decision;
            },
          })),
    areEnough: () => areEnough && verifications.every(({ kept }) => kept),
    /** Recipients to lock, as keyed hashes. */
    recipients: (): Name[] => [
      ...locked,
      ...verifications.map(({ verification, kept }): Name => [verification.serviceSid, kept?.recipient ?? ""]),
    ],
    /** @param changes what was decided */
    assumed(changes: Changes): Assumed {
      const sids = new Set(verifications.map(({ verification: { serviceSid, sid } }) => textOf([serviceSid, sid])));
      const recipients = new Set(
        verifications.flatMap(({ verification: { serviceSid }, isLatest, kept }) =>
          isLatest && kept ? [textOf([serviceSid, kept.recipient])] : [],
        ),
      );
      const versions = new Map(services.map(({ service, version }) => [service.sid, version]));
      const exact = new Map(guesses);
      const refused = changes.verifications.flatMap(({ facts }) => facts.filter(({ type }) => isRefused.has(type)));
      const lengthMax = timeLength * Math.max(0, refusedWithoutEffect - refused.length);
      return {
        verifications: [
          ...verifications.map(({ verification: { serviceSid, sid }, revision }) => ({ serviceSid, sid, revision })),
          ...missing.sids.flatMap(([serviceSid, sid]) =>
            sids.has(textOf([serviceSid, sid])) ? [] : { serviceSid, sid, revision: 0 },
          ),
        ],
        strangers: missing.recipients.filter((name) => !recipients.has(textOf(name))),
        services: names.serviceSids.map((sid) => [sid, versions.get(sid) ?? ""]),
        guesses: guessed.map((name) => {
          const times = exact.get(textOf(name));
          return { name, times: times ?? null, lengthMax: times?.length ?? lengthMax };
        }),
        sprays: [...sprays],
      };
    },
    /** Has what the batch names read the next time. */
    forget: () => known.forget(verifications, names.serviceSids, accountSids),
  };

  function isBegun({ serviceSid, target }: VerificationCommand<unknown>): boolean {
    return !("sid" in target) && begun.has(textOf([serviceSid, target.recipient]));
  }
}

const textOf = ([owner, name]: Name): string => `${owner} ${name}`;

const isRefused: ReadonlySet<string> = new Set(["check_refused", "locked"]);
