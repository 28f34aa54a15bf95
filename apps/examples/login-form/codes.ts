import { type Client, unwrap, VerifyError } from "@countersign/client";
import { createVerification, createVerificationCheck } from "@countersign/client/operations";

export type Channel = "sms" | "call" | "email";

/** What came of a call, for the page that is shown next. */
export interface Told {
  /** Whether there is a code to be typed. */
  isSent?: boolean;
  /** Whether the person has proved it. */
  isIn?: boolean;
  /** What went wrong, in words for the person. */
  problem?: string;
  /** The number of the error that the problem is, which a framework may have a name of its own for. */
  code?: number | undefined;
  /** Seconds until the page offers to send again. */
  waitSeconds?: number;
}

/** The two calls of a log-in by code, each with what to say of its answer. */
export function codesOf(client: Client, ServiceSid: string, now = () => Date.now()) {
  // Until when each recipient waits: who goes back and types the same number is no other. In memory: where many processes
  // serve the page, yours is where all of them look.
  const waiting = new Map<string, number>();

  return {
    /** Sends a code, or the same code again, once there may be another. */
    async send(To: string, Channel: Channel): Promise<Told> {
      for (const [each, until] of waiting) if (until <= now()) waiting.delete(each);
      const waitSeconds = Math.ceil(((waiting.get(To) ?? 0) - now()) / 1000);
      // By the number that the service has for a button that was pressed twice.
      if (waitSeconds > 0) return { isSent: true, code: 60212, problem: tooSoon(waitSeconds), waitSeconds };
      return told(async () => {
        const call = unwrap(createVerification(client, { ServiceSid, To, Channel }));
        // Before there is an answer, so that of posts at the same time one alone sends.
        waiting.set(To, now() + 30_000);
        const { send_code_attempts } = await call.catch((error) => {
          waiting.delete(To);
          throw error;
        });
        const sends = send_code_attempts?.length ?? 1;
        const waitSeconds = waits[sends - 1] ?? 30;
        // When there can be a sixth the service tells.
        if (sends < waits.length) waiting.set(To, now() + waitSeconds * 1000);
        else waiting.delete(To);
        return { isSent: true, waitSeconds };
      });
    },
    /** Looks whether the code is right, as it was typed or pasted. */
    async check(To: string, typed: string): Promise<Told> {
      const answer = await told(async () => {
        const call = createVerificationCheck(client, { ServiceSid, To, Code: digitsOf(typed) });
        const { status } = await unwrap(call);
        if (status === "approved") return { isIn: true };
        if (status === "pending") return { problem: "That code is not right. Take the one in the newest message." };
        return { code: 60202, problem: locked };
      });
      // The code is good no more: nobody waits for another.
      if (answer.isIn || answer.code === 20404 || answer.code === 60202) waiting.delete(To);
      return answer;
    },
  };
}

/** Seconds after each of the five messages; with the last wait the ten minutes are over. */
const waits = [30, 60, 120, 240, 150];
const locked = "There were too many wrong codes. Ask for another code in ten minutes.";
const tooSoon = (seconds: number) => `Another code can be sent in ${seconds} seconds. It is the same code.`;

/** A number as people write it: `+1 (202) 555-0123`, `0044 20 …`. An address in small letters. */
export function recipientOf(typed: string): string {
  if (typed.includes("@")) return typed.trim().toLowerCase();
  return plain(typed)
    .replace(/[^\p{L}\d+]/gu, "")
    .replace(/^00/, "+");
}

/** `123 456`, `123-456`, or the whole message, which begins or ends with the code: the name in it may have digits too. */
function digitsOf(typed: string): string {
  const text = plain(typed);
  const numbers = text.match(/\d[\d\s\p{Pd}\p{Cf}]*/gu)?.map((each) => each.replace(/\D/g, "")) ?? [];
  const codes = numbers.filter(({ length }) => length >= 4 && length <= 10);
  return codes.at(/^\s*\d/.test(text) ? 0 : -1) ?? text;
}

/** With Arabic, Persian and full-width digits as those that the service reads. */
function plain(typed: string): string {
  return typed.normalize("NFKC").replace(/[٠-٩۰-۹]/g, (digit) => String(digit.charCodeAt(0) % 16));
}

/** What a person can do something about is said. What nobody can is for your own log, and thrown on. */
async function told(call: () => Promise<Told>): Promise<Told> {
  try {
    return await call();
  } catch (error) {
    const problem = error instanceof VerifyError ? wordsFor(error) : undefined;
    if (problem === undefined) throw error;
    const { code, retryAfterMs } = error as VerifyError;
    const isSent = code === 60203 || code === 60212;
    return {
      isSent,
      code,
      problem,
      ...(retryAfterMs !== undefined && { waitSeconds: Math.ceil(retryAfterMs / 1000) }),
    };
  }
}

function wordsFor({ code, details, retryAfterMs = 0 }: VerifyError): string | undefined {
  const wait = retryAfterMs > 60_000 ? `${Math.ceil(retryAfterMs / 60_000)} minutes` : "a minute";
  switch (code) {
    case 60200:
      if (details?.recipient) return "Type the number with its country code, as +1 202 555 0123, or an e-mail address.";
      return "Type the digits in the message.";
    case 20404:
      if (details?.reason === "max_attempts_reached") return locked;
      return details?.reason ? "That code is not good any more. Ask for another one." : undefined;
    case 60202:
      return `There were too many wrong codes. Ask for another code in ${wait}.`;
    case 60203:
      return `We sent five messages. Their code is still good. There can be another in ${wait}.`;
    case 20429:
    case 60410:
      return `We cannot send a code there now. Try again in ${wait}, or take another way.`;
    case 60212:
      return "A message is on its way already.";
    case 60205:
      return "That is a landline, which gets no text messages. Have us call it.";
    case 60238:
    case 60412:
    case 60413:
    case 60605:
      return "We cannot send a code there. Take another number, or an e-mail address.";
    case 60217:
    case 60223:
    case 60331:
    case 60550:
    case 68008:
      return "We cannot send it this way now. Take another one.";
    case 20408:
    case 20500:
    case 20503:
      return "That did not work. Try again in a minute.";
    default:
      return undefined;
  }
}
