import type { InjectOptions } from "light-my-request";
import { expect, test } from "vitest";
import { fakeApp, type Given, get, post, serviceSid } from "../../test-support/fake-app.ts";

const verifications = `/v2/Services/${serviceSid}/Verifications`;
const start = "To=%2B12025550123&Channel=sms";

const ids = [
  "createVerification",
  "createService",
  "updateService",
  "listServices",
  "listAttempts",
  "createVerificationCheck",
];
const given: Given[] = [];
async function handler(request: Given) {
  given.push(request);
  return { ok: false, refusal: { code: 20429 } } as const;
}
/** To make one reads the whole document. */
const app = fakeApp(Object.fromEntries(ids.map((id) => [id, handler])));

/** What the handler was given, or the message of the refusal. */
async function read(request: InjectOptions) {
  given.length = 0;
  const answer = await app.inject(request);
  return given[0] ?? { status: answer.statusCode, message: answer.json().message };
}

const startWith = (more: string | Buffer) =>
  read(post(verifications, Buffer.concat([Buffer.from(`${start}&`), Buffer.from(more)])));
const missing = (parameter: string) => ({
  status: 400,
  message: `Missing required parameter ${parameter} in the post body`,
});
const invalid = (parameter: string) => ({ status: 400, message: `Invalid parameter: ${parameter}` });

test("a form is decoded: escapes, plus signs as spaces, names without a value, empty pairs", async () => {
  const { body } = (await startWith("&Payee=Acme+%26+S%C3%B6hne&Amount=%E2%82%AC39.99&&Locale")) as Given;
  expect(body).toEqual({ To: "+12025550123", Channel: "sms", Payee: "Acme & Söhne", Amount: "€39.99" });
});

test("defaults are the handler's, and parameters that the document lacks do not come to it", async () => {
  const given = (await startWith("Nonsense=1&Nonsense=2&to=x&Channel[]=x")) as Given;
  expect(given.body).toEqual({ To: "+12025550123", Channel: "sms" });
});

test("integers and booleans are read strictly, booleans in any case", async () => {
  const service = async (more: string) => read(post("/v2/Services", `FriendlyName=Acme&${more}`));
  expect(await service("CodeLength=7&LookupEnabled=TRUE&Psd2Enabled=False&Totp.Skew=0")).toMatchObject({
    body: { FriendlyName: "Acme", CodeLength: 7, LookupEnabled: true, Psd2Enabled: false, "Totp.Skew": 0 },
  });
  for (const text of ["", "x", "+7", "7.0", "7e0", "0x7", "07", " 7", "７", "11", "9".repeat(400)]) {
    expect(await service(`CodeLength=${encodeURIComponent(text)}`)).toEqual(invalid("CodeLength"));
  }
  for (const text of ["", "1", "yes", "true ", "null"]) {
    expect(await service(`LookupEnabled=${encodeURIComponent(text)}`)).toEqual(invalid("LookupEnabled"));
  }
});

test("an optional text that is empty was not sent, but for one that it unsets", async () => {
  const { body } = (await startWith("RiskCheck=&SendDigits=&CustomMessage=&AppHash=&DeviceIp=&TemplateSid=")) as Given;
  expect(body).toEqual({ To: "+12025550123", Channel: "sms" });
  const settings = ["Passkeys.UserVerification", "DefaultTemplateSid", "TtsName", "Push.ApnCredentialSid"];
  const form = settings.map((name) => `${name}=`).join("&");
  expect(await read(post("/v2/Services", `FriendlyName=Acme&${form}`))).toMatchObject({
    body: Object.fromEntries(settings.map((name) => [name, ""])),
  });
});

test("what is empty twice is still given twice, and a required text that is empty is still one", async () => {
  expect(await startWith("RiskCheck=&RiskCheck=")).toEqual(invalid("RiskCheck"));
  expect(await startWith("RiskCheck=&RiskCheck=enable")).toEqual(invalid("RiskCheck"));
  expect(await read(post("/v2/Services", "FriendlyName="))).toEqual(invalid("FriendlyName"));
});

test("a field of JSON is parsed, and one that is none is named", async () => {
  const json = (name: string, text: string) => startWith(`${name}=${encodeURIComponent(text)}`);
  expect(await json("RateLimits", '{"ip":"192.0.2.7"}')).toMatchObject({ body: { RateLimits: { ip: "192.0.2.7" } } });
  expect(await json("Templates", `[{"sid":"HJ${"0".repeat(32)}","substitutions":{"a":"b"}}]`)).toMatchObject({
    body: { Templates: [{ substitutions: { a: "b" } }] },
  });
  for (const text of [
    "",
    "{",
    "[]",
    "1",
    '"x"',
    "null",
    '{"ip":[1]}',
    '{"ip":null}',
    "[".repeat(5_000),
    '{"a":'.repeat(1_000),
  ]) {
    expect(await json("RateLimits", text)).toEqual(invalid("RateLimits"));
  }
});

