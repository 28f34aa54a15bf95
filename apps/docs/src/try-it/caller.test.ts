import { expect, test } from "vitest";
import type { Told } from "./answer.ts";
import { createCaller } from "./caller.ts";
import type { Asked } from "./request.ts";

const base = "http://localhost:4010";
const asked: Asked = { base, path: "/v2/Services", url: `${base}/v2/Services`, init: { method: "GET" } };
const published = { origin: "https://docs.example", protocol: "https:", hostname: "docs.example" };
const here = { origin: base, protocol: "http:", hostname: "localhost" };

/** Calls of which each is answered when the test says so. */
function held() {
  const calls: { signal: AbortSignal; answer(text: string): void }[] = [];
  const fetch = (_: unknown, { signal }: RequestInit = {}) =>
    new Promise<Response>((resolve, reject) => {
      signal?.throwIfAborted();
      signal?.addEventListener("abort", () => reject(new Error("aborted")));
      calls.push({ signal: signal as AbortSignal, answer: (text) => resolve(new Response(text)) });
    });
  return { calls, fetch: fetch as typeof globalThis.fetch };
}

async function toldOf(fetch: (url: string, init: RequestInit) => Response, page = here, path = asked.path) {
  const told: Told[] = [];
  const caller = createCaller((each) => told.push(each), {
    fetch: (async (url: string, init: RequestInit) => fetch(url, init)) as typeof globalThis.fetch,
    page,
  });
  await caller.send({ ...asked, path });
  return told.at(-1);
}

test("a late answer is given up and takes no place of a newer one", async () => {
  const told: Told[] = [];
  const { calls, fetch } = held();
  const caller = createCaller((each) => told.push(each), { fetch, page: here });
  const sends = [caller.send(asked), caller.send(asked)];
  expect(calls.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  calls[1]?.answer("newer");
  calls[0]?.answer("late");
  await Promise.all(sends);
  expect(told.map(({ body, isUnderWay }) => body?.text ?? isUnderWay)).toEqual([true, true, "newer"]);
});

test("what is cancelled is given up and told once, and without anything under way nothing is", async () => {
  const told: Told[] = [];
  const { calls, fetch } = held();
  const caller = createCaller((each) => told.push(each), { fetch, page: here });
  caller.cancel();
  const send = caller.send(asked);
  caller.cancel();
  caller.cancel();
  await send;
  expect(calls.map(({ signal }) => signal.aborted)).toContain(true);
  expect(told.map(({ words }) => words)).toEqual([
    "Sending…",
    "Cancelled. What was sent may have been done all the same.",
  ]);
});

test("an answer is told with what was sent, and one that is no JSON is no missing answer", async () => {
  const deep = "[".repeat(60_000);
  const told = await toldOf(() => new Response(deep, { status: 500, statusText: "Internal Server Error" }));
  expect(told).toMatchObject({ asked, body: { text: deep } });
  expect(told?.words).toMatch(/^500 Internal Server Error in \d+ ms$/);
});

test("an answer that breaks off, and one that leads elsewhere, are told as such", async () => {
  const broken = new ReadableStream({ pull: (controller) => controller.error(new Error("reset")) });
  expect((await toldOf(() => new Response(broken)))?.words).toContain("broke off");
  const elsewhere = Object.defineProperty(new Response(), "type", { value: "opaqueredirect" });
  expect((await toldOf(() => elsewhere))?.words).toContain("leads to another address");
});

test("without an answer it is told whether nobody listens or a page may not read, and why", async () => {
  const nobody = () => {
    throw new TypeError();
  };
  const unreadable = (_: string, { mode }: RequestInit) => (mode === "no-cors" ? new Response() : nobody());
  expect((await toldOf(nobody))?.words).toBe(`Nothing answers at ${base}. Does a sandbox run there?`);
  expect((await toldOf(nobody, published))?.words).toContain("comes by https");
  expect((await toldOf(unreadable, published))?.words).toContain("pages of https://docs.example may");
  expect((await toldOf(unreadable, { ...here, origin: "null" }))?.words).toContain("pages from files may");
  expect((await toldOf(unreadable, published, "/sandbox/messages"))?.words).toContain("only pages of this machine");
});
