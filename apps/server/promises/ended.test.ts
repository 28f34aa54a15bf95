import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { databaseKinds, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { type ProductionServer, startProduction } from "../test-support/production.ts";
import { v1ApiOf } from "../test-support/v1-api.ts";
import { makeApplication } from "../test-support/v1-application.ts";

const secret = randomBytes(32).toString("base64url");
const untried = "+14155552671";
const tried = "+14155552672";

interface Started {
  serviceSid: string;
  sid: string;
  To: string;
  code: string;
}

/** What ends verifications, and what their attempts then say of the messages that waited. */
const ends: [errorCode: string, end: (server: ProductionServer, started: Started) => Promise<unknown>][] = [
  ["canceled", (server, started) => update(server, started, "canceled")],
  ["approved", (server, started) => update(server, started, "approved")],
  ["approved", ({ api }, { serviceSid, To, code }) => api.check(serviceSid, { To, Code: code })],
  [
    "max_attempts_reached",
    async ({ api }, { serviceSid, To, code }) => {
      const Code = code === "000000" ? "111111" : "000000";
      for (let count = 0; count < 5; count += 1) await api.check(serviceSid, { To, Code });
    },
  ],
  ["deleted", ({ api }, { serviceSid }) => api.call("DELETE", `/v2/Services/${serviceSid}`)],
];

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKinds)("security 34: on %s", (kind) => {
  const clock = { now: Date.now() };
  let databaseUrl: string;
  let server: ProductionServer;
  beforeAll(async () => {
    databaseUrl = await databases.create(kind);
    server = await startProduction({ databaseUrl, secret, isHeld: true, clock: () => clock.now });
  });
  afterAll(() => server.close());

  async function start(serviceSid: string, To: string): Promise<Started> {
    clock.now += 1;
    const { body } = await server.api.start(serviceSid, { To });
    return { serviceSid, sid: body.sid ?? "", To, code: [...server.codes].at(-1) ?? "" };
  }

  /** Of a service, oldest first: by which channel, how far it came, and why no farther. */
  async function attemptsOf(serviceSid: string): Promise<string[]> {
    const { items } = await server.store.attempts.list(server.credentials.accountSid, { serviceSid }, { size: 10 });
    return items.reverse().map(({ channel, delivery }) => `${channel} ${delivery.status} ${delivery.errorCode}`);
  }

  test("nothing is sent for a verification that was canceled, approved or locked, or has lost its service, neither for the first time nor again", async () => {
    const serviceSids = await Promise.all(ends.map(() => server.api.createService()));
    const started: Started[][] = serviceSids.map(() => []);
    for (const To of [tried, untried]) {
      for (const [index, sid] of serviceSids.entries()) started[index]?.push(await start(sid, To));
      if (To !== tried) continue;
      server.answers.push(...ends.map(() => ({ status: "retry", errorCode: "busy" }) as const));
      await server.deliver();
      expect(server.sent.splice(0)).toHaveLength(ends.length);
    }
    for (const [index, [, end]] of ends.entries()) for (const each of started[index] ?? []) await end(server, each);
    clock.now += 10_000;
    await server.deliver();

    expect(server.sent).toEqual([]);
    for (const [index, [errorCode]] of ends.entries()) {
      expect(await attemptsOf(serviceSids[index] ?? "")).toEqual(Array(2).fill(`sms failed ${errorCode}`));
    }
  });

  test("a deleted service takes its messages along, and leaves those of others", async () => {
    const [own, other] = [await server.api.createService(), await server.api.createService()];
    for (const sid of [own, other]) await start(sid, untried);
    await server.api.call("DELETE", `/v2/Services/${own}`);
    expect((await server.store.outbox.waiting()).count).toBe(1);
    await server.deliver();

    expect(server.sent.splice(0)).toHaveLength(1);
    expect([await attemptsOf(own), await attemptsOf(other)]).toEqual([["sms failed deleted"], ["sms delivered null"]]);
  });

  test("what is sent again takes the place of the message that waits by the same channel, and of no other", async () => {
    const serviceSid = await server.api.createService();
    await start(serviceSid, untried);
    for (const Channel of ["call", "sms"]) {
      clock.now += 1;
      await server.api.start(serviceSid, { To: untried, Channel });
    }
    await server.deliver();

    expect(server.sent.splice(0).map(({ channel }) => channel)).toEqual(["call", "sms"]);
    expect(await attemptsOf(serviceSid)).toEqual([
      "sms failed superseded",
      "call delivered null",
      "sms delivered null",
    ]);
  });

  test("on v1 no code is sent that another one has replaced, by whichever channel", async () => {
    const serviceSid = await server.api.createService({ CustomCodeEnabled: "true" });
    const v1 = v1ApiOf(server.url, await makeApplication(databaseUrl, server.credentials.accountSid, serviceSid));
    const phone_number = untried.slice(2);
    for (const fields of [{ custom_code: "1234" }, { custom_code: "5678", via: "call" }]) {
      clock.now += 1;
      expect((await v1.start({ phone_number, ...fields })).status).toBe(200);
    }
    await server.deliver();

    expect(server.sent.splice(0).map(({ code }) => code)).toEqual(["5678"]);
    expect(await attemptsOf(serviceSid)).toEqual(["sms failed superseded", "call delivered null"]);
  });
});

function update({ api }: ProductionServer, { serviceSid, sid }: Started, Status: string) {
  return api.call("POST", `/v2/Services/${serviceSid}/Verifications/${sid}`, { Status });
}
