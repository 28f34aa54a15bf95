import type { OnlyWith, Schema } from "./index.ts";

/** Parameters of which a form of v2 needs one, and the error that it answers without. */
export interface Requirement {
  names: readonly string[];
  code: number;
}

/** What a form of v2 cannot do without, in the document's order. */
export function requirementsOf({
  required = [],
  "x-missing": code = 20_001,
  "x-needs-one-of": one,
}: Pick<Schema, "required" | "x-missing" | "x-needs-one-of">): Requirement[] {
  const each = required.map((name): Requirement => ({ names: [name], code }));
  return one ? [...each, { names: one.parameters, code: one.error }] : each;
}

/** The first that is not met. */
export function unmet(
  requirements: readonly Requirement[],
  values: Readonly<Record<string, unknown>>,
): Requirement | undefined {
  return requirements.find(({ names }) => names.every((name) => values[name] === undefined));
}

/** The first that would have no effect. */
export function withoutEffect(
  rules: readonly OnlyWith[] | undefined,
  values: Readonly<Record<string, unknown>>,
): OnlyWith | undefined {
  return rules?.find(({ parameter, value = values[parameter], needs, of }) => {
    const given = values[parameter];
    return given !== undefined && given === value && !of.includes(values[needs]);
  });
}

/** The first text that is no name for messages to carry, or none that people would see. */
export function unfitName(
  properties: Readonly<Record<string, Pick<Schema, "x-shown-name">>> = {},
  values: Readonly<Record<string, unknown>>,
): string | undefined {
  return Object.keys(values).find((name) => {
    const { "x-shown-name": kind } = (Object.hasOwn(properties, name) && properties[name]) || {};
    if (!kind) return false;
    const text = String(values[name]);
    if (kind === "visible") return visible(text) === undefined;
    return !isFriendlyName(text) && (kind === "needed" || visible(text) !== undefined);
  });
}

/**
 * Whether messages may carry the name: letters of any script, spaces, `-`, `_` and four digits at most, of which people
 * see some. The document's pattern says by ranges what most names must not have, since not every tool that reads it knows
 * what a letter is.
 */
export function isFriendlyName(name: string): boolean {
  return visible(name) !== undefined && /^[\p{L}\p{M} _-]*([0-9][\p{L}\p{M} _-]*){0,4}$/u.test(name);
}

/** A text of which a person sees something; undefined for what is empty, blank or of invisible characters alone. */
export function visible(text: string | undefined): string | undefined {
  return /[^\p{Z}\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]/u.test(text ?? "") ? text : undefined;
}
