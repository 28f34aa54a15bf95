import twilio from "twilio";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiOf } from "../../test-support/api.ts";
import { rowsOfCommand, runCommand } from "../../test-support/cli.ts";
import {
  createAccount,
  databaseKinds,
  dump,
  startDatabases,
  type TestDatabases,
} from "../../test-support/databases.ts";
import { type ProductionServer, startProduction } from "../../test-support/production.ts";

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKinds)("countersign accounts keys, on %s", (kind) => {
  let databaseUrl: string;
  let server: ProductionServer;
  let accountSid: string;
  const run = (...words: string[]) => rowsOfCommand(["accounts", "keys", ...words], { databaseUrl });
  const create = async () => (await run("create", accountSid))[0] as { sid: string; secret: string };
  const listWith = ({ sid, secret }: { sid: string; secret: string }) =>
    apiOf(server.url, { accountSid: sid, authToken: secret }).call("GET", "/v2/Services");
  beforeAll(async () => {
    databaseUrl = await databases.create(kind);
    server = await startProduction({ databaseUrl, secret: "a secret of no less than 32 characters" });
    accountSid = server.credentials.accountSid;
  });
  afterAll(() => server.close());

  it("makes keys that call in the name of their account, and no other's", async () => {
    const serviceSid = await server.api.createService();
    const key = await create();
    expect(key.sid).toMatch(/^SK[0-9a-f]{32}$/);
    const client = twilio(key.sid, key.secret, { accountSid });
    client.verify.baseUrl = server.url;
    expect((await client.verify.v2.services(serviceSid).fetch()).accountSid).toBe(accountSid);
    const { accountSid: other } = await createAccount(databaseUrl);
    const [foreign] = (await run("create", other)) as [{ sid: string; secret: string }];
    expect((await listWith(foreign)).text).not.toContain(serviceSid);
    expect((await listWith({ ...key, secret: foreign.secret })).status).toBe(401);
  });

  it("lists keys without their secrets, which the database does not have either", async () => {
    const key = await create();
    const listed = await run("list", accountSid);
    expect(listed).toContainEqual({ sid: key.sid, date_created: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) });
    expect(JSON.stringify(listed)).not.toContain(key.secret);
    expect(await dump(databaseUrl)).not.toContain(key.secret);
  });

  it("takes a key back, which then stops working, and leaves the others", async () => {
    const [first, second] = [await create(), await create()];
    expect((await listWith(first)).status).toBe(200);
    expect(await run("revoke", accountSid, first.sid)).toEqual([{ sid: first.sid, revoked: true }]);
    await expect.poll(async () => (await listWith(first)).status, { timeout: 5_000 }).toBe(401);
    expect((await listWith(second)).status).toBe(200);
    await expect(run("revoke", accountSid, first.sid)).rejects.toThrow(`There is no API key ${first.sid}`);
  });

  it("takes back no auth token and no key of another account", async () => {
    await expect(run("revoke", accountSid, accountSid)).rejects.toThrow("There is no API key");
    const { accountSid: other } = await createAccount(databaseUrl);
    await expect(run("revoke", other, (await create()).sid)).rejects.toThrow("There is no API key");
  });

  it("makes no key for an account that there is not, and tells how it is called", async () => {
    await expect(run("create", `AC${"0".repeat(32)}`)).rejects.toThrow("There is no account");
    for (const [words, reason] of [
      [[], "A command is missing."],
      [["create"], "missing required argument 'account'."],
      [["list"], "missing required argument 'account'."],
      [["revoke", accountSid], "missing required argument 'key'."],
      [["create", accountSid, "x"], "too many arguments for 'create'. Expected 1 argument but got 2."],
      [["drop", "x"], "unknown command 'drop'."],
    ] as const) {
      const { code, err } = await runCommand(["accounts", "keys", ...words]);
      expect([code, err]).toEqual([2, `${reason} See --help.\n`]);
    }
  });
});
