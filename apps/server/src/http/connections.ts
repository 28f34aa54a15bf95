import { readFileSync } from "node:fs";
import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** A connection, with the answer that is owed on it, if one is. */
export type Connection = Socket & { _httpMessage?: ServerResponse | null };

/** Whatever the system allows, each costs memory. */
const connectionsMaxAnywhere = 10_000;
/** Left to the database, DNS, gateways and files. */
const headroom = 128;

/** How many connections there may be: each is an open file, and a process without any left can call nobody. */
export function connectionsMax(limits = limitsOfProcess()): number {
  const files = Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? connectionsMaxAnywhere * 2);
  return Math.min(connectionsMaxAnywhere, Math.ceil(files - Math.min(headroom, files / 2)));
}

/** As Linux tells them; empty elsewhere. */
function limitsOfProcess(): string {
  try {
    return readFileSync("/proc/self/limits", "utf8");
  } catch {
    return "";
  }
}

/**
 * Follows the connections that are open. When there are too many, the oldest on which nothing was ever said gives way to
 * a new one, then the oldest that is owed no answer: who holds connections for their own sake shuts nobody out.
 * @returns those that are open, oldest first
 */
export function boundConnections(server: Server, max: number): Set<Connection> {
  const open = new Set<Connection>();
  const add = (socket: Connection) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  };
  server.on("connection", (socket: Connection) => {
    add(socket);
    if (open.size <= max) return;
    const victim = dispensable(open, socket) ?? socket;
    open.delete(victim);
    victim.destroy();
  });
  // A request belongs to what the encrypted connection carries.
  server.on("secureConnection", (carried: Connection & { _parent?: Connection }) => {
    if (carried._parent) open.delete(carried._parent);
    add(carried);
  });
  return open;
}

function dispensable(open: Iterable<Connection>, newest: Connection): Connection | undefined {
  let idle: Connection | undefined;
  for (const connection of open) {
    if (connection === newest || connection._httpMessage) continue;
    if (connection.bytesRead === 0) return connection;
    idle ??= connection;
  }
  return idle;
}
