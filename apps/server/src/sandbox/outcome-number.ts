import type { OperationId } from "@countersign/types";
import { verdictBody } from "../console/guard-verdict.ts";
import { sandboxCarriers } from "../kernel/carrier-lookup.ts";
import type { Handlers } from "../kernel/handler.ts";
import { type PhoneRecipient, parseRecipient, type Recipient } from "../kernel/recipient.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import { type V1Handlers, v1Invalid } from "../v1/handler.ts";
import { nothingPending, parseNationalNumber } from "../v1/national-number.ts";
import type { AskCarrier } from "../verifications/sna.ts";

/** What tells whether an outcome number gets its error, and how long it lasts. */
export interface Outcomes {
  /** Whether an operation documents an error. */
  isDocumented: (operationId: string, code: number) => boolean;
  lifetimeSeconds: number;
}

interface Parts extends Outcomes {
  /** Whether an account has a number on its safe list. */
  isSafe: (accountSid: string, phoneNumber: string) => Promise<boolean>;
}

/** The operations that outcome numbers are given to. */
type Phones = Pick<
  V1Handlers,
  "startPhoneVerification" | "checkPhoneVerification" | "fetchPhoneVerificationStatus" | "fetchPhoneInfo"
>;
type Forced = { ok: false; refusal: never } | undefined;

/** The same operations, but for an outcome number they answer the error that it asks for. */
export function withOutcomeNumbers(
  handlers: Pick<Handlers, "createVerification" | "createVerificationCheck" | "fetchGuardVerdict">,
  parts: Parts,
): typeof handlers {
  const forced = (operationId: OperationId, recipient: ReturnType<typeof parseRecipient>) =>
    recipient.ok ? refusalFor(parts, operationId, recipient.value, refusalOf) : undefined;
  const forcedStart = async (accountSid: string, recipient: ReturnType<typeof parseRecipient>) => {
    const isLiftable = recipient.ok && liftable.has(outcomeOf(recipient.value) ?? 0);
    const isLifted = isLiftable && (await parts.isSafe(accountSid, recipient.value.value));
    return isLifted ? undefined : forced("createVerification", recipient);
  };
  return {
    createVerification(request) {
      const recipient = parseRecipient(request.body.To, request.body.Channel);
      if (!recipient.ok || outcomeOf(recipient.value) === null) return handlers.createVerification(request);
      const refused = forcedStart(request.accountSid, recipient);
      return refused.then((forced) => forced ?? handlers.createVerification(request));
    },
    async fetchGuardVerdict(request) {
      const { to, channel = null } = request.query;
      const recipient = parseRecipient(to, channel);
      const refusal = (await forcedStart(request.accountSid, recipient))?.refusal;
      if (!refusal || !recipient.ok) return handlers.fetchGuardVerdict(request);
      return accepted(verdictBody({ carriers: sandboxCarriers }, recipient.value, { refusal }));
    },
    createVerificationCheck(request) {
      const { To, VerificationSid } = request.body;
      const isByRecipient = To !== undefined && VerificationSid === undefined;
      const refused = isByRecipient ? forced("createVerificationCheck", parseRecipient(To)) : undefined;
      return refused ? Promise.resolve(refused) : handlers.createVerificationCheck(request);
    },
  };
}

/** The refusal that a start for a number gets, if that is an outcome number. */
export function refusalOfStart(to: string, parts: Outcomes): Forced {
  const recipient = parseRecipient(to);
  return recipient.ok ? refusalFor(parts, "createVerification", recipient.value, refusalOf) : undefined;
}

