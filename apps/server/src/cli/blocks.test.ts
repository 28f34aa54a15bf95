import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "../../test-support/cli.ts";
import { databaseKindsOr, startDatabases, type TestDatabases } from "../../test-support/databases.ts";
import { startProduction } from "../../test-support/production.ts";
import { guardOf } from "../guard/settings.ts";

const secret = randomBytes(32).toString("base64url");
let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKindsOr("SQLite"))("on %s", (kind) => {
  test("an operator sees which prefixes are throttled and lets one go, which the running server heeds at once", async () => {
    const databaseUrl = await databases.create(kind);
    const env = { COUNTERSIGN_DATABASE_URL: databaseUrl, COUNTERSIGN_SECRET: secret };
    const blocks = (...words: string[]) => runCommand(["blocks", ...words], { env });
    const server = await startProduction({ databaseUrl, secret, guard: guardOf({ blocksPumping: true }) });
    try {
      expect(await blocks("list")).toEqual({ code: 0, out: "", err: "None.\n" });
      const { accountSid } = server.credentials;
      const serviceSid = await server.api.createService();
      const start = async (index: number) =>
        (await server.api.start(serviceSid, { To: `+1415555${2000 + index}` })).status;
      const statuses = [];
      for (let index = 0; index < 11; index += 1) statuses.push(await start(index));
      expect(statuses).toEqual([...Array(10).fill(201), 403]);

      const { out } = await blocks("list", "--json");
      expect(JSON.parse(out)).toMatchObject({
        ...{ account_sid: accountSid, prefix: "+1415555", throttled: true, starts: 4, approvals: 0, starts_left: 0 },
        ...{ times: 1, date_suspected: expect.stringMatching(/^\d{4}-/) },
      });
      const unknown = await blocks("lift", accountSid, "+1416");
      expect([unknown.code, unknown.err]).toEqual([1, `No prefix +1416 is suspected for account ${accountSid}.\n`]);
      expect((await blocks("lift", accountSid, "+1415555")).code).toBe(0);
      expect((await blocks("list")).out).toBe("");
      expect(await start(20)).toBe(201);
    } finally {
      await server.close();
    }
  });

  test("an operator sees what passes with where it is from, and puts numbers on an account's list and takes them off", async () => {
    const databaseUrl = await databases.create(kind);
    const env = {
      ...{ COUNTERSIGN_DATABASE_URL: databaseUrl, COUNTERSIGN_SECRET: secret },
      COUNTERSIGN_SAFE_LIST: "+4915",
    };
    const safe = (...words: string[]) => runCommand(["blocks", "safe", ...words], { env });
    const server = await startProduction({ databaseUrl, secret, guard: guardOf({ safePrefixes: ["+4915"] }) });
    try {
      const { accountSid } = server.credentials;
      const { body } = await server.api.call("POST", "/v2/SafeList/Numbers", { PhoneNumber: "+14155552671" });
      expect((await safe("add", accountSid, "+14155552672")).code).toBe(0);
      expect((await server.api.call("GET", "/v2/SafeList/Numbers/+14155552672")).status).toBe(200);
      const { out } = await safe("list", "--json");
      const rows = out
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(rows).toMatchObject([
        { source: "COUNTERSIGN_SAFE_LIST", number: "+4915" },
        { source: "account", number: "+14155552672", account_sid: accountSid, sid: expect.stringMatching(/^GN/) },
        { source: "account", number: "+14155552671", account_sid: accountSid, sid: body.sid },
      ]);
      const told = await runCommand(["doctor"], {
        env: { ...env, COUNTERSIGN_SAFE_NUMBERS: "off", COUNTERSIGN_PUBLIC_URL: "https://verify.example.com" },
      });
      expect(told.out).toContain("! safe list      1 by COUNTERSIGN_SAFE_LIST; the 2 of accounts pass nothing");
      const wrong = [
        await safe("add", accountSid, "+14155552672"),
        await safe("add", `AC${"f".repeat(32)}`, "+14155552672"),
        await safe("add", accountSid, "4155552672"),
        await safe("remove", accountSid, "+14155552673"),
      ];
      expect(wrong.map(({ code, err }) => [code, err.replaceAll(accountSid, "AC…")])).toEqual([
        [1, "+14155552672 is on its list already.\n"],
        [1, `There is no account AC${"f".repeat(32)}.\n`],
        [1, "4155552672 is no phone number in E.164, as +12025550123.\n"],
        [1, "+14155552673 is not on the list of account AC….\n"],
      ]);
      expect((await safe("remove", accountSid, "+14155552671")).code).toBe(0);
      expect((await server.api.call("GET", "/v2/SafeList/Numbers/+14155552671")).status).toBe(404);
    } finally {
      await server.close();
    }
  });
});
