import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sandboxAccount, sandboxServiceSid as serviceSid, startSandbox } from "../src/sandbox/sandbox.ts";
import type { Running } from "../src/server.ts";
import { operator } from "../src/sql/resources.ts";
import { openStore } from "../src/store/open-store.ts";
import type { ApplicationState } from "../src/v1/application.ts";
import { runSql } from "../test-support/databases.ts";
import { type V1Answer, type V1Api, type V1Call, v1ApiOf, v1ErrorText, v1Send } from "../test-support/v1-api.ts";

let folder: string;
let databaseUrl: string;
let sandbox: Running;
let v1: V1Api;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "countersign-v1-"));
  databaseUrl = `sqlite:${join(folder, "v1.db")}`;
  sandbox = await startSandbox({ databaseUrl });
  v1 = v1ApiOf(sandbox.url);
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

/** Numbers that no other test has verified. */
let numbers = 3000;
function newNumber(): string {
  numbers += 1;
  return `415-555-${numbers}`;
}

/** Of another length than any code here. */
const wrongCode = "00000";
const unused = { country_code: 1, phone_number: "415-555-2000" };

const get = (path: string, format: string | undefined) =>
  v1Send(sandbox.url, "GET", `/protected/${format}/${path}&api_key=sandbox`);

/** How each error comes about, as a caller meets it, and the text that it has then. */
const situations: [code: string, status: number, message: string, provoke: (call: V1Call) => Promise<V1Answer>][] = [
  ["60001", 401, "Invalid API key", (call) => v1ApiOf(sandbox.url, "wrong").details({}, call)],
  ["60001", 401, "Invalid API key", ({ format }) => v1Send(sandbox.url, "GET", `/protected/${format}/app/details`)],
  [
    "60002",
    400,
    "Invalid request",
    (call) => v1.check(unused, { ...call, headers: { "content-type": "application/json" }, body: "{" }),
  ],
  ["60003", 429, "DoS protection", startSixTimes],
  ["60003", 429, "DoS protection", checkSixTimes],
  [
    "60004",
    400,
    "Invalid parameter: country_code - Parameter is required",
    ({ format }) => get("phones/verification/check?phone_number=2125550100&verification_code=1234", format),
  ],
  [
    "60004",
    400,
    "Invalid parameter: country_code - 'zzz' is not a valid Integer",
    (call) => v1.start({ ...unused, country_code: "zzz" }, call),
  ],
  [
    "60004",
    400,
    'Invalid parameter: via - Parameter must be within ["sms", "call"]',
    (call) => v1.start({ ...unused, via: "SMS" }, call),
  ],
  [
    "60004",
    400,
    "Invalid parameter: code_length - Parameter must be within 4..10",
    (call) => v1.start({ ...unused, code_length: 3 }, call),
  ],
  [
    "60004",
    400,
    "Invalid parameter: code_length - Parameter must be the length of custom_code",
    (call) => v1.start({ ...unused, code_length: 6, custom_code: 8247 }, call),
  ],
  [
    "60004",
    400,
    "Invalid parameter: phone_number - Parameter cannot be blank",
    (call) => v1.start({ ...unused, phone_number: "" }, call),
  ],
  [
    "60004",
    400,
    "Invalid parameter: user_ip - Parameter must match format IPv4 or IPv6",
    (call) => v1.details({ user_ip: "localhost" }, call),
  ],
  ["60005", 400, "UTF-8 invalid", ({ format }) => get("phones/info?phone_number=%FF", format)],
  [
    "60021",
    403,
    "Phone verification couldn't be created: custom codes are not allowed.",
    (call) => v1.start({ phone_number: newNumber(), custom_code: 8247 }, call),
  ],
  [
    "60021",
    403,
    "Phone verification couldn't be created: custom messages are not allowed.",
    (call) => v1.start({ phone_number: newNumber(), custom_message: "Hi" }, call),
  ],
  ["60022", 401, "Verification code is incorrect", checkWrong],
  [
    "60023",
    404,
    "No pending verifications for +1 415-555-2000 found.",
    (call) => v1.check({ ...unused, verification_code: wrongCode }, call),
  ],
  ["60023", 404, "No pending verifications for +1 415-555-2000 found.", (call) => v1.status(unused, call)],
  [
    "60023",
    404,
    "Phone verification not found",
    (call) => v1.status({ uuid: "6dadca60-49f8-0135-346b-0e5d6a065904" }, call),
  ],
  ["60033", 400, "Phone number is invalid", (call) => v1.start({ phone_number: "12345678" }, call)],
  ["60033", 400, "Phone number is invalid", (call) => v1.info({ country_code: 222, phone_number: "866742932" }, call)],
  ["60033", 400, "Phone number is invalid", (call) => v1.status({ country_code: 1, phone_number: "123" }, call)],
  ["60042", 400, "Either uuid or country_code and phone number are required", (call) => v1.status({}, call)],
  [
    "60042",
    400,
    "Either uuid or country_code and phone number are required",
    (call) => v1.status({ country_code: 1 }, call),
  ],
  ["60078", 403, "Invalid country code", (call) => v1.start({ country_code: 999, phone_number: "2125550100" }, call)],
  [
    "60082",
    403,
    "Cannot send SMS to landline phone numbers",
    (call) => v1.start({ phone_number: "202-555-0150" }, call),
  ],
  [
    "60083",
    403,
    "Phone number not provisioned with any carrier",
    (call) => v1.start({ phone_number: "855-774-7810" }, call),
  ],
];

