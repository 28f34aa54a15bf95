import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { Server as TlsServer } from "node:tls";

/** Whoever stops the process waits ten seconds. */
const graceMs = 8_000;

/**
 * Makes the function that stops a server. It finishes the requests that are under way, but waits no longer than
 * `waitMs` for those whose body never ends.
 */
export function createCloser(server: Server, waitMs = graceMs): () => Promise<void> {
  const connections = watch(server, "connection");
  // A request belongs to what the encrypted connection carries.
  const carriers = server instanceof TlsServer ? watch(server, "secureConnection") : connections;
  return () =>
    new Promise((resolve) => {
      const timer = setTimeout(() => destroy(connections), waitMs);
      // One that never listened has nothing to close, and says so by an error.
      server.close(() => {
        clearTimeout(timer);
        resolve();
      });
      // Node takes a connection on which no request has come yet for a busy one, and a closed server times none out.
      destroy([...carriers].filter((socket) => !socket._httpMessage));
    });
}

type Connection = Socket & { _httpMessage?: ServerResponse | null };

/** The connections that are open at any time. */
function watch(server: Server, event: "connection" | "secureConnection"): ReadonlySet<Connection> {
  const open = new Set<Connection>();
  server.on(event, (socket: Connection) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  return open;
}

function destroy(connections: Iterable<Connection>): void {
  for (const connection of connections) connection.destroy();
}
