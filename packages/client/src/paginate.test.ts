import { expect, test } from "vitest";
import { credentials, fakeFetch, json, refusal } from "../test-support/fake-fetch.ts";
import { ConnectionError, createClient, VerifyError } from "./index.ts";

const BASE = "http://127.0.0.1:4010";
const page = (next_page_url: string | null, ...sids: string[]) =>
  json(200, { services: sids.map((sid) => ({ sid })), meta: { key: "services", next_page_url } });

async function sidsOf(fetch: ReturnType<typeof fakeFetch>["fetch"]) {
  const sids: (string | null)[] = [];
  const init = { params: { query: { PageSize: 2 } }, headers: { "X-Trace": "1" } };
  for await (const service of createClient({ ...credentials, fetch }).paginate("/v2/Services", init))
    sids.push(service.sid);
  return sids;
}

test("every item of every page comes in order; each next page is asked for by the address given", async () => {
  const next = (token: string) => `${BASE}/v2/Services?PageSize=2&Page=1&PageToken=${token}`;
  const { fetch, sent } = fakeFetch(page(next("PA{1}%2B"), "VA1", "VA2"), page(next("PA2"), "VA3"), page(null));
  expect(await sidsOf(fetch)).toEqual(["VA1", "VA2", "VA3"]);
  expect(sent.map(({ url }) => url)).toEqual([`${BASE}/v2/Services?PageSize=2`, next("PA{1}%2B"), next("PA2")]);
  for (const { headers } of sent) expect(headers).toMatchObject({ authorization: /^Basic /, "x-trace": "1" });
});

test("pages are asked for as they are needed", async () => {
  const { fetch, sent } = fakeFetch(page(`${BASE}/v2/Services?Page=1`, "VA1", "VA2"));
  for await (const _ of createClient({ ...credentials, fetch }).paginate("/v2/Services")) break;
  expect(sent).toHaveLength(1);
});

test.each([
  "https://127.0.0.1:4010/v2/Services?Page=1",
  "http://127.0.0.1:4011/v2/Services?Page=1",
  "http://127.0.0.1.evil.example:4010/v2/Services?Page=1",
  "http://127.0.0.1:4010@evil.example/v2/Services?Page=1",
])("a next page at %s is refused: it must not see the credentials", async (next) => {
  const { fetch, sent } = fakeFetch(page(next, "VA1"));
  await expect(sidsOf(fetch)).rejects.toThrow(`GET /v2/Services: the next page is on ${new URL(next).origin}`);
  expect(sent).toHaveLength(1);
});

test("a refused page throws", async () => {
  const { fetch } = fakeFetch(page(`${BASE}/v2/Services?Page=1`, "VA1"), json(429, refusal(20429, 429)));
  await expect(sidsOf(fetch)).rejects.toThrow(VerifyError);
});

test.each([{}, { meta: null }, { meta: { key: "services" } }, { meta: { key: "services" }, services: null }])(
  "a page without its items, as %j, rejects: it is not the API's",
  async (body) => {
    await expect(sidsOf(fakeFetch(json(200, body)).fetch)).rejects.toThrow(ConnectionError);
  },
);
