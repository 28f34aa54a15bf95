import type { RefusedStart as RefusedStartBody } from "@countersign/types";
import type { RefusedRequest } from "../http/pipeline.ts";
import { isoTime } from "../kernel/clock.ts";
import type { Handlers } from "../kernel/handler.ts";
import { pageMeta, pageRequest } from "../kernel/page.ts";
import { parseRecipient, type Recipient } from "../kernel/recipient.ts";
import { accepted, type Outcome, refused } from "../kernel/refusal.ts";
import { parseNationalNumber } from "../v1/national-number.ts";
import { masked } from "./recipient-mask.ts";
import type { RefusedStart } from "./refused-start.ts";
import { keyOf, type LogParts, timeOf } from "./verifications.ts";

type Ids = "listRefusedStarts" | "fetchRefusedStart";

/** The operations that show which starts were refused. */
export function refusedStartHandlers({
  refusedStarts,
  showsRecipients = false,
}: Pick<LogParts, "refusedStarts" | "showsRecipients">): Pick<Handlers, Ids> {
  return {
    async listRefusedStarts({ accountSid, query, url }) {
      const request = pageRequest(query);
      if (!request.ok) return request;
      const { after, before, channel, country, service_sid: serviceSid, error_code: errorCode, to } = query;
      const times = { createdAfter: timeOf(after), createdBefore: timeOf(before) };
      const filter = { ...times, channel, country, serviceSid, errorCode, recipient: to && keyOf(to) };
      const { items, places, ...rest } = await refusedStarts.list(accountSid, filter, request.value);
      return accepted({
        refused_starts: items.map((each) => refusedStartBody(each, showsRecipients)),
        meta: pageMeta("refused_starts", query, { ...rest, items: places }, url),
      });
    },

    async fetchRefusedStart({ accountSid, path }) {
      const found = await refusedStarts.fetch(accountSid, path.Sid);
      return found ? accepted(refusedStartBody(found, showsRecipients)) : refused(20404);
    },
  };
}

export function refusedStartBody(start: RefusedStart, isWhole: boolean): RefusedStartBody {
  const { sid, recipient, channel, country, parameter } = start;
  return {
    sid,
    account_sid: start.accountSid,
    service_sid: start.serviceSid,
    to: recipient && !isWhole ? masked(recipient) : recipient,
    is_masked: recipient !== null && !isWhole,
    channel: channel as RefusedStartBody["channel"],
    country,
    error_code: start.errorCode,
    parameter,
    date_created: isoTime(start.createdAt),
  };
}

/** Notes every start that is refused once it is known whose it is, by whichever step and in whichever API. */
export function refusalsOfStarts(note: (start: RefusedStart) => void, clock: () => number) {
  const noted = (
    request: RefusedRequest,
    serviceSid: string | undefined,
    to: Outcome<Recipient, number | string>,
    channel: unknown,
  ) => {
    const { id: sid, refusal } = request;
    // No service has a name like that, and whatever it is, it is not to stand here.
    if (!/^VA[0-9a-fA-F]{32}$/.test(serviceSid ?? "")) return;
    const recipient = to.ok ? to.value : undefined;
    note({
      accountSid: (request.caller as { accountSid: string }).accountSid,
      sid,
      createdAt: clock(),
      serviceSid: serviceSid as string,
      recipient: recipient?.value ?? null,
      channel: channels.has(channel as string) ? (channel as string) : null,
      country: recipient?.kind === "phone" ? recipient.country : null,
      errorCode: Number(refusal.code),
      parameter: /^[A-Za-z][\w.]{0,63}$/.test(refusal.parameter ?? "") ? (refusal.parameter as string) : null,
    });
  };
  const delivery = (request: RefusedRequest) => {
    const { serviceSid } = request.caller as { serviceSid: string };
    noted(request, serviceSid, parseRecipient(String(request.given.To)), "sms");
  };
  return {
    deliverForSupabase: delivery,
    deliverForLogto: delivery,
    deliverForKratos: delivery,
    createVerification(request: RefusedRequest) {
      const { To = "", Channel } = request.given as { To?: unknown; Channel?: unknown };
      noted(request, request.path.ServiceSid, parseRecipient(String(To)), Channel);
    },
    startPhoneVerification(request: RefusedRequest) {
      const { country_code = "", phone_number = "", via } = request.given as Partial<Record<string, unknown>>;
      const { application } = request.caller as { application?: { serviceSid: string } };
      noted(request, application?.serviceSid, parseNationalNumber(Number(country_code), String(phone_number)), via);
    },
  };
}

const channels = new Set(["sms", "call", "email", "whatsapp", "sna", "auto"]);
