import { builtInTemplates } from "../templates/built-ins.ts";
import { commonVariables, variablesIn } from "../templates/template.ts";
import type { Item } from "./kinds.ts";

/** A template as a list has it. */
export interface ShownTemplate {
  sid: string;
  friendly_name: string;
  channels: string[];
  translations: Record<string, { text: string; status: string; is_default_translation: boolean }>;
}

/** Templates as a file has them, without those that every server has. */
export function writtenTemplates(all: readonly ShownTemplate[]): Item[] {
  const builtIn = new Set(builtInTemplates().map(({ sid }) => sid));
  return all.filter(({ sid }) => !builtIn.has(sid)).map(written);
}

function written({ sid, friendly_name, channels, translations }: ShownTemplate): Item {
  const texts = Object.entries(translations).map(([locale, { text, status, is_default_translation: isDefault }]) => [
    locale,
    { text, ...(status !== "approved" && { status }), ...(isDefault && { is_default_translation: true }) },
  ]);
  const shown = Object.values(translations).flatMap(({ text }) => variablesIn(text));
  const own = [...new Set(shown)].filter((name) => !(commonVariables as readonly string[]).includes(name));
  const variables = own.length > 0 && { variables: Object.fromEntries(own.map((name) => [name, {}])) };
  return { sid, friendly_name, channels, ...variables, translations: Object.fromEntries(texts) };
}
