import type { GuardVerdict as VerdictBody } from "@countersign/types";
import type { Outlets } from "../delivery/outlets.ts";
import type { ProviderStore } from "../delivery/provider-states.ts";
import type { GuardPolicy } from "../guard/send-guard.ts";
import { carrierLookup, highCostRange } from "../kernel/carrier-lookup.ts";
import type { Request } from "../kernel/handler.ts";
import type { Recipient, SendingChannel } from "../kernel/recipient.ts";
import { accepted, type Outcome, type Refusal, refused } from "../kernel/refusal.ts";
import type { Store } from "../store/store.ts";
import type { StartParts } from "../verifications/composed-send.ts";
import { judgeSend, type StartJudged } from "../verifications/verdict.ts";
import { readRecipient } from "../verifications/verifications.ts";

export interface GuardParts extends StartParts {
  blocks: Store["blocks"];
  safeNumbers: Pick<Store["safeNumbers"], "count">;
  services: Pick<Store["services"], "list" | "fetch">;
  providers: Pick<ProviderStore, "list">;
  outlets: Outlets;
  guardPolicy?: GuardPolicy | undefined;
}

/** So many services of an account are asked at most. */
const servicesMax = 1_000;

/** Judges a start as if it came now, by the very functions that decide on one. */
export async function guardVerdict(
  parts: GuardParts,
  { accountSid, query, hasHungUp }: Pick<Request<"fetchGuardVerdict">, "accountSid" | "query" | "hasHungUp">,
): Promise<Outcome<VerdictBody, 20404>> {
  const { to, service_sid: serviceSid } = query;
  const channel = query.channel ?? (to.includes("@") ? "email" : "sms");
  if (serviceSid !== undefined && !(await parts.services.fetch(accountSid, serviceSid))) return refused(20404);
  const recipient = readRecipient(parts, to, channel);
  if (!recipient.ok) return accepted(verdictBody(parts, undefined, { refusal: recipient.refusal }));
  const asked = { accountSid, recipient: recipient.value, channel, hasHungUp };
  const judged = await judgeAll(parts, asked, serviceSid);
  const isRefused = judged?.refusal !== undefined;
  const routes = judged?.routes ?? [];
  const unserved = isRefused ? undefined : await unservedReason(parts, accountSid, channel, recipient.value, routes);
  return accepted(verdictBody(parts, recipient.value, { ...judged, unserved }));
}

type Asked = Omit<Parameters<typeof judgeSend>[1], "serviceSid">;
type Judged = { [Part in keyof StartJudged]?: StartJudged[Part] | undefined } & {
  unserved?: string | undefined;
  /** By which SMS routes those services would send that refuse nothing; undefined for one without. */
  routes?: (string | undefined)[];
};

/** The refusal that tells most: a recipient who is locked somewhere, or what all services refuse by. */
async function judgeAll(parts: GuardParts, asked: Asked, serviceSid: string | undefined): Promise<Judged | undefined> {
  const sids =
    serviceSid === undefined
      ? (await parts.services.list(asked.accountSid, { size: servicesMax })).items.map(({ sid }) => sid)
      : [serviceSid];
  if (sids.length === 0) return { refusal: { code: 20404 } };
  const judged = await Promise.all(sids.map((sid) => judgeSend(parts, { ...asked, serviceSid: sid })));
  const refusing = judged.filter(({ refusal }) => refusal);
  const areAll = refusing.length === judged.length;
  const found = refusing.find(({ refusal }) => refusal && ofRecipient.has(refusal.code)) ?? (areAll && refusing[0]);
  const sending = judged.filter(({ refusal }) => !refusal);
  if (!found) return { by: judged[0]?.by, routes: sending.map(({ route }) => route) };
  const isAlike = areAll && judged.length > 1 && judged.every(({ refusal }) => refusal?.code === found.refusal?.code);
  return isAlike || found.by !== undefined ? { ...found, serviceSid: undefined } : found;
}

/** Refusals by what came to a recipient, and not by how a service is set. */
const ofRecipient = new Set([60202, 60203]);

/** Why a message that was accepted would go out by nobody. */
async function unservedReason(
  { outlets, providers }: GuardParts,
  accountSid: string,
  channel: SendingChannel,
  { value: to }: Recipient,
  routes: readonly (string | undefined)[],
): Promise<string | undefined> {
  const serving = routes.flatMap((route) => outlets.serving(channel, { to, route }));
  if (serving.length === 0) return "No provider is set up that serves this recipient.";
  const paused = (await providers.list(accountSid)).filter(({ pausedAt }) => pausedAt !== null);
  const areAllPaused = serving.every((name) => paused.some((state) => state.name === name));
  return areAllPaused ? "Every provider that serves this recipient is paused: messages wait." : undefined;
}

/** What is known of a recipient, if it is one, and what was judged of it. */
export function verdictBody(
  parts: Pick<StartParts, "carriers">,
  recipient: Recipient | undefined,
  judged: Judged,
): VerdictBody {
  const { refusal, by, unserved, serviceSid = null } = judged;
  const phone = recipient?.kind === "phone" ? recipient : undefined;
  const observed = by && `The guard only observes; else it would refuse this. ${sentenceOf(codes[by], by, recipient)}`;
  return {
    would_send: refusal === undefined && unserved === undefined,
    error_code: refusal?.code ?? null,
    reason: refusal ? sentenceOf(refusal.code, by, recipient, refusal) : (unserved ?? observed ?? null),
    retry_after_seconds: refusal?.retryAfterSeconds ?? null,
    service_sid: serviceSid,
    country: phone?.country ?? null,
    line_type: phone ? carrierLookup(phone, parts.carriers).type : null,
  };
}

type By = NonNullable<StartJudged["by"]>;

const codes: Record<By, number> = { country: 60605, prefix: 60410, recipient: 20429, account: 20429, client: 20429 };

function sentenceOf(code: number, by: By | undefined, recipient: Recipient | undefined, refusal?: Refusal): string {
  const { recipient: fault = "" } = (refusal?.details ?? {}) as { recipient?: string };
  if (code === 60605) {
    const range = recipient?.kind === "phone" ? highCostRange(recipient) : undefined;
    return range ? `Nothing is sent to ${range} numbers.` : "Nothing is sent to this country.";
  }
  if (code === 20429)
    return `The limit on sends ${by === "recipient" ? "to this recipient" : "of the account"} is used up.`;
  return faults[fault] ?? sentences[code] ?? `A start would answer the error ${code}.`;
}

const faults: Record<string, string> = {
  not_e164: "This is no phone number in E.164, as +12025550123.",
  unknown_number: "No numbering plan lists this number.",
  not_an_address: "This is no e-mail address.",
  not_of_the_channel: "The channel does not reach such a recipient.",
};

const sentences: Record<number, string> = {
  20404: "The account has no service.",
  60202: "Too many wrong codes were tried for this recipient.",
  60203: "The pending verification of this recipient was sent as often as one may be.",
  60205: "The number is a landline, which the service sends no SMS to.",
  60214: "The service is for payments, and makes no calls.",
  60217: "No provider is set up for e-mail.",
  60223: "No provider is set up for this channel.",
  60410:
    "Starts to numbers that begin like this one far outran their approvals, and the trickle that is let through is used up.",
  68008: "The service has no sender for WhatsApp.",
};
