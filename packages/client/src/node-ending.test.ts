import { EventEmitter, once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";
import { credentials, refusal, ServiceSid } from "../test-support/fake-fetch.ts";
import { startHttpServer } from "../test-support/http-server.ts";
import { createClient } from "./index.ts";
import { createNodeFetch } from "./node.ts";

const VERIFICATIONS = "/v2/Services/{ServiceSid}/Verifications";
const start = { params: { path: { ServiceSid } }, body: { To: "+12025550123", Channel: "sms" } } as const;
const left = new Error("the user left");

const closing: (() => Promise<unknown>)[] = [];
afterEach(() => Promise.all(closing.splice(0).map((close) => close())));

/** A server that is busy as often as told, and then says nothing; it tells when the caller is gone. */
async function silentServer(busyTimes = 0) {
  const events = new EventEmitter();
  const [held, gone] = [once(events, "held"), once(events, "gone")];
  const server = await startHttpServer((_, response) => {
    if (server.received.length <= busyTimes) response.writeHead(503).end(JSON.stringify(refusal(20503, 503)));
    else {
      response.on("close", () => events.emit("gone"));
      events.emit("held");
    }
  });
  closing.push(server.close);
  return { ...server, held, gone };
}

const clientOf = (baseUrl: string, more = {}) =>
  createClient({ ...credentials, baseUrl, fetch: createNodeFetch(), ...more });

test("a caller that leaves ends the connection too, so that the server hears of it", async () => {
  const { url, held, gone } = await silentServer();
  const controller = new AbortController();
  const call = clientOf(url).POST(VERIFICATIONS, { ...start, signal: controller.signal });
  await held;
  controller.abort(left);
  await expect(call).rejects.toBe(left);
  await gone;
});

test("so does a call whose time is over", async () => {
  const { url, gone } = await silentServer();
  await expect(clientOf(url, { timeoutMs: 30 }).POST(VERIFICATIONS, start)).rejects.toThrow("no answer in 30 ms");
  await gone;
});

test("of a call that is sent again, what is under way is ended, and not what was answered", async () => {
  const { url, received, held, gone } = await silentServer(1);
  const controller = new AbortController();
  const retry = { attempts: 2, sleep: async () => {} };
  const call = clientOf(url, { retry }).POST(VERIFICATIONS, { ...start, signal: controller.signal });
  await held;
  controller.abort(left);
  await expect(call).rejects.toBe(left);
  await gone;
  expect(received).toHaveLength(2);
});

test("a wait before the next try can be ended as well", async () => {
  const { url, received } = await silentServer(1);
  const controller = new AbortController();
  const sleep = async (_: number, signal: AbortSignal) => {
    expect(signal).toBeInstanceOf(AbortSignal);
    controller.abort(left);
    signal.throwIfAborted();
  };
  const init = { ...start, signal: controller.signal };
  const call = clientOf(url, { retry: { attempts: 2, sleep } }).POST(VERIFICATIONS, init);
  await expect(call).rejects.toBe(left);
  expect(received).toHaveLength(1);
});

test("a call that waits for a connection ends at once too, and is not sent later", async () => {
  const events = new EventEmitter();
  const held = once(events, "held");
  const server = await startHttpServer((_, response) => {
    if (server.received.length > 1) response.end('{"sid":"VE1"}');
    else events.emit("held");
  });
  closing.push(server.close);
  const client = clientOf(server.url, { fetch: createNodeFetch({ maxSockets: 1 }) });
  const [first, second] = [new AbortController(), new AbortController()];
  const holding = client.POST(VERIFICATIONS, { ...start, signal: first.signal });
  await held;
  const waiting = client.POST(VERIFICATIONS, { ...start, signal: second.signal });
  second.abort(left);
  await expect(waiting).rejects.toBe(left);
  first.abort(left);
  await expect(holding).rejects.toBe(left);
  expect((await client.POST(VERIFICATIONS, start)).data?.sid).toBe("VE1");
  expect(server.received).toHaveLength(2);
});

test("a call of one who left before is not sent", async () => {
  const { url, received } = await silentServer();
  const call = clientOf(url).POST(VERIFICATIONS, { ...start, signal: AbortSignal.abort(left) });
  await expect(call).rejects.toBe(left);
  expect(received).toEqual([]);
});

test("a fetch of the caller's own gets a real signal, which ends what it hands on", async () => {
  const { url, held, gone } = await silentServer();
  const signals: unknown[] = [];
  const overNode = createNodeFetch();
  const fetch = (address: string, init: RequestInit) => {
    signals.push(init.signal);
    return overNode(address, { ...init });
  };
  const controller = new AbortController();
  const call = clientOf(url, { fetch }).POST(VERIFICATIONS, { ...start, signal: controller.signal });
  await held;
  controller.abort(left);
  await expect(call).rejects.toBe(left);
  await gone;
  expect(signals).toEqual([expect.any(AbortSignal)]);
});

test("so does one that wraps this package's and has all of its properties", async () => {
  const { url, gone } = await silentServer();
  const fetch = new Proxy(createNodeFetch(), {
    apply: (send, _, [address, init]) => send(address, { ...init, signal: AbortSignal.any([init.signal]) }),
  });
  await expect(clientOf(url, { fetch, timeoutMs: 30 }).POST(VERIFICATIONS, start)).rejects.toThrow(
    "no answer in 30 ms",
  );
  await gone;
});

test("an answered call leaves no listener on a signal that outlives it", async () => {
  const server = await startHttpServer((_, response) => response.end("{}"));
  closing.push(server.close);
  const { signal } = new AbortController();
  const [add, remove] = [vi.spyOn(signal, "addEventListener"), vi.spyOn(signal, "removeEventListener")];
  await createNodeFetch()(server.url, { signal });
  await setImmediate();
  expect(add).toHaveBeenCalledOnce();
  expect(remove.mock.calls).toEqual(add.mock.calls);
});
