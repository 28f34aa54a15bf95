import { createSandbox, type Sandbox } from "./sandbox.ts";

export interface StartOptions {
  /** The port on 127.0.0.1; by default a free one, so that sandboxes never meet. */
  port?: number;
  /** The path of a seed file, such as `countersign.yaml`: what it has is there from the start and after each reset. */
  seed?: string | undefined;
}

/**
 * Starts a sandbox in this process, on a port of its own and with everything in memory. Close it when the tests are done.
 *
 * @throws Error when the port is taken, and with every problem of a seed file in a line of its own.
 */
export async function startSandbox({ port = 0, seed }: StartOptions = {}): Promise<Sandbox> {
  const server = await loadServer();
  const { url, close } = await server.startSandbox({ port, ...(seed !== undefined && { seed }) });
  return createSandbox(server, url, close);
}

/**
 * Gives the same of a sandbox that runs already, such as `countersign sandbox` in another process. To close it ends
 * nothing but the waiting here.
 *
 * @param url Where it answers, such as `http://127.0.0.1:4010`; a slash at its end is none of the addresses given here. By
 *   default what the commands ask: the environment's `COUNTERSIGN_URL`, else `PORT` of this machine, else 4010.
 * @throws TypeError when it is no address, or has a query, a fragment or a password; Error when the environment says none.
 */
export async function connectSandbox(url?: string): Promise<Sandbox> {
  const server = await loadServer();
  return createSandbox(server, (url ?? server.findServer(process.env)).trim().replace(/\/+$/, ""), async () => {});
}

/** Loaded only once it is needed: test runners load the tests in processes that run none of them, too. */
function loadServer() {
  return import("@countersign/server");
}
