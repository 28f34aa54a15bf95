import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import { type Mistake, type Place, parse } from "./parsed.ts";
import { readText } from "./text-file.ts";

export type Fault = [place: Place, fault: string];

/** A file that people write, as JSON or YAML. */
export interface Written {
  value: unknown;
  /** What the schema has against it. */
  faults: Fault[];
  /** Faults as people read them, by their lines: `line 4, services[0].CodeLength must be <= 10.` */
  tell: (faults: readonly Fault[]) => string[];
}

/** What cannot be read at all, and why. */
export type Unread = { problems: string[] };

/** Reads a file, whose `parse` is told when it was written. */
export function readWritten<T>(path: string, parse: (source: string, at: number) => T): T | Unread {
  const file = readText(path);
  return "why" in file ? { problems: [`it cannot be read: ${file.why}.`] } : parse(file.text, file.at);
}

/** Makes what reads JSON or YAML that a schema describes. */
export function createReader(schema: object): (source: string) => Written | Unread {
  const options = { allErrors: true, strict: false, validateSchema: false, meta: false, verbose: true };
  const validate = new Ajv2020(options).compile(schema);
  return (source) => {
    const read = parse(source);
    if ("mistakes" in read) return { problems: inOrder(read.mistakes) };
    const errors = validate(read.value) ? [] : (validate.errors ?? []);
    return {
      value: read.value,
      faults: errors.filter(({ keyword }) => keyword !== "propertyNames").map(faultOf),
      tell: (faults) => inOrder(faults.map(([place, told]) => ({ line: read.lineOf(place), place, told }))),
    };
  };
}

/** `line 4, services[0].CodeLength must be <= 10.` */
function inOrder(mistakes: readonly Mistake[]): string[] {
  return mistakes
    .toSorted((one, other) => one.line - other.line)
    .map(({ line, place, told }) => `line ${line}${place ? `, ${nameOf(place)} ` : ": "}${oneLine(told)}.`);
}

function faultOf({ instancePath, keyword, params, message = "", propertyName, parentSchema }: ErrorObject): Fault {
  const place = instancePath.split("/").slice(1).map(unescaped);
  if (keyword === "additionalProperties") return [[...place, params.additionalProperty], "is nothing that there is"];
  // No person reads such a pattern.
  if (keyword === "pattern" && params.pattern.length > 80 && parentSchema?.description)
    return [place, `is not as it must be: ${oneLine(parentSchema.description)}`];
  const allowed = keyword === "enum" ? `: ${params.allowedValues.join(", ")}` : "";
  const subject = propertyName === undefined ? "" : "as a name ";
  return [propertyName === undefined ? place : [...place, propertyName], `${subject}${message}${allowed}`];
}

const unescaped = (name: string) => name.replaceAll("~1", "/").replaceAll("~0", "~");

/** `templates[0].translations.de.text` */
export function nameOf(place: Place): string {
  const parts = place.map((part) =>
    /^\d+$/.test(String(part)) ? `[${part}]` : `.${oneLine(String(part)).slice(0, 64)}`,
  );
  return parts.join("").replace(/^\./, "") || "the file";
}

export function oneLine(text: string): string {
  return text
    .replace(/[\s\p{Cc}\p{Cf}\p{Cs}]+/gu, " ")
    .trim()
    .replace(/\.$/, "");
}
