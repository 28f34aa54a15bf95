import { expect, test } from "vitest";
import { testOf } from "./as-test.ts";

const request = {
  sid: "RQ1",
  date: "2026-03-01T12:00:00Z",
  method: "POST",
  path: "/v2/Services/VA1/Verifications?a=`$b`",
  operation_id: "createVerification",
  status: 429,
  error: { code: 60203, message: "Max send attempts reached", cause: "", remedy: "", api: "v2" as const },
  milliseconds: 1,
  content_type: "application/x-www-form-urlencoded",
  body: 'To=%2B15005560203&Channel=sms"`$x`',
  answer: "{}",
};

test("a request becomes a test that makes it again and expects the same, whatever is in it", async () => {
  const calls: unknown[][] = [];
  const text = testOf(request).replace(/^import .*$/m, "");
  const sandbox = { url: "http://sandbox", env: { TWILIO_ACCOUNT_SID: "AC1", TWILIO_AUTH_TOKEN: "sandbox" } };
  const fetch = async (...call: unknown[]) => {
    calls.push(call);
    return { status: 429, json: async () => ({ code: 60203 }) };
  };
  let title = "";
  const run = (name: string, body: (fixtures: object) => Promise<void>) => {
    title = name;
    return body({ sandbox });
  };
  await new Function("test", "expect", "fetch", `return ${text.trim()}`)(run, expect, fetch);
  expect(title).toBe("POST /v2/Services/VA1/Verifications is answered 429");
  expect(calls).toEqual([
    [
      `http://sandbox${request.path}`,
      {
        method: "POST",
        headers: { authorization: `Basic ${btoa("AC1:sandbox")}`, "content-type": request.content_type },
        body: request.body,
      },
    ],
  ]);
});
