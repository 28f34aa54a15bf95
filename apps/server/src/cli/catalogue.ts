import catalogue from "@countersign/spec/errors.json" with { type: "json" };

/** An error as the document describes it. */
export interface CatalogueEntry {
  api: string;
  code: number;
  status: number;
  message: string;
  cause: string;
  remedy: string;
  retryable: boolean;
  category?: string;
}

/** v2 first, each API in the order of its codes. */
export const entries: readonly CatalogueEntry[] = catalogue;

export function catalogueEntry(api: "v1" | "v2", code: number): CatalogueEntry | undefined {
  return entries.find((entry) => entry.api === api && entry.code === code);
}