test("a list of objects comes repeated, or as one JSON array", async () => {
  const template = (digit: number) => ({ sid: `HJ0000000000000000000000000000000${digit}` });
  const field = (value: unknown) => `Templates=${encodeURIComponent(JSON.stringify(value))}`;
  const both = { body: { Templates: [template(1), template(2)] } };
  expect(await startWith(`${field(template(1))}&${field(template(2))}`)).toMatchObject(both);
  expect(await startWith(field([template(1), template(2)]))).toMatchObject(both);
  expect(await startWith(field(template(1)))).toMatchObject({ body: { Templates: [template(1)] } });
  expect(await startWith(field([{ sid: "HJ1" }]))).toEqual(invalid("Templates"));
  expect(await startWith(field(Array.from({ length: 11 }, () => template(1))))).toEqual(invalid("Templates"));
});

test("what is missing is said to be, before anything that does not fit, and the document's first where it is more", async () => {
  expect(await read(post(verifications, ""))).toEqual(missing("To"));
  expect(await read(post(verifications, "AppHash=y"))).toEqual(missing("To"));
  expect(await read(post(verifications, "To=x&AppHash=y"))).toEqual(missing("Channel"));
  // Settings come before the name in the order of the validator.
  expect(await read(post("/v2/Services", "CodeLength=x"))).toEqual(missing("FriendlyName"));
  expect(await startWith("Tags=%7B%7D&AppHash=y&SendDigits=z")).toEqual(invalid("SendDigits"));
  expect(await startWith("DeviceIp=1.2.3")).toEqual(invalid("DeviceIp"));
  expect(await read(get("/v2/Attempts?DateCreatedAfter=yesterday"))).toEqual(invalid("DateCreatedAfter"));
});

test("a query is read as a form is", async () => {
  const { query } = (await read(get("/v2/Attempts?ChannelData.To=%2B12025550123&PageSize=20#z"))) as Given;
  expect(query).toEqual({ "ChannelData.To": "+12025550123", PageSize: 20 });
  expect(await read(get("/v2/Services?PageSize=0"))).toEqual(invalid("PageSize"));
  expect(await read(get("/v2/Services?PageSize=1&PageSize=1"))).toEqual(invalid("PageSize"));
  expect(await read(get("/v2/Services?PageToken=%ff"))).toEqual(invalid("PageToken"));
});

test("security.md 16: a repeated scalar parameter is a 400 that names it", async () => {
  expect(await startWith("Channel=sms")).toEqual(invalid("Channel"));
  expect(await startWith("RateLimits=%7B%7D&RateLimits=%7B%7D")).toEqual(invalid("RateLimits"));
});

test("security.md 16: 64 parameters are read and 65 are a 400, in the body and in the query", async () => {
  const unknown = (count: number) => Array.from({ length: count }, (_, index) => `x${index}=`).join("&");
  expect(await startWith(unknown(62))).toHaveProperty("body");
  expect(await startWith(unknown(63))).toEqual(invalid("To"));
  expect(await read(get(`/v2/Services?${unknown(64)}`))).toEqual(invalid("x0"));
  expect(await read(get(`/v2/Services?${unknown(65)}`))).toEqual(invalid("PageSize"));
});

test("security.md 16: names of Object.prototype are inert", async () => {
  const names = [
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "__proto__[polluted]",
    "constructor.prototype.polluted",
  ];
  const { body } = (await startWith(names.map((name) => `${encodeURIComponent(name)}=x`).join("&"))) as Given;
  expect(Object.keys(body)).toEqual(["To", "Channel"]);
  const json = encodeURIComponent('{"constructor":"y","z":"z"}');
  const { RateLimits } = ((await startWith(`RateLimits=${json}`)) as Given).body as { RateLimits: object };
  expect(Object.entries(RateLimits)).toEqual([
    ["constructor", "y"],
    ["z", "z"],
  ]);
  expect(Object.getPrototypeOf(RateLimits)).toBe(Object.prototype);
  expect({}).not.toHaveProperty("polluted");
});

test.each([
  ["of the name __proto__", '{"__proto__":"x","z":"z"}'],
  ["of that name, escaped", '{"\\u005f_proto__":{"polluted":"x"}}'],
  ["that comes twice", '{"z":"1","z":"2"}'],
  ["that comes twice, once escaped", '{"z":"1","\\u007a" :"2"}'],
  ["that comes twice with others in it", '{"z":{"y":"1"},"z":"2"}'],
])("JSON with a member that would be lost is refused: %s", async (_, json) => {
  expect(await startWith(`RateLimits=${encodeURIComponent(json)}`)).toEqual(invalid("RateLimits"));
});

test("what looks like members within texts is read as it is", async () => {
  const limits = { 'a"b': '"c":"d"', "\\": '\\"e":' };
  const json = encodeURIComponent(JSON.stringify(limits, null, 1));
  expect(((await startWith(`RateLimits=${json}`)) as Given).body.RateLimits).toEqual(limits);
});

