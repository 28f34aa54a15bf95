import type { OpenApiDocument } from "@countersign/document";
import type { Draft } from "./draft.ts";
import { type ContractOperation, type ContractParameter, isKey } from "./operation.ts";
import type { Expected } from "./session.ts";
import { acceptedTrials, type Pair, refusedTrials, type Trial } from "./values.ts";

/** A request that is made of an operation, and what for. */
export interface Case {
  step: string;
  draft: Draft;
  expected: Expected;
}

/** The operation's required parameters, as the document's examples have them; a whole example where none is. */
export function minimalDraft({ parameters, examples }: ContractOperation): Draft {
  const example = examples[0]?.pairs ?? [];
  const required = parameters.filter(({ isRequired }) => isRequired);
  const query = required.flatMap(({ place, name, example: text = "" }): Pair[] =>
    place === "query" && !isKey(name) ? [[name, text]] : [],
  );
  const names = new Set(required.map(({ name }) => name));
  const needed = example.filter(([name]) => names.has(name));
  const form = needed.length > 0 ? needed : example;
  return { ...(query.length > 0 && { query }), ...(form.length > 0 && { form }) };
}

/** Every parameter that may be left out, at the edges of what it may be, and every example. */
export function variedCases(document: OpenApiDocument, operation: ContractOperation, usual: Draft): Case[] {
  const trials = operation.parameters
    .filter(({ place, isRequired, name }) => place !== "path" && !isRequired && !isKey(name))
    .flatMap((parameter) =>
      trialsOf(document, parameter).map(({ what, text }) => ({
        step: `${parameter.name}: ${what}`,
        draft: withParameter(usual, parameter, text),
        expected: "any" as const,
      })),
    );
  const examples = operation.examples.map(({ name, pairs }) => ({
    step: `the example ${name}`,
    draft: { ...usual, form: merged(pairs, usual.form ?? []) },
    expected: "any" as const,
  }));
  return [...trials, ...examples];
}

function trialsOf(document: OpenApiDocument, { schema, isJson, example }: ContractParameter): Trial[] {
  const accepted = acceptedTrials(document, schema, isJson);
  return example === undefined ? accepted : [...accepted, { what: "the example", text: example }];
}

/** What the document rules out. */
export function refusedCases(document: OpenApiDocument, operation: ContractOperation, usual: Draft): Case[] {
  const cases = operation.parameters.flatMap((parameter): Case[] => {
    const { name, place, isRequired, isJson, schema, isList } = parameter;
    if (isKey(name)) return [];
    const wrong = refusedTrials(document, schema, isJson)
      // An empty or a repeated part is another path.
      .filter(({ text }) => place !== "path" || text !== "")
      .map(({ what, text }) => ({
        step: `${name}: ${what}`,
        draft: withParameter(usual, parameter, text),
        expected: "refusal" as const,
      }));
    if (place === "path") return wrong;
    const missing = { step: `without ${name}`, draft: without(usual, name), expected: "refusal" as const };
    const repeated = { step: `${name} twice`, draft: twice(usual, parameter), expected: "refusal" as const };
    return [...wrong, ...(isRequired ? [missing] : []), ...(isRequired && !isList ? [repeated] : [])];
  });
  return [...cases, ...unreadableCases(operation, usual)];
}

/** Bodies and methods that no operation takes. */
function unreadableCases({ takesForm, isV1 }: ContractOperation, usual: Draft): Case[] {
  const body = takesForm
    ? [
        { step: "a body that is too large", payload: Buffer.alloc(17 * 1024, "x") },
        { step: "a body that is no UTF-8", payload: Buffer.from("a=%ff") },
      ]
    : [];
  return [
    ...body.map(({ step, payload }) => ({ step, draft: { ...usual, payload }, expected: "refusal" as const })),
    // The catalogue of v1 has no error for a wrong method, nor has any of its operations a status.
    ...(isV1
      ? []
      : [{ step: "another method", draft: { ...usual, method: "PUT" }, expected: { code: 20_004, status: 405 } }]),
  ];
}

/** Strangers, and callers with a wrong key. */
export function strangerCases(operation: ContractOperation, usual: Draft, isAnyKeyRight: boolean): Case[] {
  const { credentials, isV1 } = operation;
  const hasKey = operation.parameters.some(({ name }) => isKey(name)) || credentials !== "none";
  if (!hasKey) return [];
  const expected = isV1 ? ("refusal" as const) : { code: 20_003, status: 401 };
  const none = { step: "without credentials", draft: { ...usual, credentials: "none" as const }, expected };
  const wrong = {
    step: "wrong credentials",
    draft: { ...usual, credentials: "wrong" as const },
    expected: isAnyKeyRight ? ("any" as const) : expected,
  };
  return [none, wrong];
}

/** Ids that are well-formed, and nobody's. */
export function unknownCases({ parameters, isV1 }: ContractOperation, usual: Draft): Case[] {
  return parameters
    .filter(({ place, name }) => place === "path" && name !== "format" && name !== "authy_id")
    .map(({ name, example = "" }) => ({
      step: `an unknown ${name}`,
      draft: {
        ...usual,
        path: { ...usual.path, [name]: example.replace(/[0-9a-f]{4,}$/, (id) => "f".repeat(id.length)) },
      },
      expected: isV1 ? "refusal" : { code: 20_404, status: 404 },
    }));
}

/** Every error that the operation documents, on demand. */
export function errorCases({ errors }: ContractOperation, usual: Draft): Case[] {
  return errors.map((error) => ({
    step: `the error ${error.code} on demand`,
    draft: { ...usual, headers: { prefer: `code=${error.status}, example=error${error.code}` } },
    expected: error,
  }));
}

function withParameter(draft: Draft, { name, place }: ContractParameter, text: string): Draft {
  if (place === "path") return { ...draft, path: { ...draft.path, [name]: text } };
  return { ...draft, [place]: merged([[name, text]], draft[place] ?? []) };
}

function without(draft: Draft, name: string): Draft {
  const rest = (pairs: Pair[] = []) => pairs.filter(([key]) => key !== name);
  return { ...draft, query: rest(draft.query), form: rest(draft.form) };
}

function twice(draft: Draft, { name, place }: ContractParameter): Draft {
  if (place === "path") return draft;
  const pairs = draft[place] ?? [];
  return { ...draft, [place]: [...pairs, ...pairs.filter(([key]) => key === name)] };
}

/** The first where a name stands in both. */
function merged(pairs: Pair[], others: Pair[]): Pair[] {
  const names = new Set(pairs.map(([name]) => name));
  return [...pairs, ...others.filter(([name]) => !names.has(name))];
}