describe.each(["json", "xml"] as const)("in %s", (format) => {
  test.each(situations)("%s answers %i, %s", async (code, status, message, provoke) => {
    const answer = await provoke({ format });
    expect([answer.status, answer.text]).toEqual([status, v1ErrorText(code, message, format)]);
    expect(answer.headers["content-type"]).toBe(`application/${format}; charset=utf-8`);
  });
});

test("60003 for what ends with the ten minutes has no Retry-After, for which a transport would sleep within the call", async () => {
  for (const provoke of [startSixTimes, checkSixTimes]) {
    const { headers } = await provoke({});
    expect(headers).not.toHaveProperty("retry-after");
  }
});

test("60032 answers 400 for the feedback to a message that there was not, or whose code was not the caller's", async () => {
  const { body } = await v1.start({ phone_number: newNumber() });
  for (const smsId of ["6dadca60-49f8-0135-346b-0e5d6a065904", body.uuid ?? "", "nonsense"]) {
    const answer = await v1.feedback(smsId, { Outcome: "received" });
    expect([answer.status, answer.text]).toEqual([400, v1ErrorText("60032", "SMS was not found", "json")]);
  }
});

test("60001 answers 401 for feedback with a key in the path that is nobody's", async () => {
  const answer = await v1ApiOf(sandbox.url, "wrong").feedback("6dadca60-49f8-0135-346b-0e5d6a065904");
  expect([answer.status, answer.text]).toEqual([401, v1ErrorText("60001", "Invalid API key", "json")]);
});

describe.each(["json", "xml"] as const)("of an application that was changed, in %s", (format) => {
  test("60060 answers 503 once it is suspended, and nothing is sent", async () => {
    await change({ isSuspended: true });
    const answer = await v1.start({ phone_number: newNumber() }, { format });
    await change({ isSuspended: false });
    expect([answer.status, answer.text]).toEqual([503, v1ErrorText("60060", "Your account is suspended", format)]);
  });

  test("60021 answers 403 for a channel that is disabled", async () => {
    await change({ phoneCallsEnabled: false });
    const answer = await v1.start({ phone_number: newNumber(), via: "call" }, { format });
    await change({ phoneCallsEnabled: true });
    const message = "Phone verification couldn't be created: call is disabled.";
    expect([answer.status, answer.text]).toEqual([403, v1ErrorText("60021", message, format)]);
  });

  test("60000 answers 400 when something fails that nobody thought of", async () => {
    const url = `sqlite:${join(folder, `broken-${format}.db`)}`;
    const broken = await startSandbox({ databaseUrl: url });
    await runSql(url, "DROP TABLE verifications");
    const answer = await v1ApiOf(broken.url).start({ phone_number: newNumber() }, { format });
    await broken.close();
    expect([answer.status, answer.text]).toEqual([400, v1ErrorText("60000", "An error occurred", format)]);
  });
});

describe("an outcome number", () => {
  test.each([
    ["start", "60000 60001 60002 60003 60004 60005 60021 60033 60060 60078 60082 60083"],
    ["check", "60000 60001 60002 60003 60004 60005 60022 60023 60033 60078"],
    ["status", "60000 60001 60002 60003 60004 60005 60023 60033 60042 60078"],
    ["info", "60000 60001 60002 60003 60004 60005 60033 60078"],
  ] as const)("of %s answers every error that it documents", async (call, codes) => {
    for (const code of codes.split(" ")) {
      const answer = await v1[call]({ country_code: 1, phone_number: `50055${code}`, verification_code: "1234" });
      expect([answer.body.error_code, answer.body.success]).toEqual([code, false]);
    }
  });

  test("of an error that the call does not document is a number like any other", async () => {
    expect((await v1.start({ phone_number: "5005560032" })).body.success).toBe(true);
  });
});

async function startSixTimes(call: V1Call): Promise<V1Answer> {
  const phone_number = newNumber();
  for (let sends = 0; sends < 5; sends++) await v1.start({ phone_number });
  return v1.start({ phone_number }, call);
}

/** The fifth wrong code is still called wrong; it locks the number. */
async function checkSixTimes(call: V1Call): Promise<V1Answer> {
  const phone_number = newNumber();
  await v1.start({ phone_number });
  for (let checks = 0; checks < 5; checks++) {
    const answer = await v1.check({ phone_number, verification_code: wrongCode });
    expect(answer.body.error_code).toBe("60022");
  }
  return v1.check({ phone_number, verification_code: wrongCode }, call);
}

async function checkWrong(call: V1Call): Promise<V1Answer> {
  const phone_number = newNumber();
  await v1.start({ phone_number });
  return v1.check({ phone_number, verification_code: wrongCode }, call);
}

/** As whoever runs the service does, beside it. */
async function change(state: Partial<ApplicationState>): Promise<void> {
  const store = await openStore(databaseUrl, Date.now);
  await store.applications.update(
    { accountSid: sandboxAccount.accountSid, serviceSid },
    (application) => ({ outcome: undefined, state: { ...application.state, ...state } }),
    Date.now(),
    operator,
  );
  await store.close();
}
