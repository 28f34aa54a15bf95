import { readFileSync, statSync } from "node:fs";
import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import { type Document, LineCounter, parseDocument } from "yaml";

/** Where something is in a file: names and indexes, outermost first. */
export type Place = readonly (string | number)[];
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

const bytesMax = 4 * 1024 * 1024;

/** Reads a file, whose `parse` is told when it was written. */
export function readWritten<T>(path: string, parse: (source: string, at: number) => T): T | Unread {
  try {
    const { size, mtimeMs } = statSync(path);
    if (size > bytesMax) return { problems: ["it is larger than 4 MB."] };
    return parse(readFileSync(path, "utf8"), Math.floor(mtimeMs));
  } catch (error) {
    const { code = "it is no file" } = error as NodeJS.ErrnoException;
    return { problems: [`it cannot be read: ${code}.`] };
  }
}

/** Makes what reads JSON or YAML that a schema describes. */
export function createReader(schema: object): (source: string) => Written | Unread {
  const options = { allErrors: true, strict: false, validateSchema: false, meta: false, verbose: true };
  const validate = new Ajv2020(options).compile(schema);
  return (source) => {
    const lines = new LineCounter();
    const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, stringKeys: true });
    const broken = document.errors.map(
      ({ pos, message }) => `line ${lines.linePos(pos[0]).line}: ${oneLine(message)}.`,
    );
    if (broken.length > 0) return { problems: broken };
    const read = plainValue(document);
    if ("problems" in read) return read;
    const errors = validate(read.value) ? [] : (validate.errors ?? []);
    return {
      value: read.value,
      faults: errors.filter(({ keyword }) => keyword !== "propertyNames").map(faultOf),
      tell: (faults) =>
        faults
          .map(([place, fault]) => ({ line: lineOf(document, lines, place), told: `${nameOf(place)} ${fault}.` }))
          .sort((one, other) => one.line - other.line)
          .map(({ line, told }) => `line ${line}, ${told}`),
    };
  };
}

/** A value that repeats others without end is no value. */
function plainValue(document: Document): { value: unknown } | Unread {
  try {
    return { value: document.toJS() };
  } catch (error) {
    return { problems: [`it cannot be read: ${oneLine((error as Error).message)}.`] };
  }
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

/** The line of the nearest thing that is there. */
function lineOf(document: Document, lines: LineCounter, place: Place): number {
  for (let length = place.length; length >= 0; length--) {
    const node = document.getIn(place.slice(0, length), true) as { range?: [number, number, number] } | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

/** `templates[0].translations.de.text` */
function nameOf(place: Place): string {
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
