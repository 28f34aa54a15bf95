import { afterAll, beforeAll, expect, test } from "vitest";
import { sandboxServiceSid, startSandbox } from "../src/sandbox/sandbox.ts";
import type { Running } from "../src/server.ts";
import { type Api, apiOf, authorizationOf, send } from "../test-support/api.ts";
import { v1ApiOf } from "../test-support/v1-api.ts";

const service = `/v2/Services/${sandboxServiceSid}`;
const account = { accountSid: "AC00000000000000000000000000000001", authToken: "sandbox" };

let sandbox: Running;
let api: Api;
beforeAll(async () => {
  sandbox = await startSandbox();
  api = apiOf(sandbox.url);
});
afterAll(() => sandbox.close());

const post = (path: string, type: string, body: string) =>
  send(`${sandbox.url}${path}`, {
    method: "POST",
    headers: { authorization: authorizationOf(account), "content-type": type },
    body,
  });

test.each([
  [`${service}/Verifications`, 20001, "Missing required parameter To in the post body"],
  [`${service}/VerificationCheck`, 60221, "No target verification specified"],
  ["/v2/Services", 20001, "Missing required parameter FriendlyName in the post body"],
  [service, 60200, "Invalid parameter: Content-Type"],
  [`${service}/Verifications/+12025550143`, 20001, "Missing required parameter Status in the post body"],
  [`${service}/RateLimits`, 20001, "Missing required parameter UniqueName in the post body"],
  ["/sandbox/clock", 20001, "Missing required parameter Seconds in the post body"],
])("JSON and multipart to %s are refused, and the details name Content-Type", async (path, code, message) => {
  for (const type of ["application/json", "multipart/form-data; boundary=x", "text/plain"]) {
    const { status, body } = await post(path, type, '{"To":"+12025550143","Channel":"sms"}');
    expect([status, body.code, body.message, body.details]).toEqual([
      400,
      code,
      message,
      { parameter: "Content-Type" },
    ]);
  }
});

test("a refusal names what the operation does not know, spelt as it was sent, in the form and in the address", async () => {
  const form = (path: string, body: string) => post(path, "application/x-www-form-urlencoded", body);
  const misspelt = await form(`${service}/Verifications`, "to=%2B12025550143&channel=sms");
  expect([misspelt.body.code, misspelt.body.details]).toEqual([20001, { unknown_parameters: ["to", "channel"] }]);
  const elsewhere = await form(`${service}/Verifications?To=%2B12025550143&Channel=sms`, "");
  expect([elsewhere.body.code, elsewhere.body.details]).toEqual([20001, { unknown_parameters: ["?To", "?Channel"] }]);
  const check = await form(`${service}/VerificationCheck`, "to=%2B12025550143&code=123456");
  expect([check.body.code, check.body.details]).toEqual([60221, { unknown_parameters: ["to", "code"] }]);
  const invalid = await form(`${service}/Verifications`, "To=nobody&Channel=sms&PhoneNumber=1");
  expect(invalid.body).toMatchObject({ code: 60200, details: { unknown_parameters: ["PhoneNumber"] } });
});

test("a success names it in a header, at most eight names and as no header can be broken", async () => {
  const To = "+12025550143";
  const started = await api.start(sandboxServiceSid, { To, PhoneNumber: "1", "über,\r\nX": "2" });
  expect(started.status).toBe(201);
  expect(started.headers.get("countersign-unknown-parameters")).toBe("PhoneNumber, %C3%BCber%2C%0D%0AX");
  const known = await api.start(sandboxServiceSid, { To });
  expect(known.headers.get("countersign-unknown-parameters")).toBeNull();
  const many = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${i}`.padEnd(500, "x"), ""]));
  const long = (await api.start(sandboxServiceSid, { To, ...many })).headers.get("countersign-unknown-parameters");
  expect(long?.split(", ").map(({ length }) => length)).toEqual(Array(8).fill(64));
  const fetched = await api.call("GET", `${service}?Debug=1`);
  expect([fetched.status, fetched.headers.get("countersign-unknown-parameters")]).toEqual([200, "?Debug"]);
});

test.each([
  "/v2/Attempts?DestinationPrefix=1202",
  "/v2/Attempts/Summary?To=%2B12025550143",
  "/v2/Services?FriendlyName=Acme",
  `${service}/RateLimits?UniqueName=x`,
  "/sandbox/messages?to=%2B12025550143",
  "/sandbox/messages/next?Timeout=0",
])("a list refuses what it has no filter for, since it would be another list: %s", async (path) => {
  const { status, body } = await api.call("GET", path);
  const [name] = new URL(path, sandbox.url).searchParams.keys();
  expect([status, body.code, body.message]).toEqual([400, 60200, `Invalid parameter: ${name}`]);
});

test("v1 refuses what can be no code as v2 does, and counts none of it", async () => {
  const v1 = v1ApiOf(sandbox.url);
  const number = { country_code: 1, phone_number: "202-555-0166" };
  await v1.start({ ...number, via: "sms" });
  for (const verification_code of ["12 34", "123", "12345678901", "12-34", "１２３４", "1234\n", " 1234"]) {
    const refused = await v1.check({ ...number, verification_code });
    expect([refused.status, refused.body.error_code]).toEqual([400, "60004"]);
  }
  expect((await v1.check({ ...number, verification_code: "1234" })).body.success).toBe(true);
});