test.each([
  ["a raw byte", Buffer.from([...Buffer.from("Payee="), 0xff])],
  ["an overlong form", Buffer.from([...Buffer.from("Payee="), 0xc0, 0xaf])],
  ["half a surrogate pair", Buffer.from([...Buffer.from("Payee="), 0xed, 0xa0, 0x80])],
  ["a cut character", Buffer.from([...Buffer.from("Payee="), 0xc3])],
])("security.md 16: invalid UTF-8 in the bytes of a body is a 400: %s", async (_, bytes) => {
  expect(await startWith(bytes)).toEqual(invalid("To"));
});

test.each(["%ff", "%c0%af", "%ed%a0%80", "%c3", "%", "%z1", "100%"])(
  "security.md 16: invalid UTF-8 behind percent-encoding is a 400 that names the parameter: %s",
  async (text) => {
    expect(await startWith(`Payee=${text}`)).toEqual(invalid("Payee"));
    expect(await startWith(`x${text}=y`)).toEqual(invalid("To"));
  },
);

test("security.md 16: what no database stores is a 400: null bytes, and half surrogate pairs of JSON", async () => {
  expect(await startWith("Payee=a%00b")).toEqual(invalid("Payee"));
  expect(await startWith(Buffer.from("Payee=a\0b"))).toEqual(invalid("Payee"));
  for (const text of ['{"a":"\\u0000"}', '{"\\u0000":"a"}', '{"a":"\\ud800"}', '{"a":"\0"}']) {
    expect(await startWith(`RateLimits=${encodeURIComponent(text)}`)).toEqual(invalid("RateLimits"));
  }
  expect(await startWith(`RateLimits=${encodeURIComponent('{"a":"\\ud83d\\ude00\\\\u0000"}')}`)).toMatchObject({
    body: { RateLimits: { a: "😀\\u0000" } },
  });
});

test("security.md 16: a body of 16 KiB is read, a larger one is a 413", async () => {
  const body = (length: number) => `${start}&x=`.padEnd(length, "y");
  expect(await read(post(verifications, body(16_384)))).toHaveProperty("body");
  expect(await read(post(verifications, body(16_385)))).toEqual({ status: 413, message: "Request entity too large" });
  const json = { "content-type": "application/json" };
  expect(await read(post(verifications, body(16_385), json))).toHaveProperty("status", 413);
});

test("a body of another kind holds no parameters", async () => {
  for (const type of ["application/json", "multipart/form-data; boundary=x", "text/plain", "nonsense", ";"]) {
    expect(await read(post(verifications, start, { "content-type": type }))).toEqual(missing("To"));
  }
  const json = { "content-type": "application/json" };
  expect(await read(post(`/v2/Services/${serviceSid}`, '{"CodeLength":8}', json))).toEqual(invalid("Content-Type"));
});

test("a form is UTF-8, whatever charset it claims, and a byte order mark before it is no part of it", async () => {
  const as = (type: string, body: string | Buffer = start) => read(post(verifications, body, { "content-type": type }));
  for (const charset of [
    "",
    "; charset=utf-8",
    ";charset=UTF8",
    '; x=y; Charset="ISO-8859-1"',
    ";charset=utf-16",
    ";",
  ]) {
    const type = `Application/X-WWW-Form-URLEncoded${charset}`;
    expect(await as(type)).toHaveProperty("body.To", "+12025550123");
    expect(await as(type, `\ufeff${start}`)).toHaveProperty("body.To", "+12025550123");
    expect(await as(type, Buffer.from(`${start}&Payee=é`, "latin1"))).toEqual(invalid("To"));
  }
});

test("a body that does not say what it is is a form", async () => {
  const { authorization = "" } = post(verifications, start).headers;
  for (const headers of [{ authorization }, { authorization, "content-type": "" }]) {
    expect(await read({ ...post(verifications, start), headers })).toHaveProperty("body.To", "+12025550123");
  }
});

test("an operation that takes no body does not look at one", async () => {
  const app = fakeApp();
  expect((await app.inject(post("/sandbox/reset", "x".repeat(20_000)))).statusCode).toBe(204);
  expect((await app.inject(get(`/v2/Services/${serviceSid}?x=%ff`))).statusCode).toBe(200);
});

test.each([
  [60306, `/v2/Services/${serviceSid}/Entities/user-00000001/Factors`, "FactorType=totp"],
  [
    60306,
    `/v2/Services/${serviceSid}/Entities/user-00000001/Factors/YF00000000000000000000000000000001`,
    "Config.Skew=1",
  ],
  [60200, `/v2/Services/${serviceSid}/Webhooks`, "EventTypes=*&WebhookUrl=https://acme.example"],
  [60200, `/v2/Services/${serviceSid}/Webhooks/YW00000000000000000000000000000001`, "Status=enabled"],
  [60200, "/console/keys", "Scopes=read"],
  [60200, "/v2/Services", ""],
])("a name of which nobody sees anything is refused with %i: POST %s", async (code, path, others) => {
  for (const name of ["%20", "%C2%A0", "%E2%80%8B", "%E3%85%A4", "%0A"]) {
    const answer = await app.inject(post(path, `FriendlyName=${name}&${others}`));
    expect(answer.json()).toMatchObject({ status: 400, code, message: expect.stringMatching(/: FriendlyName$/) });
  }
});
