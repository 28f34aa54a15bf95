import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rowsOfCommand, runCommand } from "../../test-support/cli.ts";
import { createAccount, databaseKindsOr, startDatabases, type TestDatabases } from "../../test-support/databases.ts";
import { openStore } from "../store/open-store.ts";

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKindsOr("PostgreSQL"))("countersign services, on %s", (kind) => {
  let databaseUrl: string;
  let accountSid: string;
  const run = (...words: string[]) => rowsOfCommand(["services", ...words], { databaseUrl });
  beforeAll(async () => {
    databaseUrl = await databases.create(kind);
    ({ accountSid } = await createAccount(databaseUrl));
  });

  it("makes, lists, shows, changes and deletes services as the API shows them", async () => {
    const [made] = (await run("create", "FriendlyName=Acme", "CodeLength=8")) as [{ sid: string }];
    expect(made).toMatchObject({ account_sid: accountSid, friendly_name: "Acme", code_length: 8 });
    expect(await run("list")).toEqual([made]);
    expect(await run("show", made.sid)).toEqual([made]);
    expect(await run("update", made.sid, "Push.IncludeDate=true", "Totp.Issuer=Acme=1")).toMatchObject([
      { push: { include_date: true }, totp: { issuer: "Acme=1" }, code_length: 8 },
    ]);
    expect(await run("delete", made.sid)).toEqual([{ sid: made.sid, deleted: true }]);
    await expect(run("show", made.sid)).rejects.toThrow("404 20404");
    expect(await run("list")).toEqual([]);

    const store = await openStore(databaseUrl);
    const { items } = await store.audit.list(accountSid, { resourceSid: made.sid }, { size: 9 });
    await store.close();
    expect(items.map(({ action, actor, address }) => [action, actor, address])).toEqual([
      ["deleted", "operator", null],
      ["changed", "operator", null],
      ["created", "operator", null],
    ]);
  });

  it("refuses what the API refuses, in its words, and says which names it passed over", async () => {
    await expect(run("create", "CodeLength=8")).rejects.toThrow("FriendlyName");
    await expect(run("create", "FriendlyName=Acme", "CodeLength=11")).rejects.toThrow(
      "400 60200: Invalid parameter: CodeLength",
    );
    await expect(run("create", "FriendlyName=Acme 12345")).rejects.toThrow(
      "400 60200: Invalid parameter: FriendlyName",
    );
    await expect(run("create", "FriendlyName=Acme", "SkipSmsToLandlines=true")).rejects.toThrow("60200");
    await expect(run("create", "Acme")).rejects.toThrow("2 Acme sets nothing.");
    const [made] = (await run("create", "FriendlyName=Acme")) as [{ sid: string }];
    await expect(run("update", made.sid, "CodeLenght=8")).rejects.toThrow("There is no setting CodeLenght");
    await run("delete", made.sid);
  });

  it("prints tables for people, and asks whose service it is where there are several accounts", async () => {
    const env = { COUNTERSIGN_DATABASE_URL: databaseUrl, COUNTERSIGN_SECRET: "a secret of no less than 32 characters" };
    const [{ sid }] = (await run("create", "FriendlyName=Acme")) as [{ sid: string }];
    const { out } = await runCommand(["services", "list"], { env });
    expect(out).toMatch(new RegExp(`^SID +NAME +CODE +CREATED\n${sid} +Acme +6 +\\S+Z\n$`));
    expect((await runCommand(["services", "show", sid], { env })).out).toMatch(/^code_length +6$/m);
    const { accountSid: other } = await createAccount(databaseUrl);
    expect(await runCommand(["services", "list"], { env })).toMatchObject({
      code: 2,
      err: expect.stringContaining("several accounts"),
    });
    expect(await run("list", "--account", other)).toEqual([]);
    await expect(run("show", sid, "--account", other)).rejects.toThrow("404 20404");
    expect(await run("list", "--account", accountSid)).toMatchObject([{ sid }]);
  });
});
