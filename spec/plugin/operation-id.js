const verbs = [
  "create",
  "list",
  "fetch",
  "update",
  "reveal",
  "delete",
  "start",
  "check",
  "enable",
  "process",
  "open",
  "advance",
  "reset",
  "set",
  "clear",
  "send",
  "rotate",
  "revoke",
  "retry",
  "lift",
  "test",
];
const form = new RegExp(`^(${verbs.join("|")})[A-Z][A-Za-z]*$`);

/** An operationId is a verb and a noun in camelCase: it is what handlers, tests, docs and workflows are joined by. */
export const operationId = () => ({
  Operation(operation, { report, location }) {
    if (form.test(operation.operationId ?? "")) return;
    report({
      message: `operationId must be one of the verbs ${verbs.join(", ")} and a noun, in camelCase.`,
      location: location.child("operationId").key(),
    });
  },
});
