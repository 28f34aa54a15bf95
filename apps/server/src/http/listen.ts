import { once } from "node:events";
import type { Server } from "node:http";
import { createServer, type ListenOptions, Server as NetServer } from "node:net";

/** What takes connections on another address, and hands them to a server. */
export function createTwin(server: Server): NetServer {
  return createServer({ allowHalfOpen: true, noDelay: true }, (socket) => server.emit("connection", socket));
}

/**
 * Has a server take no more connections, and waits until it has none. A server of HTTP has a way of its own, which cuts
 * off whoever is still reading an answer, and is for good; where it is no server of connections, as with Bun, it has
 * that way alone.
 */
export async function stopListening(server: NetServer): Promise<void> {
  const closed = once(server, "close");
  if (server instanceof NetServer) NetServer.prototype.close.call(server);
  else (server as Pick<NetServer, "close">).close();
  await closed;
}

/** A free port of one address may be taken on the other. */
const triesMax = 10;
/** What the system says where there is no such address. */
const withoutAddress = new Set(["EADDRNOTAVAIL", "EAFNOSUPPORT", "EPROTONOSUPPORT"]);

/**
 * Has a server listen, on a second address too, at the same port. Where this machine has not that address it goes without:
 * nobody can call it there.
 * @throws when the port is taken on either address.
 */
export async function listenAt(
  server: Server,
  where: ListenOptions,
  second: { twin: NetServer; host: string } | undefined,
): Promise<void> {
  for (let triesLeft = where.port ? 1 : triesMax; ; triesLeft -= 1) {
    await once(server.listen(where), "listening");
    const address = server.address();
    if (!second || typeof address !== "object" || !address) return;
    try {
      await once(second.twin.listen({ port: address.port, host: second.host }), "listening");
      return;
    } catch (error) {
      if (withoutAddress.has((error as NodeJS.ErrnoException).code ?? "")) return;
      await stopListening(server);
      if (triesLeft === 1) throw error;
    }
  }
}
