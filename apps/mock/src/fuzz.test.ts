import { afterAll, beforeAll, expect, it } from "vitest";
import { budget } from "../../../scripts/budget.ts";
import { bundledDocument } from "./document.ts";
import { documentedOperations } from "./documented.ts";
import { type Mock, startMock } from "./index.ts";
import { exchange } from "./wire.ts";

const seed = 20260302;
const requestsSent = budget(3000);
const atOnce = 20;

const requests = documentedOperations(await bundledDocument()).flatMap((operation) => [
  ...operation.requests(),
  ...operation.requests("xml"),
]);
let mock: Mock;

beforeAll(async () => {
  mock = await startMock();
});
afterAll(() => mock.close());

it(`answers no 5xx to ${requestsSent} generated requests, and still works afterwards`, async () => {
  const random = generator(seed);
  for (let sent = 0; sent < requestsSent; sent += atOnce) {
    const batch = Array.from({ length: atOnce }, () => generate(random));
    const answers = await Promise.all(batch.map((bytes) => exchange(mock.port, bytes)));
    answers.forEach(({ statuses, text }, index) => {
      expect(statuses[0], `${batch[index]}\n\n${text}`).toSatisfy((status) => status >= 200 && status < 500);
      expect(bodyIsWhole(text), text).toBe(true);
    });
  }
  expect((await fetch(`${mock.url}/v2/Services`, { headers: { authorization: `Basic ${btoa("a:b")}` } })).status).toBe(
    200,
  );
}, 60_000);

type Random = <T>(choices: readonly T[]) => T;

/** A documented request with some of its parts replaced by something odd. */
function generate(random: Random): Buffer {
  const { method, target, headers, body = "" } = random(requests);
  const part = (usual: string, odd: readonly string[]) => (random([true, true, false]) ? usual : random(odd));
  const content = part(random([body, mangled(body, random)]), bodies);
  const lines = [
    `${part(method, methods)} ${part(random([target, mangled(target, random)]), targets)} HTTP/1.1`,
    "Host: 127.0.0.1",
    "Connection: close",
    ...Object.entries(headers).flatMap(([name, value]) => part(`${name}: ${value}`, oddHeaders)),
    part("X-Nothing: 1", oddHeaders),
    `Content-Length: ${Buffer.byteLength(content, "latin1")}`,
  ];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${content}`, "latin1");
}

/** The text with a few of its characters replaced by odd ones, none of which ends a line or a request's target. */
function mangled(text: string, random: Random): string {
  const characters = [...text];
  for (const odd of [random(oddCharacters), random(oddCharacters)]) {
    characters[Math.floor(random(fractions) * characters.length)] = odd;
  }
  const result = characters.join("");
  return text.startsWith("/") ? `/${result.slice(1)}` : result;
}

const fractions = Array.from({ length: 997 }, (_, index) => index / 997);
const oddCharacters = [
  "%",
  "%00",
  "%ff",
  "%zz",
  "&",
  "=",
  "+",
  "/",
  "?",
  ";",
  "{",
  "}",
  "\u00ff",
  "__proto__",
  "'",
  '"',
  "<",
  "&&&",
];
const methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "M-SEARCH"];
const targets = [
  "/",
  "*",
  "//",
  "/v2",
  "/v2/Services/..%2f..%2fetc",
  "/v2/Services/%F0%9F%98%80",
  "/v2/Services?PageSize=-1&PageSize=2",
  "/v2/Services?PageToken=%00",
  "/v2/Services?__proto__=1&constructor=2&toString=3",
  "/v2/Services?__code=200&__example=__proto__",
  "/protected/xml/__proto__",
  "/protected//phones/verification/check",
  "/dashboard/json/application/access_keys/%2e%2e",
  `/v2/Services/${"x".repeat(4000)}`,
  "http://[::1]:99/v2/Services",
  "/?a=b?c#d",
];
const bodies = [
  "",
  "&",
  "=",
  "a",
  "To",
  "__proto__=1&constructor=2&hasOwnProperty=3",
  "To[]=1&To[a]=2",
  "To=%ED%A0%80",
  "RateLimits={&ChannelConfiguration=[[[[&Tags=null",
  "Templates={}&Templates=[]&Templates=1",
  '{"__proto__":{"To":"a"},"constructor":null}',
  `[${"[".repeat(5000)}`,
  `{"a":${'{"a":'.repeat(3000)}1${"}".repeat(3001)}`,
  "null",
  "<a><b>&lt;</b></a>",
  `<a>${"<b".repeat(5000)}`,
  '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
  "\u0000\u0001\u00fe\u00ff",
  "To=a&".repeat(3000),
  "x".repeat(16_385),
];
const oddHeaders = [
  "Content-Type: application/json",
  "Content-Type: application/xml",
  "Content-Type: ;;;",
  "Content-Type: multipart/form-data; boundary=x",
  "Accept: text/html;q=0, */*;q=x",
  "Accept: application/xml",
  "Authorization: Basic",
  "Authorization: Basic !!!!",
  "Authorization: Bearer x",
  `Authorization: Basic ${btoa("a:b")}`,
  "Prefer: code=429",
  "Prefer: code=, example=",
  "Prefer: code=404, example=error20404",
  "Prefer: example=__proto__",
  "Prefer: ;;;=,=,",
  "Origin: null",
  "Expect: the unexpected",
  "Access-Control-Request-Headers: \u00fc",
  "Cookie: a=b",
  "__proto__: x",
];

function generator(seed: number): Random {
  let state = seed;
  return (choices) => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    const index = ((mixed ^ (mixed >>> 14)) >>> 0) % choices.length;
    return choices[index] as (typeof choices)[number];
  };
}

/** Whether the last answer has all of the body that its length promises. */
function bodyIsWhole(text: string): boolean {
  const start = text.lastIndexOf("HTTP/1.1 ");
  const end = text.indexOf("\r\n\r\n", start);
  const length = /content-length: (\d+)/i.exec(text.slice(start, end))?.[1];
  const rest = Buffer.byteLength(text.slice(end + 4));
  return length === undefined || rest === 0 || rest === Number(length);
}
