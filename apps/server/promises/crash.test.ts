import { randomBytes, randomInt } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { budget, isWhole } from "../../../scripts/budget.ts";
import { type Cast, type ScenarioName, scenarios } from "../../../scripts/chaos/catalogue.ts";
import { findMutants, type Mutant, mutants } from "../../../scripts/chaos/mutants.ts";
import { copyProgram, type Program } from "../../../scripts/chaos/program.ts";
import { sandboxServiceSid } from "../src/sandbox/sandbox.ts";
import { type Answer, type Api, apiOf } from "../test-support/api.ts";
import { codeOf } from "../test-support/authenticator.ts";
import { databaseKinds, startDatabases } from "../test-support/databases.ts";
import { startPostgres, type TestPostgres } from "../test-support/postgres.ts";
import { startSandboxProcess } from "../test-support/sandbox-process.ts";
import { startReceiver } from "../test-support/webhook-receiver.ts";

/** The short form of `npm run chaos`: the same scenarios against the built server, a few rounds each. */

// Many processes at once: on a busy machine each takes its time.
const serverRounds = isWhole ? 20 : 1;
const timeout = 60_000 + serverRounds * 60_000;
/** A fault comes sooner: what a request costs, several processes pay. */
const sooner = isWhole ? {} : { answersSpan: 100 };

let program: Program;
let postgres: TestPostgres;
beforeAll(async () => {
  program = copyProgram();
  postgres = await startPostgres({ fsync: false });
});
afterAll(async () => {
  program.remove();
  await postgres.stop();
});

async function expectNothingBroken(
  name: ScenarioName,
  { database, rounds, server = postgres }: Pick<Cast, "database" | "rounds"> & { server?: TestPostgres },
) {
  const seed = randomInt(1_000_000);
  const { violations, acknowledged } = await scenarios[name].play({
    ...{ database, postgres: server, main: program.main, seed, rounds, ...sooner },
  });
  const replay = `npm run chaos -- --scenario ${name} --database ${database} --seed ${seed}`;
  expect(violations.slice(0, 5), replay).toEqual([]);
  expect(acknowledged).toBeGreaterThan(0);
}

describe.concurrent("security 21 and 23: kill -9 loses no acknowledged verification and no message, approves nothing twice, and sends none more often than the policy", {
  timeout,
}, () => {
  test("of a server on SQLite", () => expectNothingBroken("kill-server", { database: "SQLite", rounds: serverRounds }));

  test("of a server on PostgreSQL", () =>
    expectNothingBroken("kill-server", { database: "PostgreSQL", rounds: serverRounds }));

  test("of one of two processes that write to one file", () =>
    expectNothingBroken("kill-worker", { database: "SQLite", rounds: budget(10) }));

  const played = isWhole ? mutants : mutants.filter(({ quick }) => quick);
  let together: ReturnType<typeof findMutants> | undefined;
  const find = (some: readonly Mutant[]) => findMutants(some, { seed: randomInt(1_000_000), postgres, ...sooner });
  test.each(played.map((mutant) => [mutant.name, mutant] as const))(
    "or else it is found: %s",
    async (_name, mutant) => {
      if (!isWhole) together ??= find(played);
      expect((await (together ?? find([mutant]))).get(mutant) ?? []).not.toEqual([]);
    },
  );

  test("nor of PostgreSQL itself, and the same process serves again", async () => {
    const server = await startPostgres({ fsync: false });
    await expectNothingBroken("kill-database", { database: "PostgreSQL", rounds: budget(10), server });
    await server.stop();
  });
});

