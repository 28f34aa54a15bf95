import { isErrorSchema } from "./error-schemas.js";

/** A body has a named example. Those of errors, and those in XML, are derived when the document is built. */
export const namedExamples = () => ({
  MediaType(mediaType, { report, location, resolve, key }) {
    const isInResponse =
      /\/responses\//.test(location.pointer) || /\/components\/responses\//.test(location.source.absoluteRef);
    const { schema } = mediaType;
    if (isInResponse && key === "application/xml") return;
    if (isInResponse && (schema?.oneOf ?? [schema]).every((part) => part && isErrorSchema(part, resolve))) return;
    if (Object.keys(mediaType.examples ?? {}).length > 0) return;
    report({ message: "A body must have a named example.", location: location.key() });
  },
});
