import document from "@countersign/spec/openapi.json" with { type: "json" };

/** The parts of the bundled document that this program reads outside HTTP. */
export interface BundledDocument {
  paths: Record<string, Record<string, { operationId?: string; responses?: object }>>;
  components: Record<string, Record<string, object>>;
}

/** The project's document, built by the `spec` workspace. */
export function bundledDocument(): BundledDocument {
  return document as unknown as BundledDocument;
}

/** Makes the function that tells whether an operation documents an error of its API. */
export function documentedErrors(document: BundledDocument): (operationId: string, code: number) => boolean {
  const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
  const codes = new Map<string, Set<number>>();
  const codesOf = (operationId: string): Set<number> => {
    const operation = operations.find((one) => one.operationId === operationId);
    return new Set(errorCodes(document, operation?.responses ?? {}));
  };
  return (operationId, code) => {
    const known = codes.get(operationId) ?? codesOf(operationId);
    codes.set(operationId, known);
    return known.has(code);
  };
}

/** The codes of the error schemas that a part of the document refers to, at any depth. */
function errorCodes(document: BundledDocument, part: object): number[] {
  return [...JSON.stringify(part).matchAll(/"#\/components\/(\w+)\/(\w+)"/g)].flatMap(([, kind = "", name = ""]) => {
    const code = /^(?:V1)?Error(\d{5})$/.exec(name)?.[1];
    return code ? [Number(code)] : errorCodes(document, document.components[kind]?.[name] ?? {});
  });
}
