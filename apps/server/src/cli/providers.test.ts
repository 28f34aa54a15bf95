import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "../../test-support/cli.ts";
import { databaseKinds, readSql, startDatabases, type TestDatabases } from "../../test-support/databases.ts";
import { startProduction } from "../../test-support/production.ts";
import { startSmsc } from "../../test-support/smsc.ts";

const secret = "a secret of no less than 32 characters";
let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKinds)("countersign providers, on %s", (kind) => {
  test("lists them, pauses one for all accounts, which their trails tell, and hands one a test message", async () => {
    const databaseUrl = await databases.create(kind);
    const [smsc, server] = [await startSmsc(), await startProduction({ databaseUrl, secret })];
    const name = `smpp 127.0.0.1:${smsc.port}`;
    const env = {
      ...{ COUNTERSIGN_DATABASE_URL: databaseUrl, COUNTERSIGN_SECRET: secret },
      COUNTERSIGN_SMS_URL: `smpp://user:pass@127.0.0.1:${smsc.port}?from=Acme#+1`,
    };
    const providers = async (...words: string[]) => {
      const { code, out, err } = await runCommand(["providers", ...words, "--json"], { env });
      return code === 0 ? (JSON.parse(out) as Record<string, unknown>) : { code, err };
    };
    try {
      const heard = { last_error: null, date_last_success: null, date_last_failure: null };
      expect(await providers("list")).toEqual({ name, channels: ["sms"], prefixes: ["+1"], paused: false, ...heard });
      expect(await providers("pause", name)).toEqual({ name, paused: true });
      expect(await providers("list")).toMatchObject({ paused: true });
      expect(await server.store.providers.paused()).toMatchObject([{ accountSid: "", name }]);
      expect(await providers("test", name, "+4915112345678")).toEqual({
        provider: name,
        status: "sent",
        error_code: null,
      });
      expect(smsc.submitted[0]?.text).toContain("This is a test message");
      expect(await providers("resume", name)).toEqual({ name, paused: false });
      const actions = await readSql(
        databaseUrl,
        "SELECT actor, action, account_sid FROM audit_entries WHERE resource_type = 'provider'",
      );
      const { accountSid: account_sid } = server.credentials;
      expect(actions.toSorted((a, b) => ((a.action ?? "") < (b.action ?? "") ? -1 : 1))).toEqual([
        { actor: "operator", action: "paused", account_sid },
        { actor: "operator", action: "resumed", account_sid },
      ]);
      expect(await providers("pause", "nobody")).toEqual({
        code: 1,
        err: `There is no provider "nobody"; there are "${name}".\n`,
      });
      expect(await providers("test", name, "ada@example.com")).toMatchObject({ code: 1 });
      expect(smsc.submitted).toHaveLength(1);
    } finally {
      await server.close();
      await smsc.close();
    }
  });
});
