import authy from "authy";
import { Client } from "authy-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startSandbox } from "../src/sandbox/sandbox.ts";
import type { Running } from "../src/server.ts";

let sandbox: Running;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const uuid = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

describe("npm authy 1.4.0, unmodified but for its host", () => {
  const number = "202-555-0124";
  type Phones = ReturnType<ReturnType<typeof authy>["phones"]>;
  type Method = Exclude<keyof Phones, "verification_start">;

  /** It calls back with the body of an answer, of an error too. */
  const phones = () => authy("sandbox", sandbox.url).phones();
  const start = (options: object) =>
    new Promise<unknown>((resolve) =>
      phones().verification_start(number, "1", options, (error, answer) => resolve(error ?? answer)),
    );
  const call = (method: Method, ...values: string[]) =>
    new Promise<unknown>((resolve) =>
      phones()[method](...values, (error: unknown, answer: unknown) => resolve(error ?? answer)),
    );

  test("starts, tells the state, checks wrong and right, and finds nothing pending afterwards", async () => {
    expect(await start({ via: "sms", locale: "en", code_length: "6" })).toEqual({
      carrier: "Example Wireless",
      is_cellphone: true,
      message: "Text message sent to +1 202-555-0124.",
      seconds_to_expire: 599,
      uuid,
      success: true,
    });
    const state = { message: "Phone Verification status.", success: true };
    expect(await call("verification_status", number, "1")).toMatchObject({ ...state, status: "pending" });
    expect(await call("verification_check", number, "1", "000000")).toMatchObject({
      error_code: "60022",
      message: "Verification code is incorrect",
    });
    expect(await call("verification_check", number, "1", "123456")).toEqual({
      message: "Verification code is correct.",
      success: true,
    });
    expect(await call("verification_check", number, "1", "123456")).toMatchObject({
      error_code: "60023",
      message: "No pending verifications for +1 202-555-0124 found.",
    });
    expect(await call("verification_status", number, "1")).toMatchObject({ ...state, status: "verified" });
  });

  test("reads what a number is", async () => {
    expect(await call("info", "202-555-0160", "1")).toMatchObject({ type: "voip", ported: false, success: true });
  });

  test("is told what is wrong with a key", async () => {
    const answer = await new Promise((resolve) =>
      authy("wrong", sandbox.url)
        .phones()
        .info(number, "1", (error: unknown) => resolve(error)),
    );
    expect(answer).toMatchObject({ error_code: "60001", message: "Invalid API key" });
  });
});

describe("npm authy-client 1.1.4, unmodified but for its host", () => {
  const phone = "202-555-0125";
  const client = () => new Client({ key: "sandbox" }, { host: sandbox.url });

  test("starts, checks wrong and right, and finds nothing pending afterwards", async () => {
    const started = await client().startPhoneVerification({ countryCode: "US", locale: "en", phone, via: "sms" });
    expect(started).toMatchObject({ message: "Text message sent to +1 202-555-0125.", is_cellphone: true, uuid });
    const verify = (token: string) => client().verifyPhone({ countryCode: "US", phone, token });
    await expect(verify("0000")).rejects.toMatchObject({
      body: { error_code: "60022", message: "Verification code is incorrect" },
    });
    expect(await verify("1234")).toEqual({ message: "Verification code is correct.", success: true });
    await expect(verify("1234")).rejects.toMatchObject({
      body: { error_code: "60023", message: "No pending verifications for +1 202-555-0125 found." },
    });
  });

  test("starts by call, in a language of a list that it writes in small letters", async () => {
    const started = await client().startPhoneVerification({ countryCode: "US", locale: "zh-cn", phone, via: "call" });
    expect(started).toMatchObject({ message: "Call to +1 202-555-0125 initiated." });
  });

  test("reads the application, and what a number is", async () => {
    expect(await client().getApplicationDetails({ ip: "192.0.2.7" })).toEqual({
      app: {
        name: "Acme",
        plan: "pay_as_you_go",
        sms_enabled: true,
        phone_calls_enabled: true,
        app_id: 11111,
        onetouch_enabled: false,
      },
      message: "Application information.",
      success: true,
    });
    expect(await client().getPhoneInformation({ countryCode: "US", phone })).toMatchObject({
      type: "cellphone",
      provider: "Example Wireless",
    });
  });

  test("is told what is wrong with a key", async () => {
    const stranger = new Client({ key: "wrong" }, { host: sandbox.url });
    await expect(stranger.getApplicationDetails()).rejects.toMatchObject({ body: { error_code: "60001" } });
  });
});
