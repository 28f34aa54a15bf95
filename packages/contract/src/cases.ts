import type { Schema } from "@countersign/document";
import type { Draft } from "./draft.ts";
import { type ContractOperation, type ContractParameter, type Fields, isKey } from "./operation.ts";
import type { Expected } from "./session.ts";

/** A request that is made of an operation, and what for. */
export interface Case {
  step: string;
  draft: Draft;
  expected: Expected;
}

/** What a parameter is tried with: what that is called in a report, and how it goes over the wire. */
type Trial = [what: string, text: string];

/** The operation's required parameters, as the document's examples have them; a whole example where none is. */
export function minimalDraft({ parameters, examples }: ContractOperation): Draft {
  const required = parameters.filter(({ required }) => required);
  const inQuery = required.filter(({ place, name }) => place === "query" && !isKey(name));
  const example = examples[0]?.form ?? {};
  const needed = Object.entries(example).filter(([name]) => required.some((parameter) => parameter.name === name));
  return {
    query: Object.fromEntries(inQuery.map(({ name, example = "" }) => [name, String(example)])),
    form: needed.length > 0 ? Object.fromEntries(needed) : example,
    ...(examples[0]?.json !== undefined && { json: examples[0].json }),
  };
}

/** Every parameter that may be left out, at the edges of what it may be, and every example. */
export function variedCases({ parameters, examples }: ContractOperation, usual: Draft): Case[] {
  const trials = parameters
    .filter(({ place, required, name }) => place !== "path" && !required && !isKey(name))
    .flatMap((parameter) => {
      const { name, example, schema, isJson } = parameter;
      const ofExample: Trial[] = example === undefined ? [] : [["the example", String(example)]];
      return [...trialsOf(schema, isJson).accepted, ...ofExample].map(([what, text]) => ({
        step: `${name}: ${what}`,
        draft: withValue(usual, parameter, text),
      }));
    });
  const whole = examples.map(({ name, form, json }) => ({
    step: `the example ${name}`,
    draft: { ...usual, form: { ...usual.form, ...form }, ...(json !== undefined && { json }) },
  }));
  return [...trials, ...whole].map((trial) => ({ ...trial, expected: "any" }));
}

const refusal = { expected: "refusal" } as const;

/** What the document rules out. */
export function refusedCases(operation: ContractOperation, usual: Draft): Case[] {
  const cases = operation.parameters.flatMap((parameter): Case[] => {
    const { name, place, required, missing: code, schema, isJson } = parameter;
    if (isKey(name)) return [];
    const { refused } = trialsOf(schema, isJson);
    const wrong = refused
      // An empty or a repeated part is another path; elsewhere what v2 does not require may be empty.
      .filter(([, text]) => text !== "" || (place !== "path" && (required || operation.isV1)))
      .map(([what, text]) => ({ ...refusal, step: `${name}: ${what}`, draft: withValue(usual, parameter, text) }));
    if (place === "path" || !required) return wrong;
    const given = [usual[place]?.[name] ?? []].flat();
    const expected = code && !operation.isV1 ? { code, status: 400 } : "refusal";
    const missing = { step: `without ${name}`, draft: withValue(usual, parameter, []), expected } as const;
    const repeated = { ...refusal, step: `${name} twice`, draft: withValue(usual, parameter, [...given, ...given]) };
    return [...wrong, missing, ...(schema.type === "array" ? [] : [repeated])];
  });
  return [
    ...cases,
    ...unreadable(operation, usual),
    // The catalogue of v1 has no error for a wrong method, nor has any of its operations a status.
    ...(operation.isV1
      ? []
      : [{ step: "another method", draft: { ...usual, method: "PUT" }, expected: { code: 20_004, status: 405 } }]),
  ];
}

/** Bodies that no operation takes. */
function unreadable({ takesForm, json }: ContractOperation, usual: Draft): Case[] {
  if (!takesForm && !json) return [];
  return [
    { ...refusal, step: "a body that is too large", draft: { ...usual, payload: Buffer.alloc(33 * 1024, "x") } },
    { ...refusal, step: "a body that is no UTF-8", draft: { ...usual, payload: Buffer.from("a=%ff") } },
    ...(json ? unfitJson(json, usual) : []),
  ];
}

/** JSON with something missing or of another type. */
function unfitJson({ properties = {}, required = [] }: Schema, usual: Draft): Case[] {
  const whole = usual.json as object;
  const others = Object.keys(properties).map((name) => ["of another type", name, [7]] as const);
  const missing = required.map((name) => ["null", name, null] as const);
  return [...others, ...missing].map(([what, name, value]) => ({
    ...refusal,
    step: `${name}: ${what}`,
    draft: { ...usual, json: { ...whole, [name]: value } },
  }));
}

