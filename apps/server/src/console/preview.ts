import type { Handlers } from "../kernel/handler.ts";
import { accepted, invalid, refused } from "../kernel/refusal.ts";
import { smsParts } from "../kernel/sms.ts";
import type { Service } from "../services/service.ts";
import { findTemplate, ownTemplate } from "../templates/choice.ts";
import type { Templates } from "../templates/template.ts";
import { composeMessage } from "../verifications/message.ts";

interface Parts {
  services: { fetch(accountSid: string, sid: string): Promise<Service | undefined> };
  templates: Templates;
  lifetimeSeconds: number;
}

/** The operation that shows a message as the next verification of a service would send it. */
export function previewHandlers({
  services,
  templates,
  lifetimeSeconds,
}: Parts): Pick<Handlers, "fetchMessagePreview"> {
  return {
    async fetchMessagePreview({ accountSid, path, query: { channel = "sms", template_sid: sid, ...query } }) {
      const service = await services.fetch(accountSid, path.Sid);
      if (!service) return refused(20404);
      const { friendlyName, codeLength, psd2Enabled, ...settings } = service.settings;
      const substitutions = readSubstitutions(query.substitutions);
      if (!substitutions) return invalid(by.substitutions);
      const localeBy = query.locale === undefined ? "nobody" : "caller";
      const occasion = { channel, locale: query.locale ?? "en", localeBy, isPayment: psd2Enabled } as const;
      const found =
        sid === undefined
          ? ownTemplate(templates, substitutions, service, occasion, by)
          : findTemplate(templates, { sid, substitutions, by }, occasion);
      if (!found.ok) return found;
      const locale = found.value?.locale ?? occasion.locale;
      const { text, subject, html, speech } = composeMessage({
        channel,
        locale,
        friendlyName,
        code: madeUp.slice(0, codeLength),
        codeLength,
        amount: psd2Enabled ? "€39.99" : null,
        payee: psd2Enabled ? "Owl Books" : null,
        template: found.value,
        lifetimeMs: lifetimeSeconds * 1000,
        doNotShare: settings.doNotShareWarningEnabled,
        appHash: null,
        dtmfInputRequired: settings.dtmfInputRequired,
      });
      return accepted({
        channel,
        locale,
        template_sid: found.value?.sid ?? null,
        text: speech?.text ?? text,
        subject: subject ?? null,
        html: html ?? null,
        press_key: speech?.pressKey ?? null,
        sms_parts: channel === "sms" ? smsParts(text) : null,
      });
    },
  };
}

const madeUp = "1234567890";
const by = { template: "template_sid", substitutions: "substitutions" };

/** @returns undefined for what is no JSON object of texts */
function readSubstitutions(text = "{}"): Record<string, string> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject && Object.values(value).every((each) => typeof each === "string") ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
