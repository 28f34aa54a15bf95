import { randomBytes, randomInt } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { budget, isWhole } from "../../../scripts/budget.ts";
import { sandboxServiceSid, startSandbox } from "../src/sandbox/sandbox.ts";
import { type Answer, type Api, apiOf } from "../test-support/api.ts";
import { codeOf } from "../test-support/authenticator.ts";
import { databaseKinds, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { startSandboxProcess } from "../test-support/sandbox-process.ts";

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

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

test.each(databaseKinds)("a step that was used on %s is not taken again after a restart", async (kind) => {
  const databaseUrl = await databases.create(kind);
  const first = await startSandbox({ databaseUrl });
  const { logIn, approved } = await enrol(apiOf(first.url), "person-00000001");
  const { body } = await logIn(apiOf(first.url));
  await first.close();
  const second = await startSandbox({ databaseUrl });
  expect((await logIn(apiOf(second.url))).body.status).toBe("pending");
  expect(await approved(apiOf(second.url))).toEqual([body.sid]);
  await second.close();
});

describe.runIf(isWhole).each(databaseKinds)("security 21: on %s", (kind) => {
  test("kill -9 while codes are judged takes back no approval that was answered, and gives none twice", async () => {
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
    expect(acknowledged).toBeGreaterThan(0);
  }, 600_000);
});
