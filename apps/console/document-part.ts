import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { errorsIn, formOf, type OpenApiDocument, operationOf, resolve, type Schema } from "@countersign/document";
import type { Plugin } from "vite";

/** What a form needs to know of an operation. */
export interface FormOperation {
  operationId: string;
  path: string;
  fields: FormField[];
  /** The errors of v2 that it documents, by number. */
  errors: number[];
}

export interface FormField {
  name: string;
  description: string;
  isRequired: boolean;
  kind: "text" | "truth" | "choice" | "choices" | "json";
  choices: string[];
  example: string;
}

const operationIds = [
  "createVerification",
  "createVerificationCheck",
  "setFaults",
  "setSandboxWebhook",
  "sendTestEvent",
  "createService",
  "updateService",
  "createRateLimit",
  "createBucket",
  "updateBucket",
];
const moduleId = "virtual:operations";

/** Takes out of the document what the page shows forms of: the whole of it is fifteen times the page. */
export function documentPart(): Plugin {
  const path = fileURLToPath(import.meta.resolve("@countersign/spec/openapi.json"));
  return {
    name: "document-part",
    resolveId: (id) => (id === moduleId ? `\0${moduleId}` : undefined),
    load: (id) => {
      if (id !== `\0${moduleId}`) return undefined;
      const document: OpenApiDocument = JSON.parse(readFileSync(path, "utf8"));
      const locales = operationOf(document, "fetchMessagePreview").parameters.find(({ name }) => name === "locale");
      return [
        `export default ${JSON.stringify(operationIds.map((id) => formOperation(document, id)))};`,
        `export const locales = ${JSON.stringify(locales?.schema?.enum)};`,
      ].join("\n");
    },
  };
}

/** @throws Error when the document has no such operation, or it takes no form. */
export function formOperation(document: OpenApiDocument, operationId: string): FormOperation {
  const { path, operation } = operationOf(document, operationId);
  const media = formOf(document, operation);
  if (!media) throw new Error(`${operationId} takes no form`);
  const { properties = {}, required = [] } = resolve<Schema>(document, media.schema);
  const fields = Object.entries(properties)
    .map(([name, property]) => ({ name, isRequired: required.includes(name), ...fieldOf(document, property) }))
    .filter(({ isDeprecated }) => !isDeprecated)
    .map(({ isDeprecated, ...field }) => field);
  const errors = errorsIn(document, operation.responses).filter(({ api }) => api === "v2");
  return { operationId, path, fields, errors: [...new Set(errors.map(({ code }) => code))].sort((a, b) => a - b) };
}

function fieldOf(document: OpenApiDocument, property: Schema) {
  const listed = resolve<Schema>(document, property).items?.enum;
  const {
    description,
    example,
    deprecated,
    type,
    enum: choices = listed,
  } = { ...resolve<Schema>(document, property), ...property };
  const kind = listed
    ? "choices"
    : choices
      ? "choice"
      : type === "boolean"
        ? "truth"
        : type === "object" || type === "array"
          ? "json"
          : "text";
  return {
    description: description ?? "",
    isDeprecated: deprecated === true,
    kind: kind as FormField["kind"],
    choices: (choices ?? []).map(String),
    example: example === undefined ? "" : typeof example === "object" ? JSON.stringify(example) : String(example),
  };
}
