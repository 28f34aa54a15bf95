import { expect, test } from "vitest";
import { pageMeta, pageRequest } from "./page.ts";

const items = [1, 2, 3].map((digit) => ({
  createdAt: 1_000 + digit,
  sid: `VA0000000000000000000000000000000${digit}`,
}));
const url =
  (query = "") =>
  () =>
    new URL(`https://verify.example.com/v2/Services${query}`);

/** The parameters of an address of a page. */
function parametersOf(address: string | null): Record<string, string> {
  return Object.fromEntries(new URL(address ?? "x:").searchParams);
}

test("a page has 50 resources unless the query says otherwise", () => {
  expect(pageRequest({})).toEqual({ ok: true, value: { size: 50 } });
  expect(pageRequest({ PageSize: 7, Page: 3 })).toEqual({ ok: true, value: { size: 7 } });
});

test("the next and the previous page begin beside the last and the first resource", () => {
  const meta = pageMeta("services", { PageSize: 3, Page: 4 }, { items, hasPrevious: true, hasNext: true }, url());
  const [next, previous] = [meta.next_page_url, meta.previous_page_url].map((address) => parametersOf(address ?? null));
  expect([next?.Page, previous?.Page]).toEqual(["5", "3"]);
  expect(pageRequest({ PageSize: 3, PageToken: next?.PageToken ?? "" })).toEqual({
    ok: true,
    value: { size: 3, from: { direction: "after", ...items[2] } },
  });
  expect(pageRequest({ PageSize: 3, PageToken: previous?.PageToken ?? "" })).toEqual({
    ok: true,
    value: { size: 3, from: { direction: "before", ...items[0] } },
  });
});

test("the first page has none before it, and the last none after it", () => {
  expect(pageMeta("services", {}, { items, hasPrevious: false, hasNext: false }, url())).toEqual({
    page: 0,
    page_size: 50,
    first_page_url: "https://verify.example.com/v2/Services?PageSize=50&Page=0",
    previous_page_url: null,
    url: "https://verify.example.com/v2/Services",
    next_page_url: null,
    key: "services",
  });
  const empty = pageMeta("services", {}, { items: [], hasPrevious: false, hasNext: false }, url());
  expect([empty.previous_page_url, empty.next_page_url]).toEqual([null, null]);
});

test("all addresses keep the filters of the request", () => {
  const query = "?Channel=sms&ChannelData.To=%2B12025550123&PageToken=PA1-VA00000000000000000000000000000001&Page=1";
  const meta = pageMeta("attempts", { Page: 1 }, { items, hasPrevious: true, hasNext: true }, url(query));
  for (const address of [meta.first_page_url, meta.previous_page_url, meta.url, meta.next_page_url]) {
    expect(parametersOf(address)).toMatchObject({ Channel: "sms", "ChannelData.To": "+12025550123" });
  }
  expect(parametersOf(meta.first_page_url)).not.toHaveProperty("PageToken");
  expect(parametersOf(meta.url)).toHaveProperty("PageToken", "PA1-VA00000000000000000000000000000001");
});

test("what a caller left unencoded in his query is encoded in the addresses", () => {
  const meta = pageMeta("services", {}, { items, hasPrevious: false, hasNext: true }, url("?x={|}^`"));
  for (const address of [meta.first_page_url, meta.url, meta.next_page_url]) expect(address).not.toMatch(/[{}|^`]/);
});

test.each([
  "",
  "PA",
  "PAVA00000000000000000000000000000001",
  "PC1-VA00000000000000000000000000000001",
  "PA1-VA1",
  "PA-1-VA00000000000000000000000000000001",
  `PA${"9".repeat(16)}-VA00000000000000000000000000000001`,
  "PA1-VA00000000000000000000000000000001 ",
])("a token that was not issued is 21481: %s", (PageToken) => {
  expect(pageRequest({ PageToken })).toEqual({ ok: false, refusal: { code: 21481 } });
});
