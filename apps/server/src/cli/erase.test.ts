import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "../../test-support/cli.ts";
import { databaseKinds, startDatabases, type TestDatabases } from "../../test-support/databases.ts";
import { startProduction } from "../../test-support/production.ts";

const secret = randomBytes(32).toString("base64url");
const to = "+14155552671";
let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKinds)("on %s", (kind) => {
  test("a person is erased beside the server that runs, from all accounts or from one, by a recipient or an identity", async () => {
    const databaseUrl = await databases.create(kind);
    const server = await startProduction({ databaseUrl, secret });
    const env = { COUNTERSIGN_DATABASE_URL: databaseUrl, COUNTERSIGN_SECRET: secret };
    const erase = (...words: string[]) => runCommand(["erase", ...words], { env });
    const { accountSid } = server.credentials;
    const serviceSid = await server.api.createService();
    try {
      expect((await server.api.start(serviceSid, { To: to })).status).toBe(201);
      const lines = (await erase(to, "--json")).out
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(lines.find(({ account_sid: sid }) => sid === accountSid)).toMatchObject({ verifications: 1, attempts: 1 });
      expect((await server.api.fetch(serviceSid, to)).status).toBe(404);
      expect((await server.api.call("GET", "/v2/Attempts")).body.attempts).toEqual([]);
      const { code, out } = await erase(to, "--account", accountSid);
      expect([code, out]).toEqual([
        0,
        expect.stringMatching(new RegExp(`^account_sid ${accountSid}  .*verifications 0`)),
      ]);
      const nobodys = `AC${"0".repeat(32)}`;
      expect(await erase(to, "--account", nobodys)).toEqual({
        code: 1,
        out: "",
        err: `There is no account ${nobodys}.\n`,
      });
      expect((await erase("ada")).code).toBe(2);
      const entities = `/v2/Services/${serviceSid}/Entities`;
      await server.api.call("POST", entities, { Identity: "person-00000001" });
      const { out: erased } = await erase("--identity", "person-00000001", "--account", accountSid);
      expect(erased).toMatch(new RegExp(`^account_sid ${accountSid}  .*entities 1`));
      expect((await server.api.call("GET", `${entities}/person-00000001`)).status).toBe(404);
      expect((await erase("--identity", to)).code).toBe(2);
      expect((await erase()).code).toBe(2);
    } finally {
      await server.close();
    }
  });
});
