import { expect, test } from "vitest";
import { type FakeHandler, fakeApp, get, post } from "../../test-support/fake-app.ts";

const url = "/v2/Services";

test("the sandbox refuses as `Prefer` asks, in whatever notation RFC 7240 allows", async () => {
  const app = fakeApp();
  for (const prefer of ["code=503, example=error20503", 'wait=1; Example = "error20503"', "example=error20503"]) {
    const { statusCode, headers } = await app.inject(get(url, { prefer }));
    expect([prefer, statusCode, headers["retry-after"]]).toEqual([prefer, 503, "1"]);
  }
});

test("security 12: a production server passes over the preference", async () => {
  const app = fakeApp({}, { answersPreferredErrors: false });
  expect((await app.inject(get(url, { prefer: "example=error20503" }))).statusCode).toBe(200);
});

test("security 38: no answer is kept by a cache, or taken by a browser for another type than it has", async () => {
  const app = fakeApp();
  const requests = [get(url), get(url, { authorization: "" }), get("/nothing"), post("/sandbox/reset"), post(url, "x")];
  const answers = await Promise.all(requests.map((request) => app.inject(request)));
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 401, 404, 204, 400]);
  for (const { headers } of answers) {
    expect(headers).toMatchObject({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
  }
});

test("security 29: work that waits is bounded, and what is too much is a 503 with Retry-After, whose caller is served later", async () => {
  const waiting: (() => void)[] = [];
  const listServices: FakeHandler = () =>
    new Promise((resolve) => waiting.push(() => resolve({ ok: false, refusal: { code: 20429 } })));
  const app = fakeApp({ listServices }, { waitingMax: 10 });
  const answers = Array.from({ length: 15 }, async () => await app.inject(get(url)));
  const refused = await Promise.all(answers.slice(10));
  for (const { statusCode, headers } of refused) expect([statusCode, headers["retry-after"]]).toEqual([503, "1"]);
  expect((await app.inject(post(url, "FriendlyName=Acme"))).statusCode).toBe(503);
  for (const answer of waiting) answer();
  expect((await Promise.all(answers.slice(0, 10))).map(({ statusCode }) => statusCode)).toEqual(Array(10).fill(429));
  expect((await app.inject(post(url, "FriendlyName=Acme"))).statusCode).toBe(201);
});
