import { hash, timingSafeEqual } from "node:crypto";
import type { Handlers } from "../kernel/handler.ts";
import { parseRecipient, type Recipient } from "../kernel/recipient.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import type { StartParts } from "./composed-send.ts";
import type { CodeVault } from "./vault.ts";
import { reasonGone, type SnaState, type Verification } from "./verification.ts";

export interface SnaParts extends Pick<StartParts, "store" | "vault"> {
  askCarrier: AskCarrier;
}

/** Asks the carrier whether the device that just came by mobile data holds the number. `code` 0 says it does. */
export type AskCarrier = (
  recipient: Recipient,
) => Promise<{ code: number; description: string; carrier: string | null }>;

/** The operation that a device calls by silent network authentication. */
export function snaHandlers({ store, vault, askCarrier }: SnaParts): Pick<Handlers, "openSnaUrl"> {
  return {
    async openSnaUrl({ path }) {
      const opened = openSnaToken(vault, path.Token);
      const recipient = parseRecipient(opened?.recipient ?? "");
      if (!opened || !recipient.ok) return refused(20404);
      const { accountSid, serviceSid, attemptSid, clientToken } = opened;
      const answer = await askCarrier(recipient.value);
      return store.decide<Awaited<ReturnType<Handlers["openSnaUrl"]>>>({
        accountSid,
        serviceSid,
        target: { recipient: recipient.value.value },
        decide({ current }, now) {
          const verification = decideSna(current, attemptSid, answer.code, now);
          if (!verification) return { outcome: refused(20404) };
          const outcome = accepted({
            ErrorCode: String(answer.code),
            ErrorDescription: answer.description,
            Carrier: answer.carrier,
            ...(answer.code === 0 && clientToken !== null && { SnaClientToken: clientToken }),
          });
          return { outcome, verification };
        },
      });
    },
  };
}

/**
 * Takes down what the carrier answered when the device opened the address of an attempt.
 * @param code 0 when the carrier vouches for the number, else the reason, 605xx.
 * @returns undefined when the attempt is not the pending verification's latest by this channel.
 */
export function decideSna(
  current: Verification | undefined,
  attemptSid: string,
  code: number,
  now: number,
): Verification | undefined {
  if (!current?.sna || reasonGone(current, now)) return undefined;
  const latest = current.attempts.findLast(({ channel }) => channel === "sna");
  if (latest?.sid !== attemptSid) return undefined;
  // A result replaces an earlier one of the same attempt, as of a device that opened the address twice.
  const errors = current.sna.errors.filter((error) => error.attemptSid !== attemptSid);
  const sna = {
    ...current.sna,
    isConfirmed: code === 0,
    errors: code === 0 ? errors : [...errors, { attemptSid, code }],
  };
  return { ...current, sna, updatedAt: now };
}

/** What the address of silent network authentication stands for. */
export interface SnaToken {
  accountSid: string;
  serviceSid: string;
  recipient: string;
  attemptSid: string;
  /** What the device gets when it opens the address, and the check must repeat; null when the start did not ask for it. */
  clientToken: string | null;
}

/** What an attempt of silent network authentication begins with. */
export function newSna(
  vault: Pick<CodeVault, "sealText" | "newCode">,
  attempt: Omit<SnaToken, "clientToken">,
  needsClientToken: boolean,
): Pick<SnaState, "urlToken" | "needsClientToken"> {
  const clientToken = needsClientToken ? vault.newCode(10) + vault.newCode(10) : null;
  return { urlToken: sealSnaToken(vault, { ...attempt, clientToken }), needsClientToken };
}

/**
 * Makes the token that an address carries. Opening the address proves something, so it cannot be guessed; it names what
 * it belongs to, so that nothing is stored to find it, and keeps the client token, which so is nowhere in clear.
 */
export function sealSnaToken({ sealText }: Pick<CodeVault, "sealText">, token: SnaToken): string {
  const { accountSid, serviceSid, recipient, attemptSid, clientToken } = token;
  return sealText(JSON.stringify([accountSid, serviceSid, recipient, attemptSid, clientToken]));
}

/** @returns nothing for what was made up or altered, or sealed under a secret that is gone. */
export function openSnaToken({ openText }: Pick<CodeVault, "openText">, text: string): SnaToken | undefined {
  try {
    const [accountSid, serviceSid, recipient, attemptSid, clientToken] = JSON.parse(openText(text) ?? "");
    return { accountSid, serviceSid, recipient, attemptSid, clientToken };
  } catch {
    return undefined;
  }
}

/** Whether it is the client token of an attempt; compared in constant time. */
export function isClientToken(
  vault: Pick<CodeVault, "openText">,
  { urlToken }: SnaState,
  given: string | undefined,
): boolean {
  const expected = openSnaToken(vault, urlToken)?.clientToken;
  if (typeof expected !== "string" || given === undefined) return false;
  // Hashes are of one length, whatever was given.
  return timingSafeEqual(hash("sha256", given, "buffer"), hash("sha256", expected, "buffer"));
}