/** Strangers, and callers with a wrong key. */
export function strangerCases({ credentials, isV1 }: ContractOperation, usual: Draft, isAnyKeyRight: boolean): Case[] {
  if (credentials === "none") return [];
  const expected = isV1 ? "refusal" : { code: 20_003, status: 401 };
  return [
    { step: "without credentials", draft: { ...usual, credentials: "none" }, expected },
    {
      step: "wrong credentials",
      draft: { ...usual, credentials: "wrong" },
      expected: isAnyKeyRight ? "any" : expected,
    },
  ];
}

/** Ids that are well-formed, and nobody's. */
export function unknownCases({ operationId, parameters, isV1 }: ContractOperation, usual: Draft): Case[] {
  // A factor makes its entity.
  const anybodys = ["format", "authy_id", "PhoneNumber", ...(operationId === "createNewFactor" ? ["Identity"] : [])];
  return parameters
    .filter(({ place, name, schema }) => {
      return place === "path" && !schema.enum && !anybodys.includes(name);
    })
    .map((parameter) => {
      const unknown = String(parameter.example ?? "").replace(/[0-9a-f]{4,}$/, (id) => "f".repeat(id.length));
      return {
        step: `an unknown ${parameter.name}`,
        draft: withValue(usual, parameter, unknown),
        expected: isV1 ? "refusal" : { code: 20_404, status: 404 },
      };
    });
}

/** Every error that the operation documents, on demand. */
export function errorCases({ errors }: ContractOperation, usual: Draft): Case[] {
  return errors.map((error) => ({
    step: `the error ${error.code} on demand`,
    draft: { ...usual, headers: { prefer: `code=${error.status}, example=error${error.code}` } },
    expected: error,
  }));
}

function withValue(draft: Draft, { name, place }: ContractParameter, value: Fields[string]): Draft {
  return { ...draft, [place]: { ...draft[place], [name]: value } };
}

/**
 * Texts that a parameter may have, which are all that its schema lists and its edges, and none where only an example could
 * tell; and texts that it must not have, each with what is wrong with it.
 */
function trialsOf(schema: Schema, isJson: boolean): { accepted: Trial[]; refused: Trial[] } {
  const { type, minimum, maximum, items = {}, properties } = schema;
  if (isJson) {
    return { accepted: properties ? [] : [["an object", '{"key":"value"}']], refused: asTheyAre(["{", '"text"']) };
  }
  if (type === "array") return { accepted: [], refused: trialsOf(items, isJson).refused };
  if (schema.enum) return { accepted: asTheyAre(schema.enum), refused: [["none of those listed", "no-such-value"]] };
  if (type === "boolean") return { accepted: asTheyAre([true, false]), refused: [["no boolean", "maybe"]] };
  if (type === "string") return { accepted: acceptedTexts(schema), refused: refusedTexts(schema) };
  if (type !== "integer") return { accepted: [], refused: [] };
  const below = some(minimum !== undefined, [`below ${minimum}`, String(Number(minimum) - 1)]);
  const above = some(maximum !== undefined, [`above ${maximum}`, String(Number(maximum) + 1)]);
  const edges = [minimum, maximum].filter((edge) => edge !== undefined);
  return { accepted: asTheyAre(edges), refused: [["no integer", "x"], ...below, ...above] };
}

function acceptedTexts({ pattern, format, anyOf, maxLength, minLength = 0 }: Schema): Trial[] {
  if (format === "date-time") return [["a time", "2026-03-02T09:30:00Z"]];
  if (anyOf) return asTheyAre(["192.0.2.7", "2001:db8::7"]);
  const prefix = /^\^([A-Z]{2})\[0-9a-f/.exec(pattern ?? "")?.[1];
  if (prefix) return [["a SID", `${prefix}${"0".repeat(31)}9`]];
  if (pattern !== undefined || format !== undefined) return [];
  const longest: Trial[] = maxLength === undefined ? [] : [[`${maxLength} characters`, "x".repeat(maxLength)]];
  const scripts: Trial = ["letters of many scripts", "Äß 漢字 ✓".slice(0, maxLength)];
  return [...longest, scripts].filter(([, text]) => text.length >= minLength);
}

function refusedTexts({ pattern, format, anyOf, minLength = 0, maxLength }: Schema): Trial[] {
  const isMismatch = pattern !== undefined && !new RegExp(pattern, "u").test("!");
  return [
    ...some(isMismatch, ["another pattern", "!".repeat(Math.max(1, minLength))]),
    ...some(format !== undefined || anyOf !== undefined, [`no ${format ?? "address"}`, "!"]),
    ...some(maxLength !== undefined, ["too long", "x".repeat((maxLength ?? 0) + 1)]),
    ...some(minLength > 0, ["empty", ""]),
  ];
}

function asTheyAre(values: unknown[]): Trial[] {
  return values.map((value) => [String(value), String(value)]);
}

function some(isOne: boolean, trial: Trial): Trial[] {
  return isOne ? [trial] : [];
}
