import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { createCloser } from "./closer.ts";

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
  const { server, close, open } = await start(() => {}, 20);
  const request = once(server, "request");
  const socket = await open("POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\n\r\nhalf");
  await request;
  await close();
  expect(await text(socket)).toBe("");
});

test("a server that never listened is closed at once", async () => {
  await createCloser(createServer())();
});

async function start(listener: RequestListener, waitMs?: number) {
  const server = createServer(listener);
  const close = createCloser(server, waitMs);
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
