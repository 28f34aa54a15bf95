import { isErrorSchema } from "./error-schemas.js";

/** A body is a named schema, so that it has a name in every generated type; refusals may list several errors. */
export const namedBody = () => ({
  MediaType(mediaType, { report, location, resolve }) {
    const { schema } = mediaType;
    if (schema?.$ref) return;
    if (schema?.oneOf?.every((part) => part.$ref && isErrorSchema(part, resolve))) return;
    report({
      message: "A body must be a $ref to a named schema, or oneOf errors.",
      location: location.child("schema"),
    });
  },
});
