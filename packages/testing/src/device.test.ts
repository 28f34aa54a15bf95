import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createDevice, type Device, type Sandbox, startSandbox } from "./index.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const identity = "person-0f3a9c77";
const entity = () => ({ path: { ServiceSid: sandbox.serviceSid, Identity: identity } });
const challengesPath = "/v2/Services/{ServiceSid}/Entities/{Identity}/Challenges";

/** What an app's backend does for a log-in. @returns the SID of the challenge */
async function ask({ factorSid }: Device, more: { HiddenDetails?: Record<string, string> } = {}): Promise<string> {
  const body = { FactorSid: factorSid, "Details.Message": "Log in to Acme?", ...more };
  const { data } = await sandbox.client.POST(challengesPath, { params: entity(), body });
  return String(data?.sid);
}
async function tokenOf(): Promise<string> {
  const params = { path: { ServiceSid: sandbox.serviceSid } };
  const body = { Identity: identity, FactorType: "push" } as const;
  const { data } = await sandbox.client.POST("/v2/Services/{ServiceSid}/AccessTokens", { params, body });
  return String(data?.token);
}
const optionsOf = async () => ({
  baseUrl: sandbox.url,
  serviceSid: sandbox.serviceSid,
  identity,
  accessToken: await tokenOf(),
});

test("a phone enrols, sees what waits for it, approves one, denies another, and is renamed and removed", async () => {
  const phone = await sandbox.device({ identity, friendlyName: "Ana’s phone" });
  const [first, second] = [await ask(phone), await ask(phone)];
  const pending = await phone.pending();
  expect(pending.map(({ sid, details }) => [sid, details?.message])).toEqual([
    [first, "Log in to Acme?"],
    [second, "Log in to Acme?"],
  ]);
  expect((await phone.approve(first)).status).toBe("approved");
  expect((await phone.deny(second)).status).toBe("denied");
  expect(await phone.pending()).toEqual([]);
  await expect(phone.approve(second)).rejects.toMatchObject({ code: 60322 });
  expect((await phone.rename("Ana’s new phone")).friendly_name).toBe("Ana’s new phone");
  await phone.remove();
  await phone.remove();
  await expect(phone.pending()).rejects.toMatchObject({ code: 20003 });
});

test("the person types the number that the page shows, and the backend compares", async () => {
  const phone = await sandbox.device({ identity });
  const challenge = await ask(phone, { HiddenDetails: { number: "42" } });
  const [shown] = await phone.pending();
  expect(JSON.stringify(shown?.details)).not.toContain("42");
  await phone.approve(challenge, { metadata: { number: "42" } });
  const path = { ...entity().path, Sid: challenge };
  const { data } = await sandbox.client.GET(`${challengesPath}/{Sid}`, { params: { path } });
  expect([data?.status, data?.metadata, data?.hidden_details]).toEqual([
    "approved",
    { number: "42" },
    { number: "42" },
  ]);
});

test("a challenge expires by the sandbox's clock, and a phone's own time has nothing to do with that", async () => {
  const phone = await sandbox.device({ identity });
  const challenge = await ask(phone);
  await sandbox.clock.advance({ minutes: 6 });
  await expect(phone.approve(challenge)).rejects.toMatchObject({ code: 60323 });
  expect((await phone.approve(await ask(phone))).status).toBe("approved");
});

test.each([-3600, 3600])(
  "a phone whose clock is %i seconds off asks once more, and knows from then on",
  async (seconds) => {
    const statuses: number[] = [];
    const { fetch } = globalThis;
    globalThis.fetch = async (...given) => {
      const answer = await fetch(...given);
      statuses.push(answer.status);
      return answer;
    };
    const clock = () => new Date(Date.now() + seconds * 1000);
    const phone = await sandbox.device({ identity, clock });
    expect((await phone.approve(await ask(phone))).status).toBe("approved");
    globalThis.fetch = fetch;
    expect(statuses.filter((status) => status >= 400)).toEqual([401]);
  },
);

test("a phone answers nothing of another's, and no access token enrols two", async () => {
  const [mine, other] = [await sandbox.device({ identity }), await sandbox.device({ identity })];
  const challenge = await ask(other);
  expect(await mine.pending()).toEqual([]);
  await expect(mine.approve(challenge)).rejects.toMatchObject({ status: 403 });
  const options = await optionsOf();
  expect((await createDevice(options).enrol()).status).toBe("verified");
  await expect(createDevice(options).enrol()).rejects.toMatchObject({ code: 60313 });
});

test("a phone that is not enrolled says so", async () => {
  const phone = createDevice(await optionsOf());
  expect(() => phone.factorSid).toThrow("The device is not enrolled.");
  await expect(phone.approve("YC00000000000000000000000000000001")).rejects.toThrow("The device is not enrolled.");
});

test("without an identity every phone is somebody else's, and one by a platform gets pushes", async () => {
  const [one, two] = [await sandbox.device(), await sandbox.device()];
  expect(one.identity).not.toBe(two.identity);
  const phone = await sandbox.device({ identity, notifications: { platform: "fcm", token: "f".repeat(40) } });
  const challenge = await ask(phone);
  expect(await sandbox.inbox.next(identity)).toMatchObject({ channel: "push", push: { challenge_sid: challenge } });
});
