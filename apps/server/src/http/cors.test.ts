import { expect, test } from "vitest";
import { takeDepartures } from "../../test-support/departures.ts";
import { fakeApp, get, post, serviceSid } from "../../test-support/fake-app.ts";

const verifications = `/v2/Services/${serviceSid}/Verifications`;
const [page, local] = ["https://app.example.com", "http://localhost:3000"];
const open = { cors: { origins: [], isOpen: true } };

const preflight = (url: string, origin: string, headers: Record<string, string> = {}) => ({
  method: "OPTIONS" as const,
  url,
  headers: { origin, "access-control-request-method": "POST", ...headers },
});

test("a browser may ask for every path that there is, and hears which methods and headers it may send", async () => {
  const asked = { "access-control-request-headers": "authorization,content-type" };
  const answer = await fakeApp({}, open).inject(preflight(verifications, page, asked));
  expect([answer.statusCode, answer.body]).toEqual([204, ""]);
  expect(answer.headers).toMatchObject({
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "POST",
    "access-control-allow-headers": "authorization,content-type",
  });
  expect((await fakeApp({}, open).inject(preflight("/v2/nothing", page))).statusCode).toBe(404);
});

test("what asks for no page is no preflight", async () => {
  const { headers, ...request } = preflight(verifications, page);
  const answer = await fakeApp({}, open).inject({ ...request, headers: { origin: headers.origin } });
  expect([answer.statusCode, answer.headers.allow]).toEqual([405, "POST"]);
});

test("every page may read every answer of the open APIs, refusals and their headers included", async () => {
  const app = fakeApp({}, open);
  const origin = { origin: page };
  const requests = [
    get("/v2/Services", origin),
    get("/v2/Services", { ...origin, authorization: "" }),
    post(verifications, "", origin),
    post(verifications, "x".repeat(20_000), origin),
    get("/nothing", origin),
    get("/v2/Services", { ...origin, prefer: "example=error20503" }),
    { ...post("/v2/Services", "", origin), method: "PUT" as const },
  ];
  const answers = await Promise.all(requests.map((request) => app.inject(request)));
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 401, 400, 413, 404, 503, 405]);
  for (const { headers } of answers) {
    expect(headers["access-control-allow-origin"]).toBe("*");
    const exposed = String(headers["access-control-expose-headers"]).split(", ");
    for (const name of ["Retry-After", "Twilio-Request-Id", "Allow", "Deprecation"]) expect(exposed).toContain(name);
  }
});

test("the sandbox's own paths are for pages of this machine and for those that are named, however they are written", async () => {
  const app = fakeApp({}, { cors: { origins: ["https://named.example"], isOpen: true } });
  const mayRead = async (origin: string) => {
    const answers = [
      await app.inject(get("/sandbox/clock", { origin })),
      await app.inject(get("/%73andbox/clock", { origin })),
      await app.inject(preflight("/sandbox/clock", origin)),
    ];
    return answers.map(({ headers }) => headers["access-control-allow-origin"]);
  };
  for (const origin of [
    local,
    "https://127.0.0.1:8443",
    "http://[::1]:3000",
    "http://app.localhost",
    "https://named.example",
  ]) {
    expect(await mayRead(origin)).toEqual([origin, origin, origin]);
  }
  for (const origin of [
    page,
    "null",
    "http://localhost.example.com",
    "http://127.0.0.1.example.com",
    "http://x@localhost",
  ]) {
    expect([origin, ...(await mayRead(origin))]).toEqual([origin, undefined, undefined, undefined]);
    expect((await app.inject(preflight("/sandbox/clock", origin))).statusCode).toBe(405);
    expect((await app.inject(preflight("/%73andbox/clock", origin))).statusCode).toBe(404);
  }
  // The document is searched by what was sent, and no operation is written so.
  takeDepartures();
});

test("in production only named origins may read, and none where none is named", async () => {
  const named = fakeApp({}, { cors: { origins: [page], isOpen: false } });
  const read = await named.inject(get("/v2/Services", { origin: page }));
  expect(read.headers).toMatchObject({ "access-control-allow-origin": page, vary: "Origin" });
  expect((await named.inject(preflight(verifications, page))).statusCode).toBe(204);
  for (const [app, origin] of [
    [named, local],
    [named, `${page}.evil.example`],
    [fakeApp(), page],
  ] as const) {
    const refused = await app.inject(get("/v2/Services", { origin }));
    expect([refused.statusCode, refused.headers["access-control-allow-origin"]]).toEqual([200, undefined]);
    expect((await app.inject(preflight(verifications, origin))).statusCode).toBe(405);
  }
});
