export { type SandboxOptions, sandboxAccount, sandboxServiceSid, startSandbox } from "./sandbox.ts";
export { sandboxKeys } from "./sandbox-application.ts";
export type { Running, ServerOptions } from "./server.ts";
