import { EventEmitter, once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { buffer, text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { type Closing, createCloser } from "./closer.ts";
import { boundConnections } from "./connections.ts";

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

test("connections that have asked nothing, or not to the end, do not hold up the close", async () => {
  const { close, open } = await start((_, response) => response.end());
  const silent = await open("");
  const halfAsked = await open("GET / HTTP/1.1\r\nHost: here\r\nAcce");
  await close();
  expect([await text(silent), await text(halfAsked)]).toEqual(["", ""]);
});

test("a request under way is answered before the server is closed", async () => {
  const { server, close, open } = await start(() => {});
  const request = once(server, "request");
  const socket = await open("GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
  const [, response] = (await request) as [IncomingMessage, ServerResponse];
  const closed = close();
  response.end("late");
  expect(await text(socket)).toContain("late");
  await closed;
});

test("a body that never ends is not waited for longer than the grace", async () => {
  const { server, close, open } = await start(() => {}, { waitMs: 20 });
  const request = once(server, "request");
  const socket = await open("POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\n\r\nhalf");
  await request;
  await close();
  expect(await text(socket)).toBe("");
});

test("security 37: requests that the system has taken, but nobody has read, are answered before nobody listens any more", async () => {
  const { server, close } = await start((_, response) => response.end("served"));
  const { port } = server.address() as AddressInfo;
  const answers = Array.from({ length: 100 }, () => {
    const socket = connect(port, "127.0.0.1", () => socket.write("GET / HTTP/1.1\r\nHost: here\r\n\r\n"));
    sockets.push(socket);
    return text(socket);
  });
  // They are on their way when this process, which accepts them, next looks.
  await once(sockets.at(-1) as Socket, "connect");
  await close();
  for (const answer of await Promise.all(answers)) expect(answer).toMatch(/Connection: close.*served$/s);
});

test("security 37: whoever reads slowly gets the whole answer, and a kept connection is told that this was the last", async () => {
  const whole = Buffer.alloc(8_000_000);
  const { close, open } = await start(({ url }, response) => response.end(url === "/" ? "short" : whole), {
    lingerMs: 100,
  });
  const slow = (await open("GET /whole HTTP/1.1\r\nHost: here\r\n\r\n")).pause();
  const kept = await open("GET / HTTP/1.1\r\nHost: here\r\n\r\n");
  kept.on("data", (answer) => {
    if (!/Connection: close/.test(answer.toString())) kept.write("GET / HTTP/1.1\r\nHost: here\r\n\r\n");
  });
  const ended = text(kept);
  const closed = close();
  const received = delay(250).then(() => buffer(slow.resume()));
  expect(await ended).toMatch(/Connection: close/);
  expect((await received).length).toBeGreaterThan(whole.length);
  await closed;
});

test("a server that never listened is closed at once", async () => {
  await createCloser({ server: createServer(), open: new Set() }, {})();
});

test("where a server of HTTP is none of connections, as with Bun, it is stopped by its own way to close", async () => {
  const emitter = new EventEmitter();
  const server = Object.assign(emitter, { listening: true, close: () => emitter.emit("close") });
  let isClosed = false;
  server.once("close", () => {
    isClosed = true;
  });
  await createCloser({ server: server as unknown as Server, open: new Set() }, {})();
  expect(isClosed).toBe(true);
});

async function start(listener: RequestListener, closing: Closing = {}) {
  const server = createServer(listener);
  const close = createCloser({ server, open: boundConnections(server, 1_000) }, closing);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    server,
    close,
    /** Connects, and sends the beginning of a request. */
    async open(bytes: string): Promise<Socket> {
      const accepted = once(server, "connection");
      const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
      sockets.push(socket);
      const [accepting] = (await accepted) as [Socket];
      if (bytes) {
        const read = once(accepting, "data");
        socket.write(bytes);
        await read;
      }
      return socket;
    },
  };
}
