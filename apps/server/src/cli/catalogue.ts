import catalogue from "@countersign/spec/errors.json" with { type: "json" };
import type { CatalogueEntry } from "@countersign/types";

/** In a file of its own, which is read when somebody asks: a bundler leaves a file of JSON that is imported late where it was. */
export const entries = catalogue as readonly CatalogueEntry[];
