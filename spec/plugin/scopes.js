/** An operation that takes the credentials of an account says itself which scope these must have, or that any will do. */
export const scopes = () => ({
  Operation({ security, tags, responses }, { report, location }) {
    // Everybody who may call a sandbox may do all that a test needs.
    const asks =
      /\/paths\/[^/]+$/.test(location.source.absoluteRef) && !tags?.includes("Sandbox") && responses?.["401"];
    if (!asks || security?.every(({ basicAuth = [] }) => basicAuth.length < 2)) return;
    report({ message: "An operation of an account must name its scope.", location: location.key() });
  },
});
