const errorFileName = /\/components\/schemas\/errors\/(V1)?Error(\d{5})\.yaml$/;

/**
 * Whether a schema is an error, itself or through its `allOf`.
 * @param {{ $ref?: string, allOf?: object[] }} schema as it stands in the file, a reference unresolved
 * @param {(schema: object, from?: string) => { node?: any, location?: any }} resolve Redocly's
 */
export function isErrorSchema(schema, resolve, from) {
  const { node, location } = resolve(schema, from);
  if (!node) return false;
  const file = location?.source.absoluteRef ?? "";
  if (errorFileName.test(file)) return true;
  return (node.allOf ?? []).some((part) => isErrorSchema(part, resolve, file));
}

/** The API and the code that the name of an error's file states; undefined for every other file. */
export function errorNamedBy(file) {
  const match = errorFileName.exec(file);
  return match ? { isV1: match[1] !== undefined, code: match[2] } : undefined;
}
