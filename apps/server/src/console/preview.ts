import type { Handlers } from "../kernel/handler.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import { smsPieces } from "../kernel/sms.ts";
import type { Service } from "../services/service.ts";
import { composeMessage } from "../verifications/message.ts";

interface Parts {
  services: { fetch(accountSid: string, sid: string): Promise<Service | undefined> };
}

/** The operation that shows a message as the next verification of a service would send it. */
export function previewHandlers({ services }: Parts): Pick<Handlers, "fetchMessagePreview"> {
  return {
    async fetchMessagePreview({ accountSid, path, query: { channel = "sms", locale = "en" } }) {
      const service = await services.fetch(accountSid, path.Sid);
      if (!service) return refused(20404);
      const { friendlyName, codeLength, psd2Enabled, ...settings } = service.settings;
      const { text, subject, html, speech } = composeMessage({
        channel,
        locale,
        friendlyName,
        code: madeUp.slice(0, codeLength),
        codeLength,
        amount: psd2Enabled ? "€39.99" : null,
        payee: psd2Enabled ? "Owl Books" : null,
        template: undefined,
        lifetimeMs: 0,
        doNotShare: settings.doNotShareWarningEnabled,
        appHash: null,
        dtmfInputRequired: settings.dtmfInputRequired,
      });
      return accepted({
        channel,
        locale,
        text: speech?.text ?? text,
        subject: subject ?? null,
        html: html ?? null,
        press_key: speech?.pressKey ?? null,
        sms_parts: channel === "sms" ? smsPieces(text, 8).pieces.length : null,
      });
    },
  };
}

const madeUp = "1234567890";
