import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { takeDepartures } from "./checked-answers.ts";
import { exampleOf, type FakeHandler, fakeApp, get, post, serviceSid } from "./fake-app.ts";

const path = `/v2/Services/${serviceSid}`;
const service = exampleOf("fetchService") as Record<string, unknown>;
const answer =
  (value: unknown): FakeHandler =>
  async () => ({ ok: true, value });

test("an answer as documented passes, whatever it is", async () => {
  const app = fakeApp();
  for (const request of [get(path), get("/v2/Nothing"), { method: "HEAD" as const, url: path }, post("/v2/Services")]) {
    await app.inject(request);
  }
  expect(takeDepartures()).toEqual([]);
});

test.each([
  ["a property that is not declared", { ...service, secret: 1 }, "fetchService 200: /secret is not declared"],
  ["a property of another type", { ...service, sid: 1 }, "fetchService 200: /sid must be string,null"],
  [
    "a property that is missing",
    { ...service, friendly_name: undefined },
    "fetchService 200: must have required property 'friendly_name'",
  ],
])("a handler that answers %s is noticed, over the wire and without it", async (_, value, departure) => {
  const app = fakeApp({ fetchService: answer(value) });
  await app.inject(get(path));
  expect(takeDepartures()).toEqual([departure]);
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address() as AddressInfo;
  const { headers } = get(path);
  expect((await fetch(`http://127.0.0.1:${port}${path}`, { headers })).status).toBe(200);
  expect(takeDepartures()).toEqual([departure]);
  await app.close();
});
