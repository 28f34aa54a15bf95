/**
 * Loaded before a snippet that leaves the client's base URL at its default, the sandbox: what goes there reaches the
 * sandbox that the tests started.
 */
const { fetch } = globalThis;
globalThis.fetch = (input, init) =>
  fetch(
    typeof input === "string" ? input.replace("http://127.0.0.1:4010", process.env.SNIPPET_SANDBOX_URL ?? "") : input,
    init,
  );
