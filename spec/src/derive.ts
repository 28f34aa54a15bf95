import type { OpenApiDocument } from "@countersign/document";
import { addCommonHeaders } from "./common-headers.ts";
import { type CatalogueEntry, errorCatalogue } from "./error-catalogue.ts";
import { addErrorExamples } from "./error-examples.ts";
import { completeForTools } from "./for-tools.ts";
import { completeGuides } from "./guides.ts";
import { spreadSettings } from "./settings.ts";
import { addUnknownParameters } from "./unknown-parameters.ts";
import { addXmlExamples } from "./xml-examples.ts";

/**
 * Completes a bundled document with what would be a repetition if written by hand: the settings that two bodies share,
 * the examples of errors, the examples in XML, the headers that every answer has, the names that it passed over, what tools
 * ask for, and the error tables of the guides.
 * @param guidesDirectory where the guides' images are.
 */
export function derive(
  bundled: OpenApiDocument,
  guidesDirectory: URL,
): { document: OpenApiDocument; catalogue: CatalogueEntry[] } {
  const document = structuredClone(bundled);
  spreadSettings(document);
  const catalogue = errorCatalogue(document);
  addErrorExamples(document);
  addXmlExamples(document);
  addCommonHeaders(document);
  addUnknownParameters(document);
  completeForTools(document);
  completeGuides(document, catalogue, guidesDirectory);
  return { document, catalogue };
}
