import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, unwrap } from "@countersign/client";
import { afterAll, beforeEach, expect, test } from "vitest";
import type { Fields } from "../../test-support/api.ts";
import { useSandbox } from "../../test-support/sandbox.ts";
import { sandboxAccount, sandboxServiceSid as serviceSid, startSandbox } from "./sandbox.ts";

const identity = "person-0f3a9c77";
const devices = "/sandbox/devices";
const person = (of = identity) => `/v2/Services/${serviceSid}/Entities/${of}`;

interface Phone {
  sid: string;
  identity: string;
  friendly_name: string;
  challenges: { sid: string }[];
}

// Which database a sandbox has is nothing to its phones, but that they do not outlive it.
const folder = mkdtempSync(join(tmpdir(), "countersign-devices-"));
const sandbox = useSandbox(() => ({ databaseUrl: `sqlite:${folder}/sandbox.db` }));
afterAll(() => rmSync(folder, { recursive: true }));
const { api } = sandbox;
beforeEach(() => api.call("POST", "/sandbox/reset"));
const call = async (method: string, path: string, fields?: Fields) => {
  const { status, body } = await api.call(method, path, fields);
  return { status, body: body as unknown as Record<string, string> & { devices: Phone[] } & Phone };
};
const enrol = async (fields: Fields = {}) => (await call("POST", devices, { Identity: identity, ...fields })).body;
const ask = async ({ sid, identity }: Phone) =>
  (await call("POST", `${person(identity)}/Challenges`, { FactorSid: sid, "Details.Message": "Log in?" })).body.sid;
const answer = (phone: Phone, challenge: string, fields: Fields = { Status: "approved" }) =>
  call("POST", `${devices}/${phone.sid}/challenges/${challenge}`, fields);

test("a phone is enrolled with its person, shows what waits for it, approves with what was typed, and denies", async () => {
  const phone = await enrol({ FriendlyName: "Ana’s phone" });
  expect(phone).toMatchObject({
    ...{ sid: expect.stringMatching(/^YF[0-9a-f]{32}$/), service_sid: serviceSid, identity },
    ...{ friendly_name: "Ana’s phone", notification_platform: "fcm", challenges: [] },
  });
  const factor = await call("GET", `${person()}/Factors/${phone.sid}`);
  expect(factor.body).toMatchObject({ factor_type: "push", status: "verified" });

  const [first, second] = [await ask(phone), await ask(phone)];
  const shown = (await call("GET", `${devices}/${phone.sid}`)).body.challenges;
  expect(shown.map(({ sid }) => sid).sort()).toEqual([first, second].sort());
  const approved = await answer(phone, first, { Status: "approved", Metadata: '{"number":"42"}' });
  expect(approved).toMatchObject({ status: 200, body: { status: "approved", metadata: { number: "42" } } });
  expect((await answer(phone, second, { Status: "denied" })).body.status).toBe("denied");
  expect((await call("GET", `${person()}/Challenges/${first}`)).body.status).toBe("approved");
  expect((await call("GET", devices)).body.devices).toEqual([phone]);
});

test("what has ended is refused as to a phone, and so is what is another's or malformed", async () => {
  const [phone, other] = [await enrol(), await enrol()];
  const answered = await ask(phone);
  await answer(phone, answered);
  expect((await answer(phone, answered, { Status: "denied" })).body.code).toBe(60322);
  const [theirs, late] = [await ask(other), await ask(phone)];
  expect((await answer(phone, theirs)).body.code).toBe(20404);
  expect((await call("GET", `${devices}/${other.sid}`)).body.challenges).toHaveLength(1);
  expect((await answer(phone, `YC${"0".repeat(32)}`)).body.code).toBe(20404);
  expect((await answer(phone, late, {})).body.code).toBe(20001);
  for (const fields of [{ Status: "pending" }, { Status: "approved", Metadata: "[]" }] as Fields[]) {
    expect(await answer(phone, late, fields)).toMatchObject({ status: 400, body: { code: 60306 } });
  }
  const long = JSON.stringify({ text: "x".repeat(1025) });
  expect((await answer(phone, late, { Status: "approved", Metadata: long })).body.code).toBe(60306);
  await call("POST", "/sandbox/clock", { Seconds: "301" });
  expect((await answer(phone, late)).body.code).toBe(60323);
});

test("of 20 answers at once one counts", async () => {
  const phone = await enrol();
  const challenge = await ask(phone);
  const statuses = ["approved", "denied"].flatMap((Status) => Array<string>(10).fill(Status));
  const answers = await Promise.all(statuses.map((Status) => answer(phone, challenge, { Status })));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(403)]);
});

test("a phone is gone with its factor, its person, a reset and a restart", async () => {
  const isGone = async ({ sid }: Phone) => (await call("GET", `${devices}/${sid}`)).status === 404;
  const [byFactor, stays] = [await enrol(), await enrol()];
  await call("DELETE", `${person()}/Factors/${byFactor.sid}`);
  expect((await call("GET", `${devices}?PageSize=1`)).body.devices).toEqual([stays]);
  expect([await isGone(byFactor), await isGone(stays)]).toEqual([true, false]);
  const again = await startSandbox({ databaseUrl: sandbox.databaseUrl });
  const headers = { authorization: `Basic ${btoa(`${sandboxAccount.accountSid}:${sandboxAccount.authToken}`)}` };
  expect((await fetch(`${again.url}${devices}/${stays.sid}`, { headers })).status).toBe(404);
  expect((await fetch(`${again.url}${person()}/Factors/${stays.sid}`, { headers })).status).toBe(200);
  await again.close();
  await call("POST", "/console/erasures", { Identity: identity });
  expect(await isGone(stays)).toBe(true);
  const last = await enrol();
  await call("POST", "/sandbox/reset");
  expect([await isGone(last), (await call("GET", devices)).body.devices]).toEqual([true, []]);
});

test("phones are listed by their person, page after page, the newest first", async () => {
  const mine = [await enrol(), await enrol(), await enrol()];
  await enrol({ Identity: "somebody-else" });
  const client = createClient({ ...sandboxAccount, baseUrl: sandbox.url });
  const sids: string[] = [];
  const query = { Identity: identity, PageSize: 2 };
  for await (const { sid } of client.paginate(devices, { params: { query } })) sids.push(sid);
  expect(sids).toEqual(mine.map(({ sid }) => sid).reverse());
  expect((await call("GET", `${devices}?PageToken=PA1-${mine[0]?.sid.replace(/0/g, "1")}x`)).status).toBe(400);
  const all = await unwrap(client.GET(devices, { params: { query: {} } }));
  expect(all.devices).toHaveLength(4);
});

test("what cannot be enrolled is refused with the error of its factor, an identity's own one, too", async () => {
  const codeOf = async (fields: Fields) => (await call("POST", devices, fields)).body.code;
  expect(await codeOf({})).toBe(20001);
  expect(await codeOf({ Identity: "ada@example.com" })).toBe(60306);
  expect(await codeOf({ Identity: identity, FriendlyName: " " })).toBe(60306);
  expect(await codeOf({ Identity: identity, NotificationPlatform: "sms" })).toBe(60306);
  expect(await codeOf({ Identity: identity, ServiceSid: `VA${"f".repeat(32)}` })).toBe(20404);
  expect(await codeOf({ Identity: "error-60315" })).toBe(60315);
  for (let count = 0; count < 20; count += 1) await enrol();
  expect(await codeOf({ Identity: identity })).toBe(60315);
});
