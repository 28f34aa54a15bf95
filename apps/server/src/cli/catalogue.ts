import catalogue from "@countersign/spec/errors.json" with { type: "json" };
import type { CatalogueEntry } from "@countersign/types";

/** v2 first, each API in the order of its codes. */
export const entries = catalogue as readonly CatalogueEntry[];

export function catalogueEntry(api: "v1" | "v2", code: number): CatalogueEntry | undefined {
  return entries.find((entry) => entry.api === api && entry.code === code);
}
