import { type Client, createClient, unwrap } from "@countersign/client";
import { createService } from "@countersign/client/operations";
import { type Sandbox, startSandbox } from "@countersign/testing";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { phoneNumber } from "better-auth/plugins/phone-number";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { phoneCodes } from "./index.ts";

let sandbox: Sandbox;
let logged: unknown[][];
beforeAll(async () => {
  sandbox = await startSandbox();
});
beforeEach(async () => {
  logged = [];
  await sandbox.reset();
});
afterEach(() => vi.useRealTimers());
afterAll(() => sandbox.close());

/** Stops the clock of better-auth and of the service these seconds ahead. */
const goOn = (seconds: number) => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1000 });

const number = "+14155552671";

/** What people see of better-auth itself: the status, and the error's name and message. */
function visit(client: Client = sandbox.client, more: Partial<Parameters<typeof phoneCodes>[0]> = {}) {
  const auth = betterAuth({
    baseURL: "http://localhost",
    secret: "a secret of 32 letters, as it is.",
    database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
    emailAndPassword: { enabled: true },
    logger: { log: (_level, ...words) => void logged.push(words) },
    plugins: [
      phoneNumber({
        ...phoneCodes({ client, serviceSid: sandbox.serviceSid, ...more }),
        signUpOnVerification: { getTempEmail: (each) => `${each.slice(1)}@phone.invalid` },
      }),
    ],
  });
  const post = async (path: string, fields: object) => {
    const headers = { "content-type": "application/json" };
    const request = { method: "POST", headers, body: JSON.stringify(fields) };
    const response = await auth.handler(new Request(`http://localhost/api/auth/phone-number${path}`, request));
    const { code, message, retryAfterSeconds } = (await response.json()) as Record<string, unknown>;
    return { status: response.status, code, message, retryAfterSeconds };
  };
  return {
    send: (phoneNumber = number) => post("/send-otp", { phoneNumber }),
    check: (code: string, phoneNumber = number) => post("/verify", { phoneNumber, code }),
    askForReset: (phoneNumber = number) => post("/request-password-reset", { phoneNumber }),
    reset: (otp: string, phoneNumber = number) =>
      post("/reset-password", { phoneNumber, otp, newPassword: "correct horse battery" }),
  };
}

const wrongOf = (code: string) => `${(Number(code[0]) + 1) % 10}${code.slice(1)}`;

