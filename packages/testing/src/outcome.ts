import { type CatalogueEntry, errorCatalogue } from "@countersign/types";

/** The number of an error of the catalogue, of v2 or of v1. */
export type OutcomeCode = (typeof errorCatalogue)[number]["code"];

export interface OutcomeOptions {
  /** What kind of recipient: a phone number by default. */
  channel?: "phone" | "email";
  /** Asks for an identity in place of a recipient: for the operations that have one. */
  as?: "identity";
}

/** See `Sandbox`. */
export function outcome(code: OutcomeCode, { channel = "phone", as }: OutcomeOptions = {}): string {
  const apis = entries.filter((entry) => entry.code === code).map(({ api }) => api);
  if (apis.length === 0) throw new TypeError(`No error of the catalogue has the number ${code}.`);
  if (channel === "phone" && !as) return `+150055${code}`;
  if (!apis.includes("v2"))
    throw new TypeError(`${code} is an error of v1, which ${as ? "has no entities" : "sends no e-mail"}.`);
  return as ? `error-${code}` : `error-${code}@example.com`;
}

const entries: readonly CatalogueEntry[] = errorCatalogue;
