import { inspect } from "node:util";
import { afterEach, expect, test, vi } from "vitest";
import { credentials, fakeFetch, json, refusal, ServiceSid } from "../test-support/fake-fetch.ts";
import { startHttpServer } from "../test-support/http-server.ts";
import { ConnectionError, createClient, unwrap } from "./index.ts";

const VERIFICATIONS = "/v2/Services/{ServiceSid}/Verifications";
const VERIFICATION = "/v2/Services/{ServiceSid}/Verifications/{Sid}";

const closing: (() => Promise<unknown>)[] = [];
afterEach(() => Promise.all(closing.splice(0).map((close) => close())));

test("a call goes over the wire as a form with basic authentication, to a filled path", async () => {
  const server = await startHttpServer((_, response) => {
    response.writeHead(201, { "Content-Type": "application/json" }).end('{"status":"pending"}');
  });
  closing.push(server.close);
  const client = createClient({ ...credentials, baseUrl: `${server.url}/` });
  const { data, error, response } = await client.POST(VERIFICATIONS, {
    params: { path: { ServiceSid } },
    body: { To: "+12025550123", Channel: "sms", Locale: undefined, RateLimits: { ip: "192.0.2.1" } },
  });
  expect(error).toBeUndefined();
  expect(data?.status).toBe("pending");
  expect(response.status).toBe(201);
  expect(server.received[0]).toMatchObject({
    line: `POST /v2/Services/${ServiceSid}/Verifications`,
    headers: {
      authorization: `Basic ${btoa("AC00000000000000000000000000000001:sandbox")}`,
      "content-type": "application/x-www-form-urlencoded",
    },
    body: "To=%2B12025550123&Channel=sms&RateLimits=%7B%22ip%22%3A%22192.0.2.1%22%7D",
  });
});

test("a phone number in a path keeps its plus sign, and a GET sends no body and no content type", async () => {
  const { fetch, sent } = fakeFetch(json(200, {}));
  await createClient({ ...credentials, fetch }).GET(VERIFICATION, {
    params: { path: { ServiceSid, Sid: "+12025550123" } },
  });
  expect(sent[0]?.url).toBe(`http://127.0.0.1:4010/v2/Services/${ServiceSid}/Verifications/%2B12025550123`);
  expect(sent[0]?.body).toBeUndefined();
  expect(sent[0]?.headers).not.toHaveProperty("content-type");
});

test("a base URL with a path, such as a gateway's, is kept", async () => {
  const { fetch, sent } = fakeFetch(json(200, {}));
  const client = createClient({ ...credentials, fetch, baseUrl: "https://gateway.example/verify" });
  await client.GET(VERIFICATION, { params: { path: { ServiceSid, Sid: "VE1" } } });
  expect(sent[0]?.url).toBe(`https://gateway.example/verify/v2/Services/${ServiceSid}/Verifications/VE1`);
});

test("a header of the call wins over the client's own, in any spelling; JSON as content type sends JSON", async () => {
  const { fetch, sent } = fakeFetch(json(200, {}));
  await createClient({ ...credentials, fetch }).POST(VERIFICATIONS, {
    params: { path: { ServiceSid } },
    body: { To: "+12025550123", Channel: "sms" },
    headers: { "content-type": "application/json", authorization: "Bearer x", Prefer: "code=429" },
  });
  expect(sent[0]?.body).toBe('{"To":"+12025550123","Channel":"sms"}');
  expect(sent[0]?.headers).toMatchObject({ authorization: "Bearer x", prefer: "code=429" });
});

test("a fetch that is replaced after the client was made is the one used", async () => {
  const client = createClient(credentials);
  const original = globalThis.fetch;
  globalThis.fetch = fakeFetch(json(200, { sid: "VE1" })).fetch as typeof fetch;
  const call = client.GET(VERIFICATION, { params: { path: { ServiceSid, Sid: "VE1" } } });
  globalThis.fetch = original;
  expect((await call).data?.sid).toBe("VE1");
});

const anyCall = (fetch: ReturnType<typeof fakeFetch>["fetch"]) =>
  createClient({ ...credentials, fetch }).GET(VERIFICATION, { params: { path: { ServiceSid, Sid: "VE1" } } });

test.each([400, 401, 403, 404, 405, 413, 429, 500, 503])(
  "a documented %i resolves to the API's own error",
  async (status) => {
    const { data, error } = await anyCall(fakeFetch(json(status, refusal(12345, status))).fetch);
    expect(data).toBeUndefined();
    expect(error).toEqual(refusal(12345, status));
  },
);

test("a v1 error resolves as it is", async () => {
  const body = { error_code: "60022", message: "Verification code is incorrect", errors: {}, success: false };
  expect((await anyCall(fakeFetch(json(401, body)).fetch)).error).toEqual(body);
});

test.each<[string, () => Response, unknown]>([
  ["an empty 502", () => new Response(null, { status: 502 }), ""],
  ["an empty 502 that says so", () => new Response("", { status: 502, headers: { "Content-Length": "0" } }), undefined],
  ["a 502 in HTML", () => new Response("<h1>Bad gateway</h1>", { status: 502 }), "<h1>Bad gateway</h1>"],
  ["a 502 in someone else's JSON", json(502, { detail: "x" }), { detail: "x" }],
  ["a 502 of null", json(502, null), null],
])("%s resolves to an error too, which says what came", async (_, answer, body) => {
  const { data, error } = await anyCall(fakeFetch(answer).fetch);
  expect(data).toBeUndefined();
  expect(error).toEqual({ message: "HTTP 502", status: 502, body });
});