/** `withOutcomeNumbers` for the operations of v1. */
export function withV1OutcomeNumbers(handlers: Phones, parts: Parts): Phones {
  const forced = (
    operationId: keyof Phones,
    request: { parameters: { country_code?: number; phone_number?: string; uuid?: string } },
  ) => {
    const { country_code, phone_number, uuid } = request.parameters;
    if (uuid !== undefined || country_code === undefined || phone_number === undefined) return undefined;
    const phone = parseNationalNumber(country_code, phone_number);
    return phone.ok ? refusalFor(parts, operationId, phone.value, v1RefusalOf) : undefined;
  };
  return {
    startPhoneVerification: async (request) =>
      forced("startPhoneVerification", request) ?? handlers.startPhoneVerification(request),
    checkPhoneVerification: async (request) =>
      forced("checkPhoneVerification", request) ?? handlers.checkPhoneVerification(request),
    fetchPhoneVerificationStatus: async (request) =>
      forced("fetchPhoneVerificationStatus", request) ?? handlers.fetchPhoneVerificationStatus(request),
    fetchPhoneInfo: async (request) => forced("fetchPhoneInfo", request) ?? handlers.fetchPhoneInfo(request),
  };
}

/**
 * The error that a recipient asks for, by its number: `+150055` and five digits, or `error-` and five digits at
 * example.com. Sandbox only. Null for every other recipient. Whether the error exists is for the catalogue to say.
 */
export function outcomeOf(recipient: Recipient): number | null {
  const pattern = recipient.kind === "phone" ? /^\+150055(\d{5})$/ : /^error-(\d{5})@example\.com$/;
  const digits = pattern.exec(recipient.value)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** Whether a recipient gets the fixed code: a fictional number, or an address at example.com. Sandbox only. */
export function hasFixedCode(recipient: Recipient): boolean {
  return recipient.kind === "phone" ? recipient.isFictional : recipient.value.endsWith("@example.com");
}

/** The fixed code: 123456, cut or continued to `length` digits, 4 to 10. */
export function fixedCode(length: number): string {
  return "1234567890".slice(0, length);
}

/** The error that an operation answers a recipient, if it is an outcome number of an error that the operation documents. */
export function refusalFor<R extends Recipient>(
  { isDocumented, lifetimeSeconds }: Outcomes,
  operationId: OperationId,
  recipient: R,
  make: (code: number, lifetimeSeconds: number, recipient: R) => { ok: false; refusal: object },
): Forced {
  const code = outcomeOf(recipient);
  if (code === null || !isDocumented(operationId, code)) return undefined;
  // `isDocumented` has looked the code up among the operation's own, so it fits whatever the operation may answer.
  return make(code, lifetimeSeconds, recipient) as Forced;
}

/** What a number that is on the safe list is not refused by. */
const liftable = new Set([60410, 60605]);

/** What lasts until the verification's window ends, which here might have begun just now. */
const untilWindowEnds = new Set([60202, 60203]);

function refusalOf(code: number, lifetimeSeconds: number): { ok: false; refusal: object } {
  const wait = untilWindowEnds.has(code) && { retryAfterSeconds: lifetimeSeconds };
  return { ok: false, refusal: { code, parameter: "To", ...wait } };
}

function v1RefusalOf(number: number, _lifetimeSeconds: number, recipient: PhoneRecipient) {
  const code = String(number);
  if (code === "60003") return refused(code, { retryAfterSeconds: null });
  if (code === "60004") return v1Invalid("phone_number", "Parameter is not valid");
  return code === "60023" ? nothingPending(recipient) : refused(code);
}

const descriptions = new Map([
  [60500, "SNA Phone Number Mismatch"],
  [60510, "SNA Error"],
  [60511, "SNA Downstream Error"],
  [60517, "SNA User-Agent Mismatch Error"],
  [60519, "SNA Verification Result Pending"],
  [60520, "SNA URL Failed"],
  [60531, "SNA Carrier Not Detected"],
  [60532, "SNA Potential Dual SIM Detected"],
  [60533, "SNA Carrier Header Error"],
  [60534, "SNA Downstream Carrier Error"],
  [60540, "SNA Carrier Identified Invalid Phone Number"],
]);

/** The sandbox's carrier: it vouches for every number but an outcome number of silent network authentication. */
export const simulatedCarrier: AskCarrier = async (recipient) => {
  const code = outcomeOf(recipient) ?? 0;
  const description = descriptions.get(code);
  return description
    ? { code, description, carrier: null }
    : { code: 0, description: "Success", carrier: "Example Wireless" };
};
