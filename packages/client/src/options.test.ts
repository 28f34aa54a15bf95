import { inspect } from "node:util";
import { expect, test } from "vitest";
import { credentials, fakeFetch, json, ServiceSid } from "../test-support/fake-fetch.ts";
import { type ClientOptions, createClient } from "./index.ts";

const refusalOf = (options: object): unknown => {
  try {
    return createClient({ ...credentials, ...options } as ClientOptions);
  } catch (error) {
    return error;
  }
};

test.each([
  "",
  "verify.twilio.com",
  "localhost:4010",
  "/v2",
  "ftp://h",
  "file:///tmp/x",
  "http://h/?a=hunter2",
  "http://h?",
  "http://h/v#hunter2",
  "http://h/#",
  "http://user:hunter2@h",
  "http://hunter2@h",
  "http://:hunter2@h/path",
  "http://user:hunter2@h:port",
  "http://",
  5,
  null,
  {},
])("the base URL %j is refused at once, and the refusal does not tell it", (baseUrl) => {
  const error = refusalOf({ baseUrl });
  expect(error).toBeInstanceOf(TypeError);
  expect((error as Error).message).toBe("baseUrl cannot be used");
  expect(inspect(error)).not.toContain("hunter2");
});

test.each<[string | URL | undefined, string]>([
  ["http://h/", "http://h"],
  ["http://h//", "http://h"],
  ["https://h/verify/", "https://h/verify"],
  [" http://h:4010 \n", "http://h:4010"],
  ["https://h/a@b", "https://h/a@b"],
  [new URL("https://h/verify/"), "https://h/verify"],
  [undefined, "http://127.0.0.1:4010"],
])("calls to the base URL %j go to %s", async (baseUrl, expected) => {
  const { fetch, sent } = fakeFetch(json(200, {}));
  const client = createClient({ ...credentials, fetch, baseUrl });
  await client.GET("/v2/Services/{Sid}", { params: { path: { Sid: ServiceSid } } });
  expect(sent[0]?.url).toBe(`${expected}/v2/Services/${ServiceSid}`);
});

test.each<[string, object]>([
  ["fetch", { fetch: {} }],
  ["fetch", { fetch: null }],
  ["timeoutMs", { timeoutMs: Number.NaN }],
  ["timeoutMs", { timeoutMs: 0 }],
  ["timeoutMs", { timeoutMs: -1 }],
  ["timeoutMs", { timeoutMs: "5000" }],
  ["timeoutMs", { timeoutMs: null }],
  ["retry.attempts", { retry: 3 }],
  ["retry.attempts", { retry: true }],
  ["retry.attempts", { retry: {} }],
  ["retry.attempts", { retry: { attempts: Number.NaN } }],
  ["retry.attempts", { retry: { attempts: "3" } }],
  ["retry.attempts", { retry: { attempts: 0 } }],
  ["retry.maxDelayMs", { retry: { attempts: 2, maxDelayMs: Number.NaN } }],
  ["retry.maxDelayMs", { retry: { attempts: 2, maxDelayMs: "100" } }],
  ["retry.maxDelayMs", { retry: { attempts: 2, maxDelayMs: -1 } }],
  ["accountSid", { accountSid: 1 }],
  ["accountSid", { accountSid: "hunter2:x" }],
  ["accountSid", { accountSid: "hunter2\n" }],
  ["authToken", { authToken: { hunter2: 1 } }],
  ["authToken", { authToken: "hunter2\n" }],
  ["authToken", { authToken: "hunter2\0" }],
  ["apiKey", { apiKey: "hunter2\r", apiSecret: "s" }],
  ["apiSecret", { apiKey: "SK1", apiSecret: "hunter2\r\n" }],
  ["authyApiKey", { authyApiKey: "hunter2☃" }],
  ["authyApiKey", { authyApiKey: "hunter2\nx" }],
  ["authyApiKey", { authyApiKey: 5 }],
])("%s is named, and its value is not, in the refusal of %j", (name, options) => {
  const error = refusalOf(options);
  expect(error).toBeInstanceOf(TypeError);
  expect((error as Error).message).toBe(`${name} cannot be used`);
  expect(inspect(error)).not.toContain("hunter2");
});

test("options that are undefined, as of unset environment variables, are as none", () => {
  const options = { baseUrl: undefined, fetch: undefined, timeoutMs: undefined, retry: undefined };
  expect(refusalOf(options)).not.toBeInstanceOf(Error);
  expect(refusalOf({ retry: { attempts: 2, maxDelayMs: undefined, sleep: undefined } })).not.toBeInstanceOf(Error);
  expect(refusalOf({ timeoutMs: Number.POSITIVE_INFINITY })).not.toBeInstanceOf(Error);
  expect(refusalOf({ retry: null })).toBeInstanceOf(TypeError);
});

test.each<[string, Headers | Record<string, string | undefined> | [string, string][] | Map<string, string>]>([
  ["an object", { Prefer: "code=429", "x-none": undefined }],
  ["Headers", new Headers({ Prefer: "code=429" })],
  ["pairs", [["Prefer", "code=429"]]],
  ["a map", new Map([["Prefer", "code=429"]])],
])("headers of a call may be %s", async (_, headers) => {
  const { fetch, sent } = fakeFetch(json(200, {}));
  await createClient({ ...credentials, fetch }).POST("/v2/Services", {
    body: { FriendlyName: "Acme" },
    headers: headers as Headers,
  });
  expect(sent[0]?.headers).toMatchObject({ prefer: "code=429", "content-type": "application/x-www-form-urlencoded" });
  expect(sent[0]?.headers).not.toHaveProperty("x-none");
});

test("a content type in Headers wins over the client's own", async () => {
  const { fetch, sent } = fakeFetch(json(200, {}));
  const headers = new Headers({ "Content-Type": "application/json" });
  await createClient({ ...credentials, fetch }).POST("/v2/Services", { body: { FriendlyName: "Acme" }, headers });
  expect(sent[0]?.body).toBe('{"FriendlyName":"Acme"}');
});

test.each([
  ["value", { Authorization: "Bearer hunter2\nx" }],
  ["name", { "hunter2 x": "1" }],
  ["letter", { Authorization: "hunter2☃" }],
])("a header whose %s cannot be sent rejects the call, and is not told", async (_, headers) => {
  const { fetch, sent } = fakeFetch(json(200, {}));
  const call = createClient({ ...credentials, fetch }).GET("/v2/Services", { headers });
  const error = await call.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(TypeError);
  expect((error as Error).message).toBe("headers cannot be used");
  expect(inspect(error)).not.toContain("hunter2");
  expect(sent).toEqual([]);
});
