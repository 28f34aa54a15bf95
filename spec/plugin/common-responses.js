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
      const common = responsesOf(operation, operation.security ?? security).map(([status, name]) => [
        status,
        { $ref: `../components/responses/${name}.yaml` },
      ]);
      operation.responses = { ...Object.fromEntries(common), ...operation.responses };
    },
  };
};

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
