import { readFileSync, statSync } from "node:fs";
import schema from "@countersign/spec/templates.schema.json" with { type: "json" };
import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import { type Document, LineCounter, parseDocument } from "yaml";
import { type Locale, messageTexts } from "../kernel/locale.ts";
import type { SendingChannel } from "../kernel/recipient.ts";
import { faultsOf, faultsOfAll, type Place, type WrittenTemplate, type WrittenTranslation } from "./rules.ts";
import { type Template, templateSid } from "./template.ts";

export type ReadTemplates = { templates: Template[]; problems: string[] };

const bytesMax = 4 * 1024 * 1024;

/** Reads the operator's file. @returns templates that count if there is no problem, and every problem with its place */
export function readTemplates(path: string): ReadTemplates {
  try {
    const { size, mtimeMs } = statSync(path);
    if (size > bytesMax) return { templates: [], problems: ["it is larger than 4 MB."] };
    return parseTemplates(readFileSync(path, "utf8"), Math.floor(mtimeMs));
  } catch (error) {
    const { code = "it is no file" } = error as NodeJS.ErrnoException;
    return { templates: [], problems: [`it cannot be read: ${code}.`] };
  }
}

/** Reads JSON or YAML. @param at when it was written */
export function parseTemplates(source: string, at: number): ReadTemplates {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const faults = document.errors.map(({ pos, message }) => `line ${lines.linePos(pos[0]).line}: ${oneLine(message)}.`);
  if (faults.length > 0) return { templates: [], problems: faults };
  const told = (place: Place, fault: string) => `${lineOf(document, lines, place)}${nameOf(place)} ${fault}.`;
  const read = plainValue(document);
  if ("fault" in read) return { templates: [], problems: [read.fault] };
  if (!validate(read.value)) {
    const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== "propertyNames");
    return { templates: [], problems: errors.map((error) => told(...faultOf(error))) };
  }
  const { templates: written } = read.value as { templates: WrittenTemplate[] };
  const templates = written.map((each) => templateOf(each, at));
  const wrong = [...written.flatMap(faultsOf), ...faultsOfAll(templates)];
  return { templates, problems: wrong.map(([place, fault]) => told(place, fault)) };
}

const validate = new Ajv2020({ allErrors: true, strict: false, validateSchema: false, meta: false }).compile(schema);

/** A value that repeats others without end is no value. */
function plainValue(document: Document): { value: unknown } | { fault: string } {
  try {
    return { value: document.toJS() };
  } catch (error) {
    return { fault: `it cannot be read: ${oneLine((error as Error).message)}.` };
  }
}

function faultOf({ instancePath, keyword, params, message = "", propertyName }: ErrorObject): [Place, string] {
  const place = instancePath.split("/").slice(1).map(unescaped);
  if (keyword === "additionalProperties") return [[...place, params.additionalProperty], "is nothing that there is"];
  const allowed = keyword === "enum" ? `: ${params.allowedValues.join(", ")}` : "";
  const subject = propertyName === undefined ? "" : "as a name ";
  return [propertyName === undefined ? place : [...place, propertyName], `${subject}${message}${allowed}`];
}

const unescaped = (name: string) => name.replaceAll("~1", "/").replaceAll("~0", "~");

/** The line of the nearest thing that is there. */
function lineOf(document: Document, lines: LineCounter, place: Place): string {
  for (let length = place.length; length >= 0; length--) {
    const node = document.getIn(place.slice(0, length), true) as { range?: [number, number, number] } | undefined;
    if (node?.range) return `line ${lines.linePos(node.range[0]).line}, `;
  }
  return "";
}

/** `templates[0].translations.de.text` */
function nameOf(place: Place): string {
  const parts = place.map((part) =>
    /^\d+$/.test(String(part)) ? `[${part}]` : `.${oneLine(String(part)).slice(0, 64)}`,
  );
  return parts.join("").replace(/^\./, "") || "the file";
}

function oneLine(text: string): string {
  return text
    .replace(/[\s\p{Cc}\p{Cf}\p{Cs}]+/gu, " ")
    .trim()
    .replace(/\.$/, "");
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