describe.runIf(isWhole)("three servers under load on one PostgreSQL", () => {
  test("two of which are killed by kill -9: each start, approval and factor that was answered is told, with one id each", async () => {
    const receiver = await startReceiver();
    const url = await postgres.createDatabase();
    const eventWebhook = {
      url: `${receiver.url}/`,
      secret: `whsec_${"A".repeat(32)}`,
      schema: "event-streams",
    } as const;
    const options = { databaseUrl: url, secret: "a secret of no less than 32 characters", eventWebhook };
    const servers = [await startSandboxProcess(options)];
    servers.push(await startSandboxProcess(options), await startSandboxProcess(options));
    const apis = servers.map((server) => apiOf(server.url));
    const [survivor] = apis as [Api];
    const serviceSid = await survivor.createService({ VerifyEventSubscriptionEnabled: "true" });
    const due: string[] = [];
    const service = `/v2/Services/${serviceSid}`;
    const hook = { FriendlyName: "Factors", EventTypes: "factor.created", WebhookUrl: `${receiver.url}/factors` };
    expect((await survivor.call("POST", `${service}/Webhooks`, hook)).status).toBe(201);
    const factorOf = { FriendlyName: "Phone", FactorType: "totp" };
    const use = async (index: number) => {
      const api = apis[index % 3] as Api;
      const To = `+1202555${String(index).padStart(4, "0")}`;
      const started = await api.start(serviceSid, { To });
      if (started.status !== 201) return;
      due.push(`${started.body.sid} pending`);
      const made = await api.call("POST", `${service}/Entities/person-${index}/Factors`, factorOf);
      if (made.status === 201) due.push(`${made.body.sid} created`);
      const { messages = [] } = (await api.call("GET", `/sandbox/messages?To=${encodeURIComponent(To)}`)).body;
      const { body } = await api.check(serviceSid, { To, Code: messages[0]?.code ?? "" });
      if (body.status === "approved") due.push(`${body.sid} approved`);
    };
    const load = Array.from({ length: 300 }, async (_, index) => {
      await setTimeout(index * 5);
      // What a server did not answer is not promised.
      await use(1000 + index).catch(() => undefined);
    });
    const kills = [500, 1000].map(async (ms, index) => {
      await setTimeout(ms);
      await servers[index + 1]?.kill();
    });
    await Promise.all([...load, ...kills]);
    await survivor.call("POST", "/sandbox/clock", { Seconds: "61" });
    const told = () => {
      const ids = new Map<string, Set<string>>();
      for (const { text, path } of receiver.received) {
        const factor = path === "/factors" && Object.fromEntries(new URLSearchParams(text));
        const [{ id, type, data }] = factor ? [{ id: factor.uuid, type: factor.type, data: factor }] : JSON.parse(text);
        const what = `${data.verification_sid ?? data.factor_sid} ${type.split(".").at(-1)}`;
        ids.set(what, (ids.get(what) ?? new Set()).add(id));
      }
      return ids;
    };
    await expect.poll(() => due.filter((what) => !told().has(what)), { timeout: 30_000 }).toEqual([]);
    expect(due.length).toBeGreaterThan(150);
    expect([...told().values()].filter((ids) => ids.size !== 1)).toEqual([]);
    await servers[0]?.kill();
    await receiver.close();
  });
});

describe.runIf(isWhole).each(databaseKinds)("security 21: codes of authenticator apps on %s", (kind) => {
  test("kill -9 while codes are judged takes back no approval that was answered, and gives none twice", async () => {
    const databases = await startDatabases();
    const options = { databaseUrl: await databases.create(kind), secret: randomBytes(32).toString("base64url") };
    let server = await startSandboxProcess(options);
    let acknowledged = 0;
    for (let round = 0; round < budget(20); round += 1) {
      const people = await Promise.all(
        Array.from({ length: 12 }, (_, index) => enrol(apiOf(server.url), `person-${round}-${1000 + index}`)),
      );
      const under = apiOf(server.url);
      const tries = people.map(({ logIn }) =>
        Promise.all([0, 1].map(() => logIn(under).catch(() => undefined))).then(sidsOf),
      );
      await setTimeout(randomInt(80));
      await server.kill();
      const told = await Promise.all(tries);
      server = await startSandboxProcess(options);
      const again = apiOf(server.url);
      for (const [index, { logIn, approved }] of people.entries()) {
        const later = sidsOf([await logIn(again)]);
        const kept = await approved(again);
        expect(kept).toHaveLength(1);
        expect(kept).toEqual(expect.arrayContaining([...(told[index] ?? []), ...later]));
      }
      acknowledged += told.flat().length;
    }
    await server.kill();
    await databases.stop();
    expect(acknowledged).toBeGreaterThan(0);
  }, 600_000);
});

/** A person with a verified app, and the code that verified it, which is good for one challenge. */
async function enrol(api: Api, identity: string) {
  const entity = `/v2/Services/${sandboxServiceSid}/Entities/${identity}`;
  const { body } = await api.call("POST", `${entity}/Factors`, { FriendlyName: "Phone", FactorType: "totp" });
  const { sid: FactorSid = "", binding } = body as { sid?: string; binding?: { uri: string } };
  const AuthPayload = codeOf(binding?.uri ?? "");
  await api.call("POST", `${entity}/Factors/${FactorSid}`, { AuthPayload });
  return {
    logIn: (by: Api) => by.call("POST", `${entity}/Challenges`, { FactorSid, AuthPayload }),
    async approved(by: Api): Promise<(string | undefined)[]> {
      const { body } = await by.call("GET", `${entity}/Challenges?Status=approved`);
      return (body as { challenges?: { sid: string }[] }).challenges?.map(({ sid }) => sid) ?? [];
    },
  };
}

const sidsOf = (answers: (Answer | undefined)[]) =>
  answers.flatMap((answer) => (answer?.body.status === "approved" ? answer.body.sid : []));
