import { expect, test } from "vitest";
import { authentication, type Credentials } from "./credentials.ts";

const basic = (pair: string) => `Basic ${Buffer.from(pair).toString("base64")}`;

test("an account SID and its token are basic authentication", () => {
  expect(authentication({ accountSid: "AC1", authToken: "t" }).Authorization).toBe(basic("AC1:t"));
});

test("an API key and its secret take the place of the account SID, which may be given as well", () => {
  expect(authentication({ apiKey: "SK1", apiSecret: "s" }).Authorization).toBe(basic("SK1:s"));
  expect(authentication({ apiKey: "SK1", apiSecret: "s", accountSid: "AC1" }).Authorization).toBe(basic("SK1:s"));
});

test("a v1 key goes in a header of its own, alone or with a pair", () => {
  expect(authentication({ authyApiKey: "k" })).toEqual({ "X-Authy-API-Key": "k" });
  expect(authentication({ authyApiKey: "k", accountSid: "AC1", authToken: "t" })).toEqual({
    "X-Authy-API-Key": "k",
    Authorization: basic("AC1:t"),
  });
});

test.each(["tö☃", "a:b", "pass word", "密码"])("the secret %s travels as UTF-8", (secret) => {
  expect(authentication({ accountSid: "AC1", authToken: secret }).Authorization).toBe(basic(`AC1:${secret}`));
  expect(authentication({ apiKey: "SKö", apiSecret: secret }).Authorization).toBe(basic(`SKö:${secret}`));
});

test("a v1 key that is empty, as an environment variable may be, is none", () => {
  expect(authentication({ authyApiKey: "", accountSid: "AC1", authToken: "t" })).toEqual({
    Authorization: basic("AC1:t"),
    "X-Authy-API-Key": undefined,
  });
});

test.each([
  {},
  { authyApiKey: "k", accountSid: "AC1" },
  { authyApiKey: "k", accountSid: "AC1", authToken: "" },
  { authyApiKey: "k", apiKey: "SK1" },
  { authyApiKey: "k", authToken: "t" },
  { authyApiKey: "" },
  { accountSid: "AC1" },
  { accountSid: "AC1", authToken: "" },
  { apiKey: "SK1", authToken: "t" },
])("%j is refused at once, not by a 401 later", (credentials) => {
  expect(() => authentication(credentials as Credentials)).toThrow(TypeError);
});
