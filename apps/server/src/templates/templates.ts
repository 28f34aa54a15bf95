import type { Template as TemplateBody } from "@countersign/types";
import type { Handlers } from "../kernel/handler.ts";
import { listed, type PageRequest, pageOf } from "../kernel/page.ts";
import { onWire } from "../kernel/wire.ts";
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

function templateBody(template: Template, accountSid: string): TemplateBody {
  const bodies = [...template.translations].map(([locale, text]) => [
    locale,
    { is_default_translation: text.isDefault, locale, ...onWire(text, "status", "text", "createdAt", "updatedAt") },
  ]);
  return {
    ...onWire(template, "sid", "friendlyName"),
    account_sid: accountSid,
    channels: template.channels.map((channel) => (channel === "call" ? "voice" : channel)),
    translations: Object.fromEntries(bodies),
  };
}
