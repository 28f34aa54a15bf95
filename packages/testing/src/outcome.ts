import { type CatalogueEntry, errorCatalogue } from "@countersign/types";

/** The number of an error of the catalogue, of v2 or of v1. */
export type OutcomeCode = (typeof errorCatalogue)[number]["code"];

export interface OutcomeOptions {
  /** What kind of recipient: a phone number by default. */
  channel?: "phone" | "email";
}

/** See `Sandbox`. */
export function outcome(code: OutcomeCode, { channel = "phone" }: OutcomeOptions = {}): string {
  const apis = entries.filter((entry) => entry.code === code).map(({ api }) => api);
  if (apis.length === 0) throw new TypeError(`No error of the catalogue has the number ${code}.`);
  if (channel === "phone") return `+150055${code}`;
  if (!apis.includes("v2")) throw new TypeError(`${code} is an error of v1, which sends no e-mail.`);
  return `error-${code}@example.com`;
}

const entries: readonly CatalogueEntry[] = errorCatalogue;
