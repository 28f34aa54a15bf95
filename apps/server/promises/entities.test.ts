import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { budget } from "../../../scripts/budget.ts";
import { codeAt, fromBase32, stepAt } from "../src/factors/totp.ts";
import { sandboxServiceSid as serviceSid, startSandbox } from "../src/sandbox/sandbox.ts";
import type { Running } from "../src/server.ts";
import { tables } from "../src/store/tables.ts";
import { type Api, apiOf } from "../test-support/api.ts";
import { databaseKinds, readSql, startDatabases, type TestDatabases } from "../test-support/databases.ts";

const day = 86_400;
const rounds = budget(30);
const identity = "person-0f3a9c77";
const config = { alg: "sha1", skew: 1, codeLength: 6, timeStep: 30 } as const;
const within = tables.filter((table) => table.within === "entity");

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKinds)("on %s", (kind) => {
  let databaseUrl: string;
  let sandbox: Running;
  let api: Api;
  beforeAll(async () => {
    databaseUrl = await databases.create(kind);
    sandbox = await startSandbox({ databaseUrl });
    api = apiOf(sandbox.url);
  });
  afterAll(() => sandbox.close());

  /** How many rows each table has that is within an entity. */
  async function rows(): Promise<Record<string, number>> {
    const counts = within.map(async ({ name }) => {
      const [row] = await readSql(databaseUrl, `SELECT count(*) AS count FROM ${name}`);
      return [name, Number(row?.count)];
    });
    return Object.fromEntries(await Promise.all(counts));
  }
  const nothing = Object.fromEntries(within.map(({ name }) => [name, 0]));

  /** Rows of an entity that is not there, or of a service that is not. */
  async function orphans(): Promise<string[]> {
    const lost = within.map(async ({ name }) => {
      const found = await readSql(
        databaseUrl,
        `SELECT t.sid FROM ${name} AS t LEFT JOIN entities AS e ON e.service_sid = t.service_sid AND e.sid = t.entity_sid
         LEFT JOIN services AS s ON s.sid = t.service_sid WHERE e.sid IS NULL OR s.sid IS NULL`,
      );
      return found.map(({ sid }) => `${name} ${sid}`);
    });
    return (await Promise.all(lost)).flat();
  }

  const pathOf = (service: string, of = identity) => `/v2/Services/${service}/Entities/${of}`;
  const createFactor = (entity: string) =>
    api.call("POST", `${entity}/Factors`, { FriendlyName: "Ana", FactorType: "totp" });
  async function codeOf(secret: string): Promise<string> {
    const { now } = (await api.call("GET", "/sandbox/clock")).body as unknown as { now: string };
    return codeAt(fromBase32(secret) ?? Buffer.of(), stepAt(Date.parse(now), config), config);
  }

  /** A factor that is in use, one that is not verified yet, and a challenge of the first. */
  async function fill(entity: string) {
    const { body } = await createFactor(entity);
    const { secret } = (body as unknown as { binding: { secret: string } }).binding;
    await api.call("POST", `${entity}/Factors/${body.sid}`, { AuthPayload: await codeOf(secret) });
    await createFactor(entity);
    const challenge = { FactorSid: String(body.sid), AuthPayload: await codeOf(secret) };
    await api.call("POST", `${entity}/Challenges`, challenge);
    return { sid: String(body.sid), secret, challenge };
  }

  test("an entity that is deleted, or whose service is, takes along all that says to be within it, and no other's", async () => {
    const other = await api.createService();
    const entities = [pathOf(serviceSid), pathOf(serviceSid, "person-00000002"), pathOf(other)];
    for (const entity of entities) await fill(entity);
    const whole = await rows();
    expect(Object.values(whole).filter((count) => count === 0)).toEqual([]);
    const share = (count: number) =>
      Object.fromEntries(Object.entries(whole).map(([name, all]) => [name, (all / 3) * count]));
    expect((await api.call("DELETE", entities[0] ?? "")).status).toBe(204);
    expect([await rows(), await orphans()]).toEqual([share(2), []]);
    expect((await api.call("DELETE", `/v2/Services/${other}`)).status).toBe(204);
    expect([await rows(), await orphans()]).toEqual([share(1), []]);
    expect((await api.call("POST", "/console/erasures", { Identity: "person-00000002" })).status).toBe(200);
    expect(await rows()).toEqual(nothing);
  });

  test.each(["the entity", "its service"])(
    "what is made and answered within an entity while %s is deleted goes with it: nothing fails, and nothing is left over",
    async (what) => {
      for (let round = 0; round < rounds; round += 1) {
        const service = await api.createService();
        const entity = pathOf(service);
        const { sid, secret, challenge } = await fill(entity);
        const AuthPayload = await codeOf(secret);
        const doomed = what === "the entity" ? entity : `/v2/Services/${service}`;
        const calls = [
          () => createFactor(entity),
          () => api.call("POST", `${entity}/Factors/${sid}`, { AuthPayload, FriendlyName: "Ana’s phone" }),
          () => api.call("POST", `${entity}/Challenges`, challenge),
          () => api.call("DELETE", `${entity}/Factors/${sid}`),
          () => api.call("POST", `/v2/Services/${service}/Entities`, { Identity: identity }),
        ];
        const before = calls.slice(0, 3).map((call) => call());
        const answers = await Promise.all([...before, api.call("DELETE", doomed), ...calls.map((call) => call())]);
        expect(answers.filter(({ status }) => status >= 500).map(({ text }) => text)).toEqual([]);
        expect(answers[3]?.status).toBe(204);
        expect(await orphans()).toEqual([]);
        await api.call("DELETE", `/v2/Services/${service}`);
        await api.call("POST", "/sandbox/clock", { Seconds: "1" });
      }
      expect(await rows()).toEqual(nothing);
    },
  );

  test("30 days after an entity was deleted, nothing in the database knows of it but that somebody was", async () => {
    const { sid } = await fill(pathOf(serviceSid));
    const { body } = await api.call("GET", pathOf(serviceSid));
    await api.call("DELETE", pathOf(serviceSid));
    expect(await rows()).toEqual(nothing);
    await api.call("POST", "/sandbox/clock", { Seconds: String(30 * day + 60) });
    const knowing: string[] = [];
    for (const { name } of tables.filter((table) => table.name !== "audit_entries")) {
      const text = JSON.stringify(await readSql(databaseUrl, `SELECT * FROM ${name}`));
      if ([sid, String(body.sid)].some((each) => text.includes(each))) knowing.push(name);
    }
    expect(knowing).toEqual([]);
    const entries = await readSql(
      databaseUrl,
      `SELECT action, resource_type FROM audit_entries WHERE resource_sid = '${body.sid}'`,
    );
    expect(entries).toEqual([{ action: "deleted", resource_type: "entity" }]);
    await api.call("DELETE", "/sandbox/clock");
  });
});
