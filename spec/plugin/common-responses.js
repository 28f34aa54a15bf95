/**
 * Gives each operation the answers that every one of its kind has, unless it states one of its own for that status. It
 * runs before all rules and before the bundling, so that both see what the reader of the document sees.
 */
export const commonResponses = () => {
  let security = [];
  return {
    Root(root) {
      security = root.security ?? [];
    },
    Operation(operation, { location }) {
      // What the receiver of a webhook answers is its own affair.
      if (!/\/paths\/[^/]+$/.test(location.source.absoluteRef)) return;
      const asked = operation.security ?? security;
      const common = responsesOf(operation, asked).map(([status, name]) => [
        status,
        { $ref: `../components/responses/${name}.yaml` },
      ]);
      if (hasScope(asked)) addForbidden(operation.responses["403"]);
      operation.responses = { ...Object.fromEntries(common), ...operation.responses };
    },
  };
};

function hasScope(security) {
  return security.some(({ basicAuth }) => basicAuth?.length > 0);
}

/** To the errors of an operation that has others of the same status. */
function addForbidden(response) {
  const media = response?.content["application/json"];
  if (!media) return;
  const errors = media.schema.oneOf ?? [media.schema];
  media.schema = { oneOf: [...errors, { $ref: "../components/schemas/errors/Error20403.yaml" }] };
}

/** All that is deprecated is v1. */
function responsesOf({ deprecated, requestBody, tags }, security) {
  const asksFor = (name) => security.some((scheme) => name in scheme);
  if (deprecated) {
    return [...(asksFor("v1KeyHeader") ? [["401", "V1Unauthorized"]] : []), ["429", "V1TooManyRequests"]];
  }
  // The requests of an account are limited, but for those with which it prepares a test.
  const isLimited = asksFor("basicAuth") && !tags.includes("Sandbox");
  return [
    ...(asksFor("basicAuth") ? [["401", "Unauthorized"]] : []),
    ...(hasScope(security) ? [["403", "Forbidden"]] : []),
    ["405", "MethodNotAllowed"],
    ["408", "RequestTimeout"],
    ...(requestBody ? [["413", "PayloadTooLarge"]] : []),
    ["414", "UriTooLong"],
    ...(isLimited ? [["429", "TooManyRequests"]] : []),
    ["431", "RequestHeaderFieldsTooLarge"],
    ["500", "InternalServerError"],
    ["503", "ServiceUnavailable"],
  ];
}
