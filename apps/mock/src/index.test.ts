import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { bundledDocument } from "./document.ts";
import { startMock } from "./index.ts";

const headers = { authorization: `Basic ${btoa("AC1:token")}` };

it("leaves the given document as it is", async () => {
  const document = await bundledDocument();
  const before = structuredClone(document);
  const mock = await startMock({ document });
  await mock.close();
  expect(document).toEqual(before);
});

it("refuses a document without the errors that it needs", async () => {
  const { paths, ...rest } = await bundledDocument();
  const operation = { operationId: "fetchThing", responses: { 200: { description: "A thing." } } };
  const document = { ...rest, paths: { "/v2/Things": { get: operation } } };
  await expect(startMock({ document })).rejects.toThrow("The document has no example of v2 error20404");
});

it("runs twice beside itself", async () => {
  const [one, other] = await Promise.all([startMock(), startMock()]);
  expect((await fetch(`${one.url}/v2/Services`, { headers })).status).toBe(200);
  await one.close();
  expect((await fetch(`${other.url}/v2/Services`, { headers })).status).toBe(200);
  await other.close();
});

it("ends with connections open, and frees its port", async () => {
  const mock = await startMock();
  await (await fetch(mock.url)).text();
  await mock.close();
  const next = await startMock({ port: mock.port });
  expect(next.port).toBe(mock.port);
  await expect(startMock({ port: mock.port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  await next.close();
});

it("answers a request that is under way before it ends, and waits for none that does not come to its end", async () => {
  const mock = await startMock();
  const [head, rest] = ["POST /v2/Services HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nFrie", "ndly="];
  const [whole, half] = [0, 1].map(() => connect({ port: mock.port, host: "127.0.0.1" })) as [Socket, Socket];
  for (const socket of [whole, half]) {
    socket.write(head.replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n"));
    // The mock has read the head.
    await once(socket, "data");
  }
  const closed = mock.close();
  whole.write(rest);
  expect(await text(whole)).toMatch(/^HTTP\/1\.1 401 /);
  await closed;
  half.destroy();
});

it("ends although a client whose garbage was refused does not hang up", async () => {
  const mock = await startMock();
  const socket = connect({ port: mock.port, host: "127.0.0.1", allowHalfOpen: true });
  socket.write("garbage\r\n\r\n");
  await once(socket, "data");
  await mock.close();
  socket.destroy();
});

it("answers a repeated request alike, and each change of it anew", async () => {
  const mock = await startMock();
  const ask = async (more: Record<string, string>, query = "") =>
    (await fetch(`${mock.url}/v2/Services${query}`, { headers: more })).status;
  for (const _ of [1, 2]) {
    expect(await ask(headers)).toBe(200);
    expect(await ask({})).toBe(401);
    expect(await ask({ ...headers, prefer: "code=429" })).toBe(429);
    expect(await ask(headers, "?PageSize=x")).toBe(400);
  }
  await mock.close();
});
