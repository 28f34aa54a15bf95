import { expect, test } from "vitest";
import { bundledDocument } from "../http/bundled-document.ts";
import { createMask } from "./mask.ts";

const mask = createMask(bundledDocument);
const m = "••••••";

test.each([
  ["a form", "To=%2B12025550123&Code=123456", `To=%2B12025550123&Code=${m}`],
  ["the first of a form", "Code=123456&To=a", `Code=${m}&To=a`],
  ["a name in escapes", "%43ode=123456&custom%5Fcode=123456", `%43ode=${m}&custom%5Fcode=${m}`],
  ["a name that is misspelt", "VerificationCode=123456&code=1234", `VerificationCode=${m}&code=${m}`],
  ["what is no code", "country_code=1&CodeLength=6&ErrorCode=30008", "country_code=1&CodeLength=6&ErrorCode=30008"],
  [
    "whether there is one",
    "CustomCodeEnabled=true&EnableSnaClientToken=true&PageToken=PA1",
    "CustomCodeEnabled=true&EnableSnaClientToken=true&PageToken=PA1",
  ],
  [
    "the keys of v1",
    "app_api_key=a&access_key=b&api_key=c&signing_key=d&x=1",
    `app_api_key=${m}&access_key=${m}&api_key=${m}&signing_key=${m}&x=1`,
  ],
  [
    "what an authenticator app shows, and what it has",
    "AuthPayload=123456&Binding.Secret=GEZDGNBV&FactorType=totp",
    `AuthPayload=${m}&Binding.Secret=${m}&FactorType=totp`,
  ],
  ["a query", "/check?api_key=k&verification_code=1234&via=sms", `/check?api_key=${m}&verification_code=${m}&via=sms`],
  ["JSON", '{"Code": "12\\"3456", "To": "+12025550123"}', `{"Code": "${m}", "To": "+12025550123"}`],
  ["a number in JSON", '{"Code":123456,"n":{"custom_code" : 12}}', `{"Code":"${m}","n":{"custom_code" : "${m}"}}`],
  ["a list in JSON", '{"Code":["123456","1"],"a":[1]}', `{"Code":"${m}","a":[1]}`],
  [
    "members of a list in JSON",
    '{"all":[{"Code":"1234"},[{"Code":["1"]}]]}',
    `{"all":[{"Code":"${m}"},[{"Code":"${m}"}]]}`,
  ],
  ["JSON that breaks off", '{"To":"a","Code":"1234', `{"To":"a","Code":"${m}"`],
  ["JSON with escapes in a name", '{"\\u0043ode":"123456"}', `{"\\u0043ode":"${m}"}`],
  [
    "XML",
    "<a><custom-code>1234</custom-code><via>sms</via></a>",
    `<a><custom-code>${m}</custom-code><via>sms</via></a>`,
  ],
  [
    "a form in parts",
    '--x\r\nContent-Disposition: form-data; name="Code"\r\n\r\n123456\r\n--x\r\nContent-Disposition: form-data; name="To"\r\n\r\na\r\n--x--',
    `--x\r\nContent-Disposition: form-data; name="Code"\r\n\r\n${m}\r\n--x\r\nContent-Disposition: form-data; name="To"\r\n\r\na\r\n--x--`,
  ],
  ["an address of silent network authentication", "/sna/abcdef?x=1", `/sna/${m}?x=1`],
  ["a key in a path", "/2010-04-01/Accounts/key/SMS/Messages/1", `/2010-04-01/Accounts/${m}/SMS/Messages/1`],
])("masks %s", (_, text, expected) => {
  expect(mask(text, false)).toBe(expected);
});

test("leaves the number of an error in an answer, and masks a code there, in the words of a message too", () => {
  const refusal = '{"code":60200,"message":"Invalid parameter: Code","status":400}';
  expect(mask(refusal, true)).toBe(refusal);
  const inv1 = '{"error_code":"60022","message":"Verification code is incorrect"}';
  expect(mask(inv1, true)).toBe(inv1);
  const binding = '{"binding":{"secret":"GEZDGNBV","uri":"otpauth://totp/A:b?secret=GEZDGNBV"},"url":"http://a/"}';
  expect(mask(binding, true)).toBe(`{"binding":{"secret":"${m}","uri":"${m}"},"url":"http://a/"}`);
  const sna = '{"sna":{"url":"http://127.0.0.1:4010/sna/abc"},"code":"123456","text":"It is 123456","html":null}';
  expect(mask(sna, true)).toBe(
    `{"sna":{"url":"http://127.0.0.1:4010/sna/${m}"},"code":"${m}","text":"${m}","html":null}`,
  );
});