describe("a person who logs in at better-auth", () => {
  test("gets a code of the service, and no other, and is let in by it once", async () => {
    const ada = visit();
    expect(await ada.send()).toMatchObject({ status: 200, message: "code sent" });
    const code = await sandbox.inbox.code(number);
    expect(await ada.check(` ${code.slice(0, 3)}-${code.slice(3)}`)).toMatchObject({ status: 200 });
    expect(await ada.check(code)).toMatchObject({ status: 400, code: "OTP_EXPIRED" });
  });

  test.each([
    ["the whole message of a service whose name has digits", "Your Shop 1984 verification code is: CODE"],
    ["the same as WhatsApp has it", "CODE is your verification code for Shop 1984."],
    ["full-width digits with a space", "full-width"],
  ])("is let in by %s", async (_, text) => {
    const ada = visit();
    await ada.send();
    const code = await sandbox.inbox.code(number);
    const wide = code.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit))).replace(/^.../, "$& ");
    expect(await ada.check(text === "full-width" ? wide : text.replace("CODE", code))).toMatchObject({ status: 200 });
  });

  test("gets one message of two presses at once, and can press again at once where the first was refused", async () => {
    const ada = visit();
    const statuses = (await Promise.all([ada.send(), ada.send()])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 429]);
    expect(await sandbox.inbox.all(number)).toHaveLength(1);
    const busy = sandbox.outcome(20503);
    expect([(await ada.send(busy)).status, (await ada.send(busy)).status]).toEqual([503, 503]);
  });

  test("has one account: of a number that the service writes in another way it reads to type it right", async () => {
    const ada = visit();
    const told = { status: 400, code: "INVALID_PHONE_NUMBER" };
    expect(await ada.send("+4407911123456")).toMatchObject(told);
    expect(await ada.check(await sandbox.inbox.code("+447911123456"), "+4407911123456")).toMatchObject(told);
  });

  test("reads of a wrong code that it is one, of what can be none as well, and is let in by the right one after it", async () => {
    const ada = visit();
    await ada.send();
    const code = await sandbox.inbox.code(number);
    const wrong = { status: 400, code: "INVALID_OTP", message: "Invalid OTP" };
    for (const typed of [wrongOf(code), "", "1", "no digits at all", "1".repeat(40)])
      expect(await ada.check(typed), typed).toMatchObject(wrong);
    expect(await ada.check(code)).toMatchObject({ status: 200 });
  });

  test("gets the same code again, five times, and reads then that it is still good, and how long to wait", async () => {
    const ada = visit();
    for (const seconds of [0, 30, 60, 120, 240]) {
      goOn(seconds);
      expect(await ada.send()).toMatchObject({ status: 200 });
    }
    expect(new Set((await sandbox.inbox.all(number)).map(({ code }) => code)).size).toBe(1);
    expect(await ada.send()).toEqual({
      status: 429,
      code: "COUNTERSIGN_60203",
      message: expect.stringMatching(
        /^We sent five messages\. Their code is still good\. There can be another in \d+ minutes\.$/,
      ),
      retryAfterSeconds: expect.any(Number),
    });
    expect(await ada.check(await sandbox.inbox.code(number))).toMatchObject({ status: 200 });
  });

  test("waits for another message, and reads how long, until the code that was sent is good no more", async () => {
    const ada = visit();
    goOn(0);
    await ada.send();
    expect(await ada.send()).toEqual({
      status: 429,
      code: "COUNTERSIGN_60212",
      message: "Another code can be sent in 30 seconds. It is the same code.",
      retryAfterSeconds: 30,
    });
    expect(await sandbox.inbox.all(number)).toHaveLength(1);
    await ada.check(await sandbox.inbox.code(number));
    expect(await ada.send()).toMatchObject({ status: 200 });
  });

  test("reads of a code that has expired to ask for another", async () => {
    const ada = visit();
    await ada.send();
    const code = await sandbox.inbox.code(number);
    await sandbox.clock.advance({ minutes: 11 });
    const message = "That code is not good any more. Ask for another one.";
    expect(await ada.check(code)).toMatchObject({ status: 400, code: "OTP_EXPIRED", message });
  });

  test("reads at the fifth wrong code that there were too many, and then at each check and each start", async () => {
    const ada = visit();
    await ada.send();
    const code = await sandbox.inbox.code(number);
    for (let checks = 1; checks <= 4; checks++) await ada.check(wrongOf(code));
    const locked = {
      status: 403,
      code: "TOO_MANY_ATTEMPTS",
      message: expect.stringMatching(/^There were too many wrong codes\. Ask for another code in \d+ minutes\.$/),
      retryAfterSeconds: expect.any(Number),
    };
    expect(await ada.check(wrongOf(code))).toEqual(locked);
    expect(await ada.check(code)).toEqual(locked);
    expect(await ada.send()).toEqual(locked);
  });

  test.each([
    [60200, 500, "UNEXPECTED_ERROR", "Something went wrong here."],
    [60205, 400, "COUNTERSIGN_60205", "Take another number."],
    [60212, 429, "COUNTERSIGN_60212", "A message is on its way already."],
    [60410, 429, "COUNTERSIGN_60410", "Try again in"],
    [20429, 429, "COUNTERSIGN_20429", "Try again in"],
    [60605, 403, "COUNTERSIGN_60605", "We cannot send a code there."],
    [20503, 503, "COUNTERSIGN_20503", "Try again in a minute."],
    [60204, 500, "UNEXPECTED_ERROR", "Something went wrong here. Try again in a minute."],
    [60223, 503, "COUNTERSIGN_60223", "We cannot send it this way now."],
    [20404, 500, "UNEXPECTED_ERROR", "Something went wrong here. Try again in a minute."],
  ] as const)("reads of the refusal %i what to do about it, and no more", async (refusal, status, code, words) => {
    const told = await visit().send(sandbox.outcome(refusal));
    expect(told).toMatchObject({ status, code, message: expect.stringContaining(words) });
    expect(logged.length > 0, "what only the program's own people can mend is in the log").toBe(status >= 500);
  });

  test.each(["+1555", "no number", ""])("reads of %j that it is no number", async (typed) => {
    const told = await visit().send(typed);
    expect(told).toMatchObject({ status: 400, code: "INVALID_PHONE_NUMBER" });
    expect(await sandbox.inbox.all()).toEqual([]);
  });

  test("reads while the service is out of reach to try again, and the log has the reason", async () => {
    const fetch = () => Promise.reject(new TypeError("fetch failed: 10.0.0.7 refused"));
    const ada = visit(createClient({ accountSid: "AC00000000000000000000000000000001", authToken: "x", fetch }));
    const message = "Something went wrong here. Try again in a minute.";
    const told = { status: 503, code: "COUNTERSIGN_20503", message };
    expect(await ada.send()).toMatchObject(told);
    expect(await ada.check("123456")).toMatchObject(told);
    expect(logged).toHaveLength(2);
  });

  test("gets the code by another channel where the program says so", async () => {
    await visit(sandbox.client, { channel: "call" }).send();
    expect(await sandbox.inbox.all(number)).toMatchObject([{ channel: "call" }]);
  });
});

