import type { Template as TemplateBody } from "@countersign/types";
import { isoTime } from "../kernel/clock.ts";
import type { Handlers } from "../kernel/handler.ts";
import { listed, type PageRequest, pageOf } from "../kernel/page.ts";
import type { Template, Templates } from "./template.ts";

/** The operation of the tag Templates. */
export function templateHandlers({ templates }: { templates: Templates }): Pick<Handlers, "listTemplates"> {
  return {
    async listTemplates({ accountSid, query, url }) {
      const { FriendlyName: name } = query;
      const wanted = templates.list().filter(({ friendlyName }) => name === undefined || friendlyName === name);
      const read = async (page: PageRequest) => pageOf(wanted, page);
      return listed("templates", { query, url }, read, (each) => templateBody(each, accountSid));
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
