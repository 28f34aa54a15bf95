/** An operation that asks for credentials can answer 401, and every operation can refuse in a further way. */
export const errorResponses = () => {
  let security = [];
  return {
    Root(root) {
      security = root.security ?? [];
    },
    Operation(operation, { report, location }) {
      const statuses = Object.keys(operation.responses ?? {});
      const at = location.child("responses").key();
      const needsCredentials = hasCredentials(operation.security ?? security);
      if (needsCredentials && !statuses.includes("401")) {
        report({ message: "An operation that asks for credentials must list 401.", location: at });
      }
      if (!statuses.some((status) => status.startsWith("4") && status !== "401")) {
        report({ message: "An operation must list a 4xx beside 401.", location: at });
      }
    },
  };
};

/** A request signature is checked with the parameters, and its failure is a 400: only keys and passwords give a 401. */
function hasCredentials(security) {
  return security.some((scheme) => Object.keys(scheme).some((name) => !name.startsWith("v1Signature")));
}