describe("a person who has forgotten a password", () => {
  test("sets another by a code of the service, and by no wrong one", async () => {
    const ada = visit();
    await ada.send();
    await ada.check(await sandbox.inbox.code(number));
    expect(await ada.askForReset()).toMatchObject({ status: 200 });
    const code = await sandbox.inbox.code(number);
    expect(await ada.reset(wrongOf(code))).toMatchObject({ status: 400, code: "INVALID_OTP" });
    expect(await ada.reset(code)).toMatchObject({ status: 200 });
    expect(await ada.reset(code)).toMatchObject({ status: 400, code: "INVALID_OTP" });
  });

  const stranger = "+14155552672";
  /** What both read, whatever that is: who has an account and was sent a code, and who has none. */
  const both = async <Told>(ask: (each: string) => Promise<Told>) => {
    const [known, unknown] = [await ask(number), await ask(stranger)];
    expect(known).toEqual(unknown);
    return known;
  };
  const invalid = { status: 400, code: "INVALID_OTP", message: "Invalid OTP", retryAfterSeconds: undefined };

  test("is not told apart from who has no account by wrong codes, however many, nor by one that has expired", async () => {
    const ada = visit();
    await ada.send();
    await ada.check(await sandbox.inbox.code(number));
    await both((each) => ada.askForReset(each));
    for (let checks = 1; checks <= 6; checks++)
      expect(await both((each) => ada.reset(wrongOf("100000"), each))).toEqual(invalid);
    await sandbox.clock.advance({ minutes: 11 });
    expect(await both((each) => ada.reset(wrongOf("100000"), each))).toEqual(invalid);
  });

  test("is not told apart at a log-in: a reset makes nobody wait there, and with a service of its own locks nobody out", async () => {
    goOn(0);
    const { sid } = await unwrap(createService(sandbox.client, { FriendlyName: "Resets" }));
    const ada = visit(sandbox.client, { resetServiceSid: String(sid) });
    await ada.send();
    await ada.check(await sandbox.inbox.code(number));
    await both((each) => ada.askForReset(each));
    for (let checks = 1; checks <= 5; checks++) await both((each) => ada.reset(wrongOf("100000"), each));
    expect(await both((each) => ada.check("1000", each))).toMatchObject({ code: "OTP_EXPIRED" });
    for (const status of [200, 429]) expect(await both((each) => ada.send(each))).toMatchObject({ status });
    expect(await both((each) => ada.check("1000", each))).toEqual(invalid);

    const one = visit();
    await one.askForReset();
    goOn(60);
    expect([(await one.send()).status, (await one.send()).retryAfterSeconds]).toEqual([200, 30]);
  });

  test("is not told apart by a refusal from who has no account: that is in the log alone", async () => {
    const ada = visit();
    await ada.send();
    await ada.check(await sandbox.inbox.code(number));
    expect(await ada.askForReset()).toMatchObject({ status: 200 });
    expect(logged).toEqual([]);
    const tooSoon = await ada.askForReset();
    expect(tooSoon).toEqual(await ada.askForReset("+14155552672"));
    expect(logged).toHaveLength(1);
    expect(await sandbox.inbox.all("+14155552672")).toEqual([]);
  });
});