test("a 204 has neither data nor error", async () => {
  const { data, error, response } = await anyCall(fakeFetch(() => new Response(null, { status: 204 })).fetch);
  expect({ data, error, ok: response.ok }).toEqual({ data: undefined, error: undefined, ok: true });
});

test("a redirect is not followed: who answers it would see the v1 key and the body", async () => {
  const server = await startHttpServer((_, response) => response.writeHead(307, { Location: "/elsewhere" }).end());
  closing.push(server.close);
  const { error } = await createClient({ ...credentials, baseUrl: server.url }).POST(VERIFICATIONS, {
    params: { path: { ServiceSid } },
    body: { To: "+12025550123", Channel: "sms" },
  });
  expect(error?.message).toBe("HTTP 307");
  expect(server.received).toHaveLength(1);
});

test("a refused connection rejects with its reason, and names the operation but no recipient", async () => {
  const server = await startHttpServer(() => {});
  await server.close();
  const client = createClient({ ...credentials, baseUrl: server.url });
  const call = client.GET(VERIFICATION, { params: { path: { ServiceSid, Sid: "+12025550123" } } });
  const error = await call.catch((reason) => reason);
  expect(error).toBeInstanceOf(ConnectionError);
  expect(error.message).toBe(`GET ${VERIFICATION}: connect ECONNREFUSED ${server.url.slice("http://".length)}`);
  expect(error.cause).toBeInstanceOf(TypeError);
});

const answers: [string, () => Response][] = [
  ["nothing", () => new Response(null, { status: 201 })],
  ["nothing, and says so", () => new Response("", { headers: { "Content-Length": "0" } })],
  ["null", json(201, null)],
  ["text", json(200, "pending")],
  ["a boolean", json(200, true)],
  ["a number", json(200, 0)],
  ["half of its body", () => new Response('{"sid":"VE')],
];
test.each(answers)("a success whose body is %s rejects, in each method that documents one", async (_, answer) => {
  const client = createClient({ ...credentials, fetch: fakeFetch(answer).fetch });
  const body = { To: "+12025550123", Channel: "sms" } as const;
  const calls = [
    client.GET(VERIFICATION, { params: { path: { ServiceSid, Sid: "VE1" } } }),
    client.POST(VERIFICATIONS, { params: { path: { ServiceSid } }, body }),
    unwrap(client.POST(VERIFICATIONS, { params: { path: { ServiceSid } }, body })),
    client.paginate("/v2/Services").next(),
  ];
  const names = (await Promise.allSettled(calls)).map((call) => call.status === "rejected" && call.reason.name);
  expect(names).toEqual(calls.map(() => "ConnectionError"));
});

test("the rejection names the operation and the status, and no recipient", async () => {
  const call = anyCall(fakeFetch(() => new Response(null, { status: 201 })).fetch);
  await expect(call).rejects.toThrow(`GET ${VERIFICATION}: HTTP 201 without a body`);
});

test.each<[string, () => Response]>([
  ["204", () => new Response(null, { status: 204 })],
  ["empty 200", () => new Response(null)],
  ["200 of null", json(200, null)],
])("a delete needs no body: %s is a success without data", async (_, answer) => {
  const { fetch } = fakeFetch(answer);
  const result = createClient({ ...credentials, fetch }).DELETE("/v2/Services/{Sid}", {
    params: { path: { Sid: "V" } },
  });
  expect(await result).toEqual({ data: undefined, response: expect.any(Response) });
});

test("a success that is not JSON rejects: it is not the API's", async () => {
  const { fetch } = fakeFetch(() => new Response("token=secret"));
  const error = await anyCall(fetch).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(ConnectionError);
  expect(error.message).toBe(`GET ${VERIFICATION}: HTTP 200 with a body that is not JSON`);
  expect(inspect(error)).not.toContain("secret");
});

test("a path parameter that would reach another resource is not sent", async () => {
  const { fetch, sent } = fakeFetch(json(200, {}));
  const call = createClient({ ...credentials, fetch }).DELETE("/v2/Services/{Sid}", { params: { path: { Sid: "" } } });
  await expect(call).rejects.toThrow(TypeError);
  expect(sent).toEqual([]);
});

test.each(["", "To=+12025550123", 0, null])("a body that has no fields, as %j, is not sent", async (body) => {
  const { fetch, sent } = fakeFetch(json(201, {}));
  const init = { params: { path: { ServiceSid } }, body: body as never };
  await expect(createClient({ ...credentials, fetch }).POST(VERIFICATIONS, init)).rejects.toThrow(
    "body cannot be used",
  );
  expect(sent).toEqual([]);
});

test("a base URL that is none is refused at once", () => {
  expect(() => createClient({ ...credentials, baseUrl: "verify.twilio.com" })).toThrow(TypeError);
});

test("to make a client asks for nothing of the runtime's fetch, which Node.js loads when it is first asked for", () => {
  const loaded = vi.fn();
  const names = ["Headers", "Request", "Response", "fetch"];
  const originals = names.map((name) => Object.getOwnPropertyDescriptor(globalThis, name) as PropertyDescriptor);
  for (const name of names) Object.defineProperty(globalThis, name, { get: loaded, configurable: true });
  try {
    createClient(credentials);
  } finally {
    for (const [at, name] of names.entries()) Object.defineProperty(globalThis, name, originals[at] ?? {});
  }
  expect(loaded).not.toHaveBeenCalled();
});
