import { errorNamedBy } from "./error-schemas.js";

/** An error is one file: named for its code, with status, message, cause and remedy in it. */
export const errorFile = () => ({
  Schema(schema, { report, location }) {
    const named = errorNamedBy(location.source.absoluteRef);
    if (!named || location.pointer !== "#/") return;
    for (const message of named.isV1 ? v1Problems(schema, named.code) : v2Problems(schema, named.code)) {
      report({ message, location: location.key() });
    }
  },
});

function v2Problems(schema, code) {
  const { code: codeSchema, status, message } = schema.properties ?? {};
  return [
    ...commonProblems(schema, message),
    ...(codeSchema?.const === Number(code) ? [] : [`properties.code must be const ${code}, as the file is named.`]),
    ...(isErrorStatus(status?.const) ? [] : ["properties.status must be the const HTTP status."]),
  ];
}

function v1Problems(schema, code) {
  const { error_code, message } = schema.properties ?? {};
  return [
    ...commonProblems(schema, message),
    ...(error_code?.const === code ? [] : [`properties.error_code must be const "${code}", as the file is named.`]),
    ...(isErrorStatus(schema["x-status"]) ? [] : ["x-status must be the HTTP status."]),
    ...(schema["x-category"] ? [] : ["x-category must name the error's group."]),
  ];
}

function commonProblems(schema, message) {
  const texts = ["title", "description", "x-remedy"].filter((key) => !schema[key]);
  const isTemplate = message?.pattern !== undefined && schema["x-message"] !== undefined;
  return [
    ...texts.map((key) => `An error states its ${key}.`),
    ...(typeof schema["x-retryable"] === "boolean" ? [] : ["An error states x-retryable."]),
    ...(message?.const !== undefined || isTemplate
      ? []
      : ["properties.message must be const, or have a pattern beside x-message."]),
  ];
}

function isErrorStatus(status) {
  return Number.isInteger(status) && status >= 400 && status < 600;
}
