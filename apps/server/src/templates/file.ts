import schema from "@countersign/spec/templates.schema.json" with { type: "json" };
import { type Locale, messageTexts } from "../kernel/locale.ts";
import type { SendingChannel } from "../kernel/recipient.ts";
import { createReader, type Fault, readWritten } from "../kernel/written.ts";
import { faultsOf, faultsOfAll, type WrittenTemplate, type WrittenTranslation } from "./rules.ts";
import { type Template, templateSid } from "./template.ts";

export type ReadTemplates = { templates: Template[]; problems: string[] };

/** Reads the operator's file. @returns templates that count if there is no problem, and every problem with its place */
export function readTemplates(path: string): ReadTemplates {
  return { templates: [], ...readWritten(path, parseTemplates) };
}

/** Reads JSON or YAML. @param at when it was written */
export function parseTemplates(source: string, at: number): ReadTemplates {
  const file = read(source);
  if ("problems" in file) return { templates: [], ...file };
  const wrong = file.faults.filter(([[name, ...rest]]) => rest.length > 0 || !ofSeeds.includes(String(name)));
  if (wrong.length > 0) return { templates: [], problems: file.tell(wrong) };
  const { templates, faults } = templatesOf((file.value as { templates: WrittenTemplate[] }).templates, at);
  return { templates, problems: file.tell(faults) };
}

const read = createReader(schema);
/** What a seed file has besides, which may be the same file. */
const ofSeeds = ["services", "safe_list", "keys", "accounts"];

/** The templates that are written in the list `templates` of a file, whose schema takes them. */
export function templatesOf(written: WrittenTemplate[], at: number): { templates: Template[]; faults: Fault[] } {
  const templates = written.map((each) => templateOf(each, at));
  return { templates, faults: [...written.flatMap(faultsOf), ...faultsOfAll(templates)] };
}

function templateOf({ friendly_name: friendlyName, ...written }: WrittenTemplate, at: number): Template {
  const { sid = templateSid(friendlyName), alias, channels, variables = {} } = written;
  const texts = Object.entries(written.translations) as [Locale, WrittenTranslation][];
  const named = texts.find(([, { is_default_translation: isDefault }]) => isDefault);
  const [defaultLocale] = named ?? texts.find(([locale]) => locale === "en") ?? texts[0] ?? [];
  const names = Object.keys(variables);
  return {
    sid,
    friendlyName,
    alias,
    channels: channels.map((channel): SendingChannel => (channel === "voice" ? "call" : channel)),
    variables: names,
    links: names.filter((name) => variables[name]?.link),
    translations: new Map(
      texts.map(([locale, { text, subject, html, status = "approved", do_not_share: warns = says(locale, text) }]) => [
        locale,
        { text, subject, html, status, warns, isDefault: locale === defaultLocale, createdAt: at, updatedAt: at },
      ]),
    ),
    createdAt: at,
  };
}

/** Whether it says not to share the code, as the server says it or as English mostly does. */
function says(locale: Locale, text: string): boolean {
  const { keepSecret, doNotShare } = messageTexts[locale];
  return text.includes(keepSecret) || text.includes(doNotShare) || /\b(do not|don['’]t|never) share\b/i.test(text);
}
