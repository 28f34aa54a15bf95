import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { budget } from "../../../scripts/budget.ts";
import { sandboxServiceSid as serviceSid } from "../src/sandbox/sandbox.ts";
import { apiOf } from "../test-support/api.ts";
import { databaseKindsOr, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { type Device, enrolledDevice, newDevice } from "../test-support/device.ts";
import { origin, passkeysOf } from "../test-support/passkeys.ts";
import { type SandboxProcess, startSandboxProcess } from "../test-support/sandbox-process.ts";

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

const rounds = budget(10);

describe.each(databaseKindsOr("SQLite"))("on %s", (kind) => {
  test("kill -9 takes back no answer of a phone, no login by a passkey and no used token that was acknowledged, and lets none count twice", {
    timeout: 30_000 + rounds * 15_000,
  }, async () => {
    const databaseUrl = await databases.create(kind);
    const secret = randomBytes(32).toString("base64url");
    let server = await startSandboxProcess({ databaseUrl, secret });
    for (let round = 0; round < rounds; round += 1) server = await killedAmidst(server, round, { databaseUrl, secret });
    await server.kill();
  });
});

/** People prove who they are until the server is killed. What it told them holds in the next one, which is returned. */
async function killedAmidst(
  first: SandboxProcess,
  round: number,
  options: { databaseUrl: string; secret: string },
): Promise<SandboxProcess> {
  let server = first;
  const url = () => server.url;
  const api = apiOf(url);
  const [device, laptop] = await Promise.all([
    enrolledDevice(url, { identity: `phone-of-round-${round}` }),
    passkeysOf(url).person(`laptop-of-round-${round}`),
  ]);
  const acknowledged = { answers: [] as string[], logins: [] as object[], enrolments: [] as [Device, string][] };
  const asked: string[] = [];
  const { challenge, approve } = passkeysOf(url);
  let told = 0;
  let isKilled = false;
  async function untilKilled(act: () => Promise<void>): Promise<void> {
    while (!isKilled) {
      try {
        await act();
      } catch (error) {
        if (!isKilled) throw error;
      }
      told += 1;
      if (told < 12 + 5 * round || isKilled) continue;
      isKilled = true;
      await server.kill();
    }
  }

  async function answering(): Promise<void> {
    const fields = { FactorSid: device.sid, "Details.Message": "Log in?" };
    const { sid = "" } = (await api.call("POST", `${device.path}/Challenges`, fields)).body;
    asked.push(sid);
    const { status } = await device.answer(sid, await device.answerTo(sid, "approved"));
    expect(status).toBe(200);
    acknowledged.answers.push(sid);
  }
  async function loggingIn(): Promise<void> {
    const loggedIn = laptop.browser.get((await challenge({ identity: laptop.identity })).options, origin);
    expect((await approve(loggedIn)).status).toBe(200);
    acknowledged.logins.push(loggedIn);
  }
  async function enrolling(): Promise<void> {
    const identity = `enrolled-${round}-${acknowledged.enrolments.length}`;
    const fields = { Identity: identity, FactorType: "push", Ttl: "300" };
    const { body } = await api.call("POST", `/v2/Services/${serviceSid}/AccessTokens`, fields);
    const { token = "" } = body as { token?: string };
    expect((await newDevice(url, { identity }).create(token)).status).toBe(201);
    acknowledged.enrolments.push([newDevice(url, { identity }), token]);
  }
  await Promise.all([answering, loggingIn, enrolling].map(untilKilled));

  server = await startSandboxProcess(options);
  for (const sid of asked) {
    const { body } = await api.call("GET", `${device.path}/Challenges/${sid}`);
    const isAcknowledged = acknowledged.answers.includes(sid);
    expect(isAcknowledged ? ["approved"] : ["pending", "approved"]).toContain(body.status);
    const again = await device.answer(sid, body.status === "pending" ? await device.answerTo(sid, "denied") : "x");
    expect(again.status === 200 ? again.body.status : again.body.code).toBe(
      body.status === "pending" ? "denied" : 60322,
    );
  }
  for (const loggedIn of acknowledged.logins) expect((await approve(loggedIn)).body.code).toBe(60383);
  for (const [other, token] of acknowledged.enrolments) expect((await other.create(token)).body.code).toBe(60313);
  // What was not acknowledged may have counted: the next login does, and none that counts less.
  expect((await laptop.logIn()).status).toBe(200);
  expect((await laptop.logIn({ counter: acknowledged.logins.length })).body.code).toBe(60381);
  expect(Object.values(acknowledged).every(({ length }) => length > 0)).toBe(true);
  return server;
}
