import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Mock, startMock } from "./index.ts";

const services = "/v2/Services/VA00000000000000000000000000000001";
const authorization = `Basic ${btoa("AC1:a:b")}`;
let mock: Mock;

beforeAll(async () => {
  mock = await startMock();
});
afterAll(() => mock.close());

describe("a wrong request", () => {
  it.each([
    ["a value outside its list", "To=%2B12025550123&Channel=pigeon", "Channel"],
    ["a value of the wrong type", "To=%2B12025550123&Channel=sms&EnableSnaClientToken=maybe", "EnableSnaClientToken"],
    ["a JSON-valued parameter that is no JSON", "To=%2B12025550123&Channel=sms&RateLimits=xyz", "RateLimits"],
    ["a repeated parameter", "To=%2B12025550123&To=b&Channel=sms", "To"],
    ["bytes that are no UTF-8", "To=%FF&Channel=sms", "To"],
    ["half a percent-encoding", "To=%2B12025550123&Channel=%E", "Channel"],
  ])("gets 60200 with the parameter's name for %s", async (_, body, parameter) => {
    const response = await post(`${services}/Verifications`, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      code: 60200,
      message: `Invalid parameter: ${parameter}`,
      more_info: expect.stringMatching(/\/errors\/60200$/),
      status: 400,
    });
  });

  const entity = `${services}/Entities/user-00000001`;
  const [challenges, asked] = [`${entity}/Challenges`, "FactorSid=YF00000000000000000000000000000001"];

  const named = { friendly_name: "Laptop", identity: "user-00000001" };
  const said = { id: "AAAA", response: { clientDataJSON: "AAAA", authenticatorData: "AAAA", signature: "AAAA" } };

  it.each<[string, unknown, string]>([
    ["Factors", named, "201"],
    ["Factors", { friendlyName: "Laptop", identity: "user-00000001", config: { relyingParty: { id: null } } }, "201"],
    ["Factors", { ...named, config: null }, "201"],
    ["Factors", { ...named, config: { relying_party: {} } }, "201"],
    ["Factors", { ...named, friendly_name: "" }, "60388"],
    ["Factors", { friendly_name: "Laptop" }, "60367"],
    ["Factors", { ...named, config: { relying_party: { id: 7 } } }, "60372"],
    ["Factors", { ...named, config: { relying_party: { origins: "a" } } }, "60371"],
    ["Factors", { ...named, config: { authenticatorAttachment: "usb" } }, "60377"],
    ["Factors", { ...named, config: { user_verification: "maybe" } }, "60370"],
    ["Challenges", {}, "201"],
    ["Challenges", { identity: null }, "201"],
    ["Challenges", { factorSid: "YF1" }, "60362"],
    ["ApproveChallenge", said, "200"],
    ["ApproveChallenge", { ...said, type: null, rawId: null }, "200"],
    ["ApproveChallenge", { ...said, type: "password" }, "60378"],
    ["ApproveChallenge", { id: "AAAA" }, "60378"],
    ["ApproveChallenge", { id: "AAAA", response: { ...said.response, signature: null } }, "60381"],
  ])("of passkeys is told apart from a right one: %s %j is answered %s", async (path, body, expected) => {
    const headers = { authorization, "content-type": "application/json" };
    const response = await fetch(`${mock.url}${services}/Passkeys/${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    const { code } = (await response.json()) as { code?: number };
    expect(String(code ?? response.status)).toBe(expected);
  });

  it.each([
    [challenges, `${asked}&AuthPayload=%E9`, "60306 AuthPayload"],
    [challenges, `${asked}&Details.Message=a%00b`, "60306 Details.Message"],
    [challenges, "FactorSid=%", "60306 FactorSid"],
    [challenges, `${asked}&%E9=1`, "60306 FactorSid"],
    [challenges, `${asked}&Details.Fields={"label":"City"}`, "60306 Details.Fields"],
    [challenges, `${asked}&HiddenDetails={"a":"1","a":"2"}`, "60306 HiddenDetails"],
    [challenges, `${asked}&HiddenDetails={"__proto__":"1"}`, "60306 HiddenDetails"],
    [`${entity}/Factors`, "FactorType=totp&FriendlyName=%E2%80%8B", "60306 FriendlyName"],
    [
      `${entity}/Factors`,
      `FactorType=push&FriendlyName=A&Binding.PublicKey=${"A".repeat(1025)}`,
      "60314 Binding.PublicKey",
    ],
    [`${entity}/Factors`, "FactorType=push&FriendlyName=A&Binding.Alg=RS256", "60314 Binding.Alg"],
    [`${entity}/Factors`, "FactorType=push&FriendlyName=A&Config.Skew=1", "60306 Config.Skew"],
    [`${services}/AccessTokens`, "FactorType=push", "60305 Identity"],
    [`${services}/AccessTokens`, "FactorType=totp&Identity=user-00000001", "60305 FactorType"],
    [`${services}/AccessTokens`, "FactorType=push&Identity=ada", "60306 Identity"],
    [`${services}/Webhooks`, "FriendlyName=W&WebhookUrl=https://acme.example&EventTypes=%ED%A0%80", "60306 EventTypes"],
    [`${services}/Webhooks`, "FriendlyName=W%00&WebhookUrl=https://acme.example&EventTypes=*", "60200 FriendlyName"],
    [`${services}/Webhooks`, "FriendlyName=%20&WebhookUrl=https://acme.example&EventTypes=*", "60200 FriendlyName"],
  ])("gets the error that its parameter has, as on the server: POST %s %s", async (path, body, expected) => {
    const { code, message } = (await (await post(path, body)).json()) as { code: number; message: string };
    expect(`${code} ${message.split(": ")[1]}`).toBe(expected);
  });

  it("is none where a list of objects comes as one JSON array", async () => {
    const fields = encodeURIComponent(JSON.stringify([{ label: "City", value: "London" }]));
    expect((await post(challenges, `${asked}&Details.Fields=${fields}`)).status).toBe(201);
  });

  it.each([
    ["nothing", "/v2/Services", "", "FriendlyName"],
    ["another that is wrong", "/v2/Services", "CodeLength=x", "FriendlyName"],
    ["one of two", `${services}/Verifications`, "To=%2B12025550123", "Channel"],
    ["none of two", `${services}/Verifications`, "AppHash=x", "To"],
    ["its own", "/sandbox/clock", "", "Seconds"],
  ])("gets 20001 with the name of what is missing: a form with %s", async (_, path, body, parameter) => {
    const response = await post(path, body);
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ code: 20001, message: `Missing required parameter ${parameter} in the post body` }),
    ]);
  });

  it.each([
    [`${services}/Verifications`, '{"To":"a"}', 20001, { parameter: "Content-Type" }],
    [`${services}/VerificationCheck`, "{}", 60221, { parameter: "Content-Type" }],
    [services, "{}", 60200, { parameter: "Content-Type" }],
    [`${services}/Verifications?To=a`, "", 20001, { unknown_parameters: ["?To"] }],
  ])("is told what was not read of it: JSON to %s: %s", async (path, body, code, details) => {
    const response = await post(path, body, { "content-type": "application/json" });
    expect([response.status, await response.json()]).toEqual([400, expect.objectContaining({ code, details })]);
  });

  it("names what was passed over where it succeeds, and refuses a filter that a list lacks", async () => {
    const started = await post(`${services}/Verifications`, "To=%2B12025550123&Channel=sms&über=1");
    expect([started.status, started.headers.get("countersign-unknown-parameters")]).toEqual([201, "%C3%BCber"]);
    const list = await get("/v2/Services?FriendlyName=Acme");
    expect(await list.json()).toMatchObject({ code: 60200, message: "Invalid parameter: FriendlyName" });
  });

  it("gets 60200 for a query parameter, by its documented name", async () => {
    const response = await get("/v2/Services?PageSize=many");
    expect(await response.json()).toMatchObject({ code: 60200, message: "Invalid parameter: PageSize" });
  });

  it("gets 404 with its own path for a malformed id in the path", async () => {
    const response = await post("/v2/Services/VAx/Verifications", "To=%2B12025550123&Channel=sms");
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      code: 20404,
      message: "The requested resource /Services/VAx/Verifications was not found",
    });
  });

  it.each([
    ["none", undefined],
    ["an empty password", `Basic ${btoa("AC1:")}`],
    ["an empty user", `Basic ${btoa(":x")}`],
    ["another scheme", "Bearer x"],
  ])("gets 401 for these credentials: %s", async (_, credentials) => {
    const response = await post(
      `${services}/Verifications`,
      "",
      credentials ? { authorization: credentials } : {},
      false,
    );
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toMatch(/^Basic /);
    expect(await response.json()).toMatchObject({ code: 20003, status: 401 });
  });

  it("gets 413 for a body over 16 KiB, and an answer for one of just that size", async () => {
    const body = "To=%2B12025550123&Channel=sms&Filler=";
    const full = await post(`${services}/Verifications`, body.padEnd(16 * 1024, "x"));
    expect(full.status).toBe(201);
    const over = await post(`${services}/Verifications`, body.padEnd(16 * 1024 + 1, "x"));
    expect(over.status).toBe(413);
    expect(await over.json()).toMatchObject({ code: 20413, status: 413 });
  });
});

it.each([
  [
    "that claims another charset",
    "To=%2B12025550123&Channel=sms",
    "application/x-www-form-urlencoded; charset=ISO-8859-1",
    201,
  ],
  ["without a content type", "To=%2B12025550123&Channel=sms", "", 201],
  ["behind a byte order mark", "\ufeffTo=%2B12025550123&Channel=sms", "application/x-www-form-urlencoded", 201],
  [
    "that is no UTF-8",
    Buffer.from("To=%2B12025550123&Channel=\xff", "latin1"),
    "application/x-www-form-urlencoded",
    400,
  ],
])("answers a form %s as the service does", async (_, body, type, status) => {
  expect((await post(`${services}/Verifications`, body, { "content-type": type })).status).toBe(status);
});

it.each([
  ["True", 201],
  ["FALSE", 201],
  ["1", 400],
  ["", 400],
])("reads booleans in any case, and nothing else as one, as the service does: %s", async (text, status) => {
  expect((await post("/v2/Services", `FriendlyName=Acme&LookupEnabled=${text}`)).status).toBe(status);
});

describe("an address that the document lacks", () => {
  it.each(["/x", "/", "/v2/Services/", "//", "/v2/__proto__", "/v2/Services/%zz", "/v2/Services/constructor/toString"])(
    "gets 404 in the API's shape: %s",
    async (path) => {
      const response = await get(path);
      expect(response.status).toBe(404);
      const message = `The requested resource ${path.replace(/^\/v2/, "")} was not found`;
      expect(await response.json()).toMatchObject({ code: 20404, message, status: 404 });
    },
  );

  it("gets 405 with the methods that there are", async () => {
    const response = await fetch(`${mock.url}${services}`, { method: "PUT" });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, HEAD, POST, DELETE, OPTIONS");
    expect(await response.json()).toMatchObject({ code: 20004, status: 405 });
  });
});

describe("a preference", () => {
  it.each([
    ["code=429, example=error60203"],
    ["example=error60203; code=429"],
    ['EXAMPLE="error60203" , respond-async, code="429"'],
    ["example=error60203"],
  ])("names an example as %s", async (prefer) => {
    const response = await post(`${services}/Verifications`, "", { prefer }, false);
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBeNull();
    expect(await response.json()).toMatchObject({ code: 60203, details: { retry_after_seconds: 540 } });
  });

  it.each([
    ["code=201", null, null],
    ["code=429, example=error60202", null, null],
    ["code=429, example=error60212", "24", null],
    ["code=429, example=serviceRateLimit", "24", "end_user_ip_address"],
    ["code=503", "1", null],
  ])("of %s has Retry-After %s, as the service would, and names the reached limit %s", async (prefer, wait, limit) => {
    const { headers } = await post(`${services}/Verifications`, "", { prefer }, false);
    expect([headers.get("retry-after"), headers.get("twilio-reached-rate-limit")]).toEqual([wait, limit]);
  });

  it("may stand in the query", async () => {
    const response = await post(`${services}/Verifications?__code=429&__example=error60203`, "", {}, false);
    expect(await response.json()).toMatchObject({ code: 60203 });
  });

  it.each(["example=nope", "code=429, example=nope", "code=499", "code=abc", "code=__proto__", "example=constructor"])(
    "for what there is not gets 400 with the names there are: %s",
    async (prefer) => {
      const response = await post(`${services}/Verifications`, "To=%2B12025550123&Channel=sms", { prefer });
      expect(response.status).toBe(400);
      const { code, message } = (await response.json()) as { code: number; message: string };
      expect(code).toBe(60200);
      expect(message).toMatch(/^Invalid parameter: Prefer - createVerification has no /);
      expect(message).toContain("429 (error20429, error60202, error60203");
    },
  );

  it("of another kind changes nothing", async () => {
    const response = await post(`${services}/Verifications`, "To=%2B12025550123&Channel=sms", {
      prefer: "return=minimal",
    });
    expect(response.status).toBe(201);
  });
});

describe("a browser", () => {
  it("may call from any origin", async () => {
    const preflight = await fetch(`${mock.url}${services}/Verifications`, {
      method: "OPTIONS",
      headers: { origin: "https://app.example", "access-control-request-headers": "authorization,prefer" },
    });
    expect(preflight.status).toBe(204);
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      "access-control-allow-origin": "*",
      "access-control-allow-methods": "POST, OPTIONS",
      "access-control-allow-headers": "authorization,prefer",
    });
    for (const response of [await get("/v2/Services"), await get("/nothing"), await post("/v2/Services", "")]) {
      expect(response.headers.get("access-control-allow-origin")).toBe("*");
      expect(response.headers.get("access-control-expose-headers")).toMatch(/Retry-After, .*Twilio-Request-Id/);
    }
    const unknown = await fetch(`${mock.url}/nothing`, { method: "OPTIONS", headers: { origin: "https://a.example" } });
    expect(unknown.status).toBe(404);
  });
});

describe("HEAD", () => {
  it("answers as GET does, without a body", async () => {
    const full = await get("/v2/Services");
    const head = await fetch(`${mock.url}/v2/Services`, { method: "HEAD", headers: { authorization } });
    expect(head.status).toBe(200);
    expect(head.headers.get("content-length")).toBe(String((await full.arrayBuffer()).byteLength));
    expect(await head.text()).toBe("");
  });
});

describe("addresses in a body", () => {
  it("are those by which the client reached the mock", async () => {
    const local = mock.url.replace("127.0.0.1", "localhost");
    const response = await fetch(`${local}/v2/Services`, { headers: { authorization } });
    const { meta } = (await response.json()) as { meta: { next_page_url: string } };
    expect(meta.next_page_url).toMatch(new RegExp(`^${local}/v2/Services\\?`));
  });

  it("lead through the pages to an end, and a further page that is not documented is the last", async () => {
    const first = (await (await get("/v2/Services")).json()) as Page;
    const second = (await (await get(first.meta.next_page_url?.replace(mock.url, "") ?? "")).json()) as Page;
    expect(second.meta.next_page_url).toBe(null);
    expect(second.services).not.toEqual(first.services);
    const beyond = (await (await get("/v2/Services?Page=7&PageToken=PAunknown")).json()) as Page;
    expect(beyond.meta.next_page_url).toBe(null);
  });
});

interface Page {
  meta: { next_page_url: string | null };
  services: unknown[];
}

function get(path: string): Promise<Response> {
  return fetch(`${mock.url}${path}`, { headers: { authorization } });
}

function post(
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
  isAuthorised = true,
): Promise<Response> {
  return fetch(`${mock.url}${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      ...(isAuthorised && { authorization }),
      ...headers,
    },
    body,
  });
}
