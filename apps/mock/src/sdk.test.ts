import twilio from "twilio";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Mock, startMock } from "./index.ts";

const accountSid = "AC00000000000000000000000000000001";
const service = "VA00000000000000000000000000000001";
const verification = "VE00000000000000000000000000000001";
const to = "+12025550123";
let mock: Mock;

beforeAll(async () => {
  mock = await startMock();
});
afterAll(() => mock.close());

describe("the official SDK", () => {
  it("creates, fetches, updates, lists and deletes services", async () => {
    const { services } = verify().v2;
    expect((await services.create({ friendlyName: "Acme" })).sid).toBe(service);
    expect(await services(service).fetch()).toMatchObject({ sid: service, friendlyName: "Acme", codeLength: 6 });
    expect((await services(service).update({ codeLength: 8 })).codeLength).toBe(8);
    expect(await services(service).remove()).toBe(true);
  });

  it("follows the pages of a list to their end", async () => {
    const all = await verify().v2.services.list();
    const first = await verify().v2.services.page();
    expect(first.nextPageUrl).toMatch(new RegExp(`^${mock.url}/v2/Services\\?`));
    expect(all.length).toBeGreaterThan(first.instances.length);
    expect(await verify().v2.services.list({ limit: 1 })).toHaveLength(1);
  });

  it("starts, fetches and cancels a verification", async () => {
    const { verifications } = verify().v2.services(service);
    const started = await verifications.create({ to, channel: "sms", rateLimits: { ip: "192.0.2.7" } });
    expect(started).toMatchObject({ sid: verification, status: "pending", to });
    expect(started.dateCreated).toEqual(new Date("2026-03-02T09:30:00Z"));
    expect((await verifications(verification).fetch()).sid).toBe(verification);
    expect((await verifications(verification).update({ status: "canceled" })).sid).toBe(verification);
  });

  it("checks a code", async () => {
    const { verificationChecks } = verify().v2.services(service);
    expect((await verificationChecks.create({ to, code: "123456" })).status).toBe("approved");
    const wrong = await verify("example=wrongCode")
      .v2.services(service)
      .verificationChecks.create({ to, code: "111111" });
    expect(wrong).toMatchObject({ status: "pending", valid: false });
  });

  it("lists attempts and their summary", async () => {
    const attempts = await verify().v2.verificationAttempts.list({
      dateCreatedAfter: new Date(0),
      "channelData.to": to,
    });
    expect(attempts.map(({ sid }) => sid)).toContain("VL00000000000000000000000000000001");
    expect((await verify().v2.verificationAttempts("VL00000000000000000000000000000001").fetch()).channel).toBe("sms");
    expect((await verify().v2.verificationAttemptsSummary().fetch()).totalAttempts).toBeGreaterThan(0);
  });

  it.each([
    [60203, 429, "Max send attempts reached", () => start("code=429, example=error60203")],
    [60202, 429, "Max check attempts reached", () => check("example=error60202; code=429")],
    [
      20404,
      404,
      `The requested resource /Services/${service}/VerificationCheck was not found`,
      () => check("code=404"),
    ],
    [20003, 401, "Authenticate", () => start("code=401,example=error20003")],
  ])("gets a forced %i as a RestException", async (code, status, message, call) => {
    const error = await call().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(twilio.RestException);
    expect(error).toMatchObject({ code, status, message });
    expect((error as { moreInfo: string }).moreInfo).toMatch(new RegExp(`/errors/${code}$`));
  });

  it("may call with the API key of the sandbox in place of the account's token", async () => {
    const client = twilio("SK00000000000000000000000000000001", "sandbox", { accountSid });
    client.verify.baseUrl = mock.url;
    expect(await client.verify.v2.services(service).fetch()).toMatchObject({ sid: service, accountSid });
  });

  it("gets the parameter at fault in the message", async () => {
    const error = verify().v2.services(service).verifications.create({ to, channel: "pigeon" });
    await expect(error).rejects.toMatchObject({ code: 60200, status: 400, message: "Invalid parameter: Channel" });
  });
});

function start(prefer: string) {
  return verify(prefer).v2.services(service).verifications.create({ to, channel: "sms" });
}

function check(prefer: string) {
  return verify(prefer).v2.services(service).verificationChecks.create({ to, code: "123456" });
}

/** The SDK's Verify client on the mock, with a `Prefer` header on every request. */
function verify(prefer?: string) {
  const plain = new twilio.RequestClient();
  const httpClient = Object.assign(Object.create(plain), {
    request: (options: Parameters<typeof plain.request>[0]) =>
      plain.request({ ...options, headers: { ...options.headers, ...(prefer && { Prefer: prefer }) } }),
  });
  const { verify } = twilio(accountSid, "sandbox", { httpClient });
  verify.baseUrl = mock.url;
  return verify;
}
