import { type OpenApiDocument, operationsOf } from "@countersign/document";

const mask = "••••••";

/** The verdicts on names: nearly all requests have the same few, and others may be anything. */
const known = new Map<string, boolean>();
const [knownMax, nameMax] = [1_000, 64];

/** Which names have a secret for their value, however they are spelt, in whatever API. */
function isSecret(name: string): boolean {
  let verdict = known.get(name);
  if (verdict === undefined) {
    verdict = isSecretSpelt(name);
    if (known.size < knownMax && name.length <= nameMax) known.set(name, verdict);
  }
  return verdict;
}

function isSecretSpelt(name: string): boolean {
  const letters = name.replace(/[^a-z]/gi, "").toLowerCase();
  return /(code|otp|token|apikey|signingkey|accesskey|secret|password|authorization|signature|authpayload)$/.test(
    letters,
  )
    ? !/^(page|enable)|(country|network|error|status)code$/.test(letters)
    : // An address for an authenticator app has its secret.
      letters === "pin" || letters === "uri";
}

/** What has the code in words. */
const texts = new Set(["subject", "text", "html"]);

/**
 * Makes the function that masks codes and secrets in a path, in the body of a request or in that of an answer, by the names
 * that they stand under, whatever notation those are in and wherever it was cut off.
 */
export function createMask(document: OpenApiDocument) {
  const places = secretPlaces(document);
  return (text: string, isAnswer: boolean): string => {
    const whole = text.replace(places, `$1${mask}`);
    const [first] = whole.trimStart();
    if (first === "{" || first === "[") return isAnswer && isClear(whole) ? whole : inJson(whole, isAnswer);
    if (first === "<") return whole.replace(element, hidden);
    return first === "-" ? whole.replace(part, hidden) : inForm(whole);
  };
}

/** The beginnings of paths that go on with a secret, and what goes on. */
function secretPlaces(document: OpenApiDocument): RegExp {
  const beginnings = operationsOf(document).flatMap(({ path }) =>
    [...path.matchAll(/\{(\w+)\}/g)].flatMap(({ 1: name = "", index }) =>
      isSecret(name) ? path.slice(0, index).replaceAll(/\{\w+\}/g, "[^/]+") : [],
    ),
  );
  return new RegExp(`(${[...new Set(beginnings)].join("|")})[^/?#&"'<\\s]+`, "g");
}

const string = String.raw`"((?:[^"\\]|\\.)*)(?:"|$)`;
const member = new RegExp(String.raw`(${string}\s*:\s*)(\[[^\]{]*(?:\]|$)|${string}|-?\d[\d.eE+-]*)`, "g");

/** Whether an answer, which is whole, has no name whose value may be hidden: so are most, and to read one is the quicker way. */
function isClear(text: string): boolean {
  try {
    return !hasHidden(JSON.parse(text));
  } catch {
    return false;
  }
}

function hasHidden(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(hasHidden);
  return Object.entries(value).some(([name, part]) => isSecret(unescaped(name)) || texts.has(name) || hasHidden(part));
}

/** In an answer a number is one of the catalogue, and in a request a code that was not put in quotes. */
function inJson(text: string, isAnswer: boolean): string {
  return text.replace(member, (whole, before: string, name: string, value: string) => {
    const isHidden = isSecret(unescaped(name)) ? !isAnswer || /^["[]/.test(value) : isAnswer && texts.has(name);
    return isHidden ? `${before}"${mask}"` : whole;
  });
}

const element = /(<([\w-]+)[^<>]*>)([^<]+)/g;
const part = /(name="?([^";\r\n]*)"?.{0,300}?\r?\n\r?\n)(.*?)(?=\r?\n--|$)/gs;

function hidden(whole: string, before: string, name: string): string {
  return isSecret(name) ? before + mask : whole;
}

function inForm(text: string): string {
  return text.replace(/(^|[?&])([^=&?]*)=[^&#]*/g, (whole, before: string, name: string) =>
    isSecret(unescaped(name)) ? `${before}${name}=${mask}` : whole,
  );
}

/** A name without what JSON or a form may write in place of its letters. */
function unescaped(name: string): string {
  if (!/[\\%]/.test(name)) return name;
  return name.replace(/\\u00([0-7][\da-f])|%([0-7][\da-f])/gi, (_, json: string, form: string) =>
    String.fromCharCode(Number.parseInt(json ?? form, 16)),
  );
}
