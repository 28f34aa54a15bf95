import document from "@countersign/spec/openapi.json" with { type: "json" };
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { sandboxAccount, sandboxServiceSid, startSandbox } from "../src/sandbox/sandbox.ts";
import type { Running } from "../src/server.ts";

/** The four checks that the published page of VerificationCheck shows, sent as it sends them. */
const { examples: documented } =
  document.paths["/v2/Services/{ServiceSid}/VerificationCheck"].post.responses["200"].content["application/json"];
const example = (name: keyof typeof documented) => {
  const reference = (documented[name] as { $ref: string }).$ref
    .split("/")
    .at(-1) as keyof typeof document.components.examples;
  return document.components.examples[reference].value as Record<string, unknown>;
};

let sandbox: Running;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  await post("/sandbox/reset", {});
  await post(`/v2/Services/${sandboxServiceSid}`, { CustomCodeEnabled: "true" });
});

test("a check with a phone number answers the documented body", async () => {
  await start({ To: "+15017122661", Channel: "sms", CustomCode: "1234" });
  expect(await check({ Code: "1234", To: "+15017122661" })).toEqual(shapeOf("approvedByPhone"));
});

test("a check with an e-mail address answers the documented body, but for its channel", async () => {
  await start({ To: "recipient@foo.com", Channel: "email", CustomCode: "123456" });
  // The published example shows the channel "sms" for an e-mail address, which no start can lead to.
  expect(await check({ Code: "123456", To: "recipient@foo.com" })).toEqual({
    ...shapeOf("approvedByEmail"),
    channel: "email",
  });
});

test("a check with a SID answers the documented body", async () => {
  const { sid } = await start({ To: "+15017122661", Channel: "sms", CustomCode: "1234" });
  expect(await check({ Code: "1234", VerificationSid: sid })).toEqual(shapeOf("approvedBySid"));
});

test("a check without a code after a failed and a successful attempt is approved, with the failure listed", async () => {
  const first = await start({ To: "+15017122661", Channel: "sna" });
  await check({ To: "+15017122661" });
  const second = await start({ To: "+15017122661", Channel: "sna" });
  await fetch((second.sna as { url: string }).url);
  const attempts = first.send_code_attempts as { attempt_sid: string }[];
  expect(await check({ To: "+15017122661" })).toEqual({
    ...shapeOf("approvedAfterSnaErrors"),
    // The page's code 60001 is a carrier's; the sandbox's first attempt was never opened, which is 60519.
    sna_attempts_error_codes: [{ attempt_sid: attempts[0]?.attempt_sid, code: 60519 }],
  });
});

/** The documented body, with what differs by call left open. */
function shapeOf(name: keyof typeof documented) {
  return {
    ...example(name),
    sid: expect.stringMatching(/^VE[0-9a-f]{32}$/),
    service_sid: sandboxServiceSid,
    account_sid: sandboxAccount.accountSid,
    date_created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    date_updated: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  };
}

function start(fields: Record<string, string>): Promise<Body> {
  return post(`/v2/Services/${sandboxServiceSid}/Verifications`, fields);
}

function check(fields: Record<string, string>) {
  return post(`/v2/Services/${sandboxServiceSid}/VerificationCheck`, fields);
}

async function post(path: string, fields: Record<string, string>): Promise<Body> {
  const authorization = `Basic ${btoa(`${sandboxAccount.accountSid}:${sandboxAccount.authToken}`)}`;
  const response = await fetch(`${sandbox.url}${path}`, {
    method: "POST",
    headers: { authorization },
    body: new URLSearchParams(fields),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? { sid: "" } : ((await response.json()) as Body);
}

type Body = Record<string, unknown> & { sid: string };
