import { errorNamedBy } from "./error-schemas.js";

/** A property says what it is. An error's file only narrows the properties that the error body describes. */
export const propertyDescription = () => ({
  Schema(schema, { report, location, resolve }) {
    if (errorNamedBy(location.source.absoluteRef)) return;
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      if (property.description || resolve(property).node?.description) continue;
      report({
        message: `Property \`${name}\` must have a description.`,
        location: location.child(["properties", name]).key(),
      });
    }
  },
});
