export type * from "./api.ts";
export { findError } from "./catalogue.ts";
export type { CatalogueEntry } from "./catalogue-entry.ts";
export { errorCatalogue } from "./errors.gen.ts";
