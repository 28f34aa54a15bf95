import type { CatalogueEntry } from "./catalogue-entry.ts";
import { errorCatalogue } from "./errors.gen.ts";

type Entry = (typeof errorCatalogue)[number];
type Api = CatalogueEntry["api"];
type CodeOf<A extends Api> = Extract<Entry, { api: A }>["code"];

/**
 * Looks an error up by its number.
 *
 * @param api The API that answered it: the two share numbers with different meanings.
 * @param code The error's number. A v1 body carries it as a string: pass `Number(body.error_code)`.
 * @returns Its entry, or `undefined` when the catalogue has none; a code given as a literal always has one.
 */
export function findError<A extends Api, C extends CodeOf<A>>(api: A, code: C): Extract<Entry, { api: A; code: C }>;
export function findError(api: Api, code: number): CatalogueEntry | undefined;
export function findError(api: Api, code: number): CatalogueEntry | undefined {
  const entries: readonly CatalogueEntry[] = errorCatalogue;
  return entries.find((entry) => entry.api === api && entry.code === code);
}
