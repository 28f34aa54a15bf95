import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { boundConnections, connectionsMax } from "./connections.ts";

test.each([
  ["", 10_000],
  ["Max open files            256                  256                  files     ", 128],
  ["Max open files            64                   64                   files     ", 32],
  ["Max open files            1048576              1048576              files     ", 10_000],
  ["Max open files            unlimited            unlimited            files     ", 10_000],
])("security 29: files are left for the database, DNS and gateways: %j", (limits, max) => {
  expect(connectionsMax(limits)).toBe(max);
});

test("security 29: who says nothing gives way to a new connection, who is owed an answer does not", async () => {
  const server = createServer((_, response) => setTimeout(() => response.end("served"), 300));
  const open = boundConnections(server, 10);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const sockets = Array.from({ length: 60 }, (_, index) => {
    const socket = connect(port, "127.0.0.1", () => {
      if (index % 12 === 0) socket.write("GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
    });
    return socket.on("error", () => {});
  });
  const answers = await Promise.all(sockets.filter((_, index) => index % 12 === 0).map((socket) => text(socket)));
  for (const answer of answers) expect(answer).toContain("served");
  expect(open.size).toBeLessThanOrEqual(10);
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});
