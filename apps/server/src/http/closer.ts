import type { Server } from "node:http";
import type { Server as NetServer } from "node:net";
import { setTimeout as delay, setImmediate as turn } from "node:timers/promises";
import type { Connection } from "./connections.ts";
import { stopListening } from "./listen.ts";

export interface Closing {
  /** How long it goes on accepting: whoever sends requests here takes a while to notice that this server is not ready. */
  lingerMs?: number;
  /** How long it waits for requests under way, what it lingers included. */
  waitMs?: number;
}

interface Listening {
  server: Server;
  /** What else takes connections for it. */
  twin?: NetServer;
  /** The connections that there are. */
  open: ReadonlySet<Connection>;
}

/**
 * Makes the function that stops a server so that no request is lost which had arrived: first it goes on as before, but
 * each answer is the last on its connection, then it stops listening, and answers what is under way.
 */
export function createCloser({ server, twin, open }: Listening, { lingerMs = 0, waitMs = 5_000 }: Closing) {
  return async (): Promise<void> => {
    // One that never listened has nothing to close.
    if (!server.listening) return;
    server.prependListener("request", (_request, response) => {
      response.shouldKeepAlive = false;
    });
    for (const { _httpMessage: answer } of open) if (answer) answer.shouldKeepAlive = false;
    const sweep = createSweep(open);
    const timer = setTimeout(() => expire(server, open), waitMs);
    sweep();
    await delay(lingerMs);
    await emptyQueue(server);
    const closed = [server, ...(twin?.listening ? [twin] : [])].map(stopListening);
    sweep();
    const interval = setInterval(sweep, Math.max(100, lingerMs / 2));
    await Promise.all(closed);
    clearInterval(interval);
    clearTimeout(timer);
    // Ends what looks for requests that are late.
    server.close(() => {});
  };
}

/**
 * Closes the connections on which no answer is owed, if nothing has come on them since it last looked. On one that was
 * just accepted a request may lie that nobody has read yet.
 */
function createSweep(open: ReadonlySet<Connection>): () => void {
  const seen = new Map<Connection, number>();
  return () => {
    for (const connection of open) {
      if (connection._httpMessage) continue;
      if (seen.get(connection) === connection.bytesRead) connection.destroy();
      else seen.set(connection, connection.bytesRead);
    }
  };
}

/** Takes the connections that the system has made already: those left there when nobody listens any more are reset. */
async function emptyQueue(server: Server): Promise<void> {
  let isEmpty = false;
  const accepted = () => {
    isEmpty = false;
  };
  server.on("connection", accepted);
  // Where new ones come without end, some will find nobody.
  const until = performance.now() + 1_000;
  // In the first turn a request may have come that asks for this; in the second the system is asked.
  await turn();
  while (!isEmpty && performance.now() < until) {
    isEmpty = true;
    await turn();
  }
  server.off("connection", accepted);
}

/** Tells those whose requests have not come to an end that they are late, and waits for nobody any more. */
function expire(server: Server, open: ReadonlySet<Connection>): void {
  const late = Object.assign(new Error("The server stops"), { code: "ERR_HTTP_REQUEST_TIMEOUT" });
  for (const connection of open) server.emit("clientError", late, connection);
  setTimeout(() => {
    for (const connection of open) connection.destroy();
  }, 200);
}
