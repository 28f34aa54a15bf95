import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { errorsIn, formOf, type OpenApiDocument, operationOf, resolve, type Schema } from "@countersign/document";
import type { CatalogueEntry } from "@countersign/types";
import type { Plugin } from "vite";

/** What a form needs to know of an operation. */
export interface FormOperation {
  operationId: string;
  /** Of what is tried by hand. */
  path?: string;
  fields: FormField[];
  /** The errors of v2 that it documents, by number; of what is tried by hand, too. */
  errors?: number[];
}

/** What is usual is left out: a text that may be missing. */
export interface FormField {
  name: string;
  description?: string;
  isRequired?: true;
  kind?: "truth" | "choice" | "choices" | "json";
  choices?: string[];
  /** Of JSON, whose shape nobody guesses. */
  example?: string;
}

/** The messages of errors, by their numbers. */
export type ErrorMessages = Record<CatalogueEntry["api"], Record<number, string>>;

/** The causes and remedies of errors of v2, by their numbers. */
export type ErrorReasons = Record<number, [cause: string, remedy: string]>;

const tried = ["createVerification", "createVerificationCheck"];
/** Those of the screen "Try it". */
const ofTryIt = [...tried, "setFaults", "setSandboxWebhook", "sendTestEvent"];

/** The operations that there is a form of, and which fields it has where these are not all. */
const forms: [operationId: string, fields?: string[]][] = [
  ...ofTryIt.map((id): [string] => [id]),
  ["createService", ["FriendlyName", "CodeLength"]],
  ["updateService"],
  ["createRateLimit"],
  ["createBucket"],
  ["updateBucket"],
  ["createMessagingConfiguration"],
  ["updateMessagingConfiguration"],
  ["createSafeNumber"],
  ["createEntity"],
  ["createNewFactor", ["FriendlyName"]],
  ["createDevice", ["FriendlyName", "NotificationPlatform"]],
  ["createWebhook"],
  ["updateWebhook"],
];
const moduleId = "virtual:operations";

/**
 * Takes out of the document what the page shows forms of: the whole of it is fifteen times the page. Why there are errors
 * stands in a file of its own, which is read once one is shown.
 */
export function documentPart(): Plugin {
  const read = (name: string) => JSON.parse(readFileSync(fileURLToPath(import.meta.resolve(name)), "utf8"));
  let isBuild = false;
  return {
    name: "document-part",
    configResolved({ command }) {
      isBuild = command === "build";
    },
    resolveId: (id) => (id === moduleId ? `\0${moduleId}` : undefined),
    load(id) {
      if (id !== `\0${moduleId}`) return undefined;
      const document: OpenApiDocument = read("@countersign/spec/openapi.json");
      const catalogue: CatalogueEntry[] = read("@countersign/spec/errors.json");
      const source = JSON.stringify(errorReasons(catalogue));
      const file = isBuild && this.emitFile({ type: "asset", name: "errors.json", source });
      const locales = operationOf(document, "fetchMessagePreview").parameters.find(({ name }) => name === "locale");
      return [
        `export default ${JSON.stringify(forms.map(([id, only]) => formOperation(document, id, only)))};`,
        `export const locales = ${JSON.stringify(locales?.schema?.enum)};`,
        `export const messages = ${JSON.stringify(errorMessages(document, catalogue))};`,
        `export const reasonsAt = ${file ? `import.meta.ROLLUP_FILE_URL_${file}` : '""'};`,
      ].join("\n");
    },
  };
}

/** @throws Error when the document has no such operation, or it takes no form. */
export function formOperation(document: OpenApiDocument, operationId: string, only?: string[]): FormOperation {
  const { path, operation } = operationOf(document, operationId);
  const isTried = tried.includes(operationId);
  const media = formOf(document, operation);
  if (!media) throw new Error(`${operationId} takes no form`);
  const { properties = {}, required = [] } = resolve<Schema>(document, media.schema);
  const itemsOf = ({ items }: Schema) => items && { items: resolve<Schema>(document, items) };
  const fields = Object.entries(properties)
    .filter(([name]) => only?.includes(name) ?? true)
    .map(
      ([name, property]) =>
        [name, { ...resolve<Schema>(document, property), ...property, ...itemsOf(property) }] as const,
    )
    .filter(([, { deprecated }]) => !deprecated)
    .map(([name, property]) => fieldOf(name, required.includes(name), property))
    .map((field) => (ofTryIt.includes(operationId) ? briefly(field) : field));
  const codes = errorsIn(document, operation.responses).flatMap(({ api, code }) => (api === "v2" ? [code] : []));
  return { operationId, fields, ...(isTried && { path, errors: [...new Set(codes)].sort((a, b) => a - b) }) };
}

/** With the first sentence alone of what is said of it: the docs are one click away, and have all. */
function briefly({ description, ...field }: FormField): FormField {
  const [first] = description?.split(/(?<=[.!?])\s/) ?? [];
  return { ...field, ...(first && { description: first }) };
}

function fieldOf(name: string, isRequired: boolean, property: Schema): FormField {
  const { description, example, type, items } = property;
  const choices = property.enum ?? items?.enum;
  const isJson = type === "object" || type === "array";
  const kind = items?.enum
    ? "choices"
    : choices
      ? "choice"
      : type === "boolean"
        ? "truth"
        : isJson
          ? "json"
          : undefined;
  return {
    name,
    ...(description && { description }),
    ...(isRequired && { isRequired }),
    ...(kind && { kind }),
    ...(choices && { choices: choices.map(String) }),
    ...(kind === "json" && example !== undefined && { example: JSON.stringify(example) }),
  };
}

/** Of all errors of v2, and of those of v1 that a start may be refused with: the log shows them, and leads to their pages. */
function errorMessages(document: OpenApiDocument, catalogue: CatalogueEntry[]): ErrorMessages {
  const { responses } = operationOf(document, "startPhoneVerification").operation;
  const ofStarts = new Set(errorsIn(document, responses).map(({ api, code }) => api + code));
  const messagesOf = (wanted: CatalogueEntry["api"]) =>
    catalogue
      .filter(({ api, code }) => api === wanted && (api === "v2" || ofStarts.has(api + code)))
      .map(({ code, message }) => [code, message]);
  return { v1: Object.fromEntries(messagesOf("v1")), v2: Object.fromEntries(messagesOf("v2")) };
}

function errorReasons(catalogue: CatalogueEntry[]): ErrorReasons {
  const ofV2 = catalogue.filter(({ api }) => api === "v2");
  return Object.fromEntries(ofV2.map(({ code, cause, remedy }) => [code, [cause, remedy]]));
}
