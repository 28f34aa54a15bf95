import type { BlockedSend } from "../guard/send-guard.ts";
import { carrierLookup } from "../kernel/carrier-lookup.ts";
import { resolveLocale } from "../kernel/locale.ts";
import type { Recipient, SendingChannel } from "../kernel/recipient.ts";
import { accepted, type Outcome, type Refusal, refused } from "../kernel/refusal.ts";
import { smsRouteTo } from "../services/service.ts";
import type { StartParts } from "./composed-send.ts";
import { judgeStart } from "./start.ts";
import { choose } from "./verifications.ts";

/** What would become of a start by one service. */
export interface StartJudged {
  serviceSid: string;
  refusal: Refusal | undefined;
  /** What the guard refuses it by, or would if it did not only observe. */
  by: BlockedSend["by"] | undefined;
  /** The SMS route that the message would leave by. */
  route?: string | undefined;
}

interface Asked {
  accountSid: string;
  serviceSid: string;
  recipient: Recipient;
  channel: SendingChannel;
  hasHungUp: () => boolean;
}

/** Judges a start that names nothing but its recipient and channel, as if it came now. It has no effect. */
export async function judgeSend(parts: StartParts, { channel, ...asked }: Asked): Promise<StartJudged> {
  const { serviceSid, recipient } = asked;
  const isPhone = recipient.kind === "phone";
  const locale = resolveLocale({ parameter: null, country: isPhone ? recipient.country : null });
  if (!locale.ok) return { serviceSid, refusal: locale.refusal, by: undefined };
  const lookup = isPhone ? carrierLookup(recipient, parts.carriers) : null;
  let [by, route]: [StartJudged["by"], StartJudged["route"]] = [undefined, undefined];
  const hear = (blocked: { by: BlockedSend["by"] }): void => {
    by = blocked.by;
  };
  const guard = parts.guard && { ...parts.guard, onBlocked: hear };
  const answer = await judgeStart<Outcome<unknown>>(
    { ...parts, guard },
    {
      ...asked,
      locale: locale.value,
      lookup,
      customCode: undefined,
      texts: {},
      noService: refused(20404),
      choose(service) {
        route = channel === "sms" ? smsRouteTo(service, recipient) : undefined;
        // Whoever starts for a payment names one: a service for payments alone is no reason.
        const payment = service.settings.psd2Enabled && { Amount: "1", Payee: "Acme" };
        const body = { To: recipient.value, Channel: channel, ...payment };
        // And whoever starts with a template of the service's gives what it needs.
        const settings = { ...service.settings, defaultTemplateSid: null };
        return choose(parts, body, { lookup, locale: locale.value, localeBy: "country" }, { ...service, settings });
      },
      answer: () => accepted(undefined),
      refused: (why) => why,
    },
  );
  // What a pending verification is bound to, its next start names, too.
  const isBound = !answer.ok && answer.refusal.code === 60200;
  return { serviceSid, refusal: answer.ok || isBound ? undefined : answer.refusal, by, route };
}
