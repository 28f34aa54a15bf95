import { afterEach, expect, test, vi } from "vitest";
import { credentials, fakeFetch, json, ServiceSid } from "../test-support/fake-fetch.ts";
import { startHttpServer } from "../test-support/http-server.ts";
import { ConnectionError, createClient } from "./index.ts";

const VERIFICATION = "/v2/Services/{ServiceSid}/Verifications/{Sid}";
const params = { path: { ServiceSid, Sid: "VE1" } };

const closing: (() => Promise<unknown>)[] = [];
afterEach(() => Promise.all(closing.splice(0).map((close) => close())));

async function silentServer(answer: Parameters<typeof startHttpServer>[0] = () => {}) {
  const server = await startHttpServer(answer);
  closing.push(server.close);
  return server.url;
}

test("a call that is not answered in time rejects and says so", async () => {
  const client = createClient({ ...credentials, baseUrl: await silentServer(), timeoutMs: 30 });
  const error = await client.GET(VERIFICATION, { params }).catch((reason) => reason);
  expect(error).toBeInstanceOf(ConnectionError);
  expect(error.message).toBe(`GET ${VERIFICATION}: no answer in 30 ms`);
});

test("the time covers the body, not the headers alone", async () => {
  const baseUrl = await silentServer((_, response) => response.writeHead(200).write('{"sid":'));
  const call = createClient({ ...credentials, baseUrl, timeoutMs: 60 }).GET(VERIFICATION, { params });
  await expect(call).rejects.toThrow("no answer in 60 ms");
});

test("the caller's own signal ends a call with its own reason, under way or before", async () => {
  const client = createClient({ ...credentials, baseUrl: await silentServer() });
  const controller = new AbortController();
  const reason = new Error("the user left");
  const call = client.GET(VERIFICATION, { params, signal: controller.signal });
  controller.abort(reason);
  await expect(call).rejects.toBe(reason);
  await expect(client.GET(VERIFICATION, { params, signal: controller.signal })).rejects.toBe(reason);
});

test("the time limit holds beside a caller's signal", async () => {
  const client = createClient({ ...credentials, baseUrl: await silentServer(), timeoutMs: 30 });
  const { signal } = new AbortController();
  await expect(client.GET(VERIFICATION, { params, signal })).rejects.toThrow("no answer in 30 ms");
});

test("an answered call leaves no timer and no listener behind", async () => {
  vi.useFakeTimers();
  const { signal } = new AbortController();
  const remove = vi.spyOn(signal, "removeEventListener");
  await createClient({ ...credentials, fetch: fakeFetch(json(200, {})).fetch }).GET(VERIFICATION, { params, signal });
  expect(vi.getTimerCount()).toBe(0);
  expect(remove).toHaveBeenCalledOnce();
  vi.useRealTimers();
});

test("Infinity is no limit", async () => {
  const { fetch } = fakeFetch(json(200, { sid: "VE1" }));
  const client = createClient({ ...credentials, fetch, timeoutMs: Number.POSITIVE_INFINITY });
  expect((await client.GET(VERIFICATION, { params })).data?.sid).toBe("VE1");
});
