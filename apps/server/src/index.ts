import { findServer as find } from "./cli/found-server.ts";
import { startSandbox as start } from "./sandbox/sandbox.ts";

export {
  sandboxAccount,
  sandboxApiKey,
  sandboxKeys,
  sandboxServiceSid,
  sandboxSigningSecret,
} from "./sandbox/account.ts";

export interface SandboxOptions {
  /** By default a free one. */
  port?: number;
  /** The address to listen on; by default 127.0.0.1. */
  host?: string;
  /** Where callers reach the sandbox; by the request's own host when it is not given. */
  publicUrl?: string;
  /** Origins whose pages may read the inbox in a browser, beside those of this machine. */
  corsOrigins?: readonly string[];
  /** Where it keeps what it knows, such as `sqlite:./file.db` or `postgres://…`; by default in memory. */
  databaseUrl?: string;
  /** What codes are sealed with. A database that is opened again needs the same. */
  secret?: string;
  /** A certificate and its private key, as the text of PEM files, to speak HTTPS with. */
  tls?: { cert: string; key: string };
  /** The path of a seed file, whose content is there from the start and after each reset. */
  seed?: string;
}

export interface RunningSandbox {
  /** Where it answers, without a slash at the end. */
  url: string;
  /** Where its pages are announced, by name: `http://localhost:4010`. It answers programs there as well. */
  pagesUrl: string;
  port: number;
  /** Finishes the requests that are under way. It takes less than 8 s. */
  close(): Promise<void>;
}

/** Starts a sandbox in this process: nothing is sent to anybody, and tests have powers. */
export const startSandbox: (options?: SandboxOptions) => Promise<RunningSandbox> = start;

/**
 * Finds the server that commands call when they are told of none, by an environment: `COUNTERSIGN_URL`, else `PORT` of this
 * machine, else port 4010.
 * @returns its address without a slash at the end
 * @throws Error when what the environment says is no address.
 */
export const findServer: (env: Readonly<Record<string, string | undefined>>) => string = (env) => find(env).server;
