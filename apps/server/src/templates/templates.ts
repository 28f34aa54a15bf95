import type { Template as TemplateBody } from "@countersign/types";
import { isoTime } from "../kernel/clock.ts";
import type { Handlers } from "../kernel/handler.ts";
import { pageMeta, pageOf, pageRequest } from "../kernel/page.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import type { Template, Templates } from "./template.ts";

/** The operation of the tag Templates. */
export function templateHandlers({ templates }: { templates: Templates }): Pick<Handlers, "listTemplates"> {
  return {
    async listTemplates({ accountSid, query, url }) {
      const request = pageRequest(query);
      if (!request.ok) return request;
      const { FriendlyName: name } = query;
      const wanted = templates.list().filter(({ friendlyName }) => name === undefined || friendlyName === name);
      const page = pageOf(wanted, request.value);
      if (!page) return refused(21481);
      return accepted({
        templates: page.items.map((template) => templateBody(template, accountSid)),
        meta: pageMeta("templates", query, page, url),
      });
    },
  };
}

function templateBody({ sid, friendlyName, channels, translations }: Template, accountSid: string): TemplateBody {
  const bodies = [...translations].map(([locale, { text, isDefault, status, ...times }]) => [
    locale,
    {
      is_default_translation: isDefault,
      status,
      locale,
      text,
      date_created: isoTime(times.createdAt),
      date_updated: isoTime(times.updatedAt),
    },
  ]);
  return {
    sid,
    account_sid: accountSid,
    friendly_name: friendlyName,
    channels: channels.map((channel) => (channel === "call" ? "voice" : channel)),
    translations: Object.fromEntries(bodies),
  };
}
