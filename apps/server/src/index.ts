export { sandboxAccount, sandboxServiceSid, startSandbox } from "./sandbox.ts";
export type { Running, ServerOptions } from "./server.ts";
