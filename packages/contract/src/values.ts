import { type OpenApiDocument, resolve, type Schema } from "@countersign/document";

/** What a parameter is tried with: how it goes over the wire, and what it is called in a report. */
export interface Trial {
  what: string;
  text: string;
}

/** Texts that a schema accepts: all that it lists, and its edges. None where only an example could tell. */
export function acceptedTrials(document: OpenApiDocument, schema: Schema, isJson: boolean): Trial[] {
  const own = resolve<Schema>(document, schema);
  if (isJson) return own.properties ? [] : [{ what: "an object", text: '{"key":"value"}' }];
  if (own.enum) return own.enum.map((value) => ({ what: String(value), text: String(value) }));
  switch (own.type) {
    case "integer":
      return [own.minimum, own.maximum].flatMap((edge) =>
        edge === undefined ? [] : [{ what: String(edge), text: String(edge) }],
      );
    case "boolean":
      return ["true", "false"].map((text) => ({ what: text, text }));
    case "string":
      return acceptedTexts(own);
    default:
      return [];
  }
}

function acceptedTexts({ pattern, format, anyOf, maxLength, minLength = 0 }: Schema): Trial[] {
  if (format === "date-time") return [{ what: "a time", text: "2026-03-02T09:30:00Z" }];
  if (anyOf) return ["192.0.2.7", "2001:db8::7"].map((text) => ({ what: text, text }));
  const prefix = /^\^([A-Z]{2})\[0-9a-f/.exec(pattern ?? "")?.[1];
  if (prefix) return [{ what: "a SID", text: `${prefix}${"0".repeat(31)}9` }];
  if (pattern !== undefined || format !== undefined) return [];
  const longest = maxLength === undefined ? [] : [{ what: `${maxLength} characters`, text: "x".repeat(maxLength) }];
  return [...longest, { what: "letters of many scripts", text: "Äß 漢字 ✓".slice(0, maxLength) }].filter(
    ({ text }) => text.length >= minLength,
  );
}

/** Texts that a schema refuses, each with what is wrong with it. */
export function refusedTrials(document: OpenApiDocument, schema: Schema, isJson: boolean): Trial[] {
  const own = resolve<Schema>(document, schema);
  if (isJson) return ["{", '"text"'].map((text) => ({ what: text, text }));
  if (own.type === "array") return refusedTrials(document, own.items ?? {}, false);
  if (own.enum) return [{ what: "none of those listed", text: "no-such-value" }];
  const { type, minimum, maximum } = own;
  if (type === "boolean") return [{ what: "no boolean", text: "maybe" }];
  if (type === "integer") {
    return [
      { what: "no integer", text: "x" },
      ...(minimum === undefined ? [] : [{ what: `below ${minimum}`, text: String(minimum - 1) }]),
      ...(maximum === undefined ? [] : [{ what: `above ${maximum}`, text: String(maximum + 1) }]),
    ];
  }
  return type === "string" ? refusedTexts(own) : [];
}

function refusedTexts({ pattern, format, anyOf, minLength = 0, maxLength }: Schema): Trial[] {
  const isMismatch = pattern !== undefined && !new RegExp(pattern, "u").test("!");
  return [
    ...(isMismatch ? [{ what: "another pattern", text: "!".repeat(Math.max(1, minLength)) }] : []),
    ...(format !== undefined || anyOf ? [{ what: `no ${format ?? "address"}`, text: "!" }] : []),
    ...(maxLength === undefined ? [] : [{ what: "too long", text: "x".repeat(maxLength + 1) }]),
    ...(minLength > 0 ? [{ what: "empty", text: "" }] : []),
  ];
}

export type Pair = [name: string, text: string];

/** The parameters of an object, as a form has them. */
export function pairsOf(value: object): Pair[] {
  return Object.entries(value).flatMap(([name, property]): Pair[] => {
    if (Array.isArray(property) && property.every((item) => typeof item === "string")) {
      return property.map((item): Pair => [name, item]);
    }
    return [[name, typeof property === "object" ? JSON.stringify(property) : String(property)]];
  });
}
