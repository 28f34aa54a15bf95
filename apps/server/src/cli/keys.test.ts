import twilio from "twilio";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiOf } from "../../test-support/api.ts";
import { rowsOfCommand, runCommand } from "../../test-support/cli.ts";
import {
  createAccount,
  databaseKindsOr,
  dump,
  startDatabases,
  type TestDatabases,
} from "../../test-support/databases.ts";
import { type ProductionServer, startProduction } from "../../test-support/production.ts";

type Key = { sid: string; secret: string; date_expires?: string };

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKindsOr("SQLite"))("countersign accounts keys, on %s", (kind) => {
  let databaseUrl: string;
  let server: ProductionServer;
  let accountSid: string;
  const clock = { ahead: 0 };
  const run = (...words: string[]) => rowsOfCommand(["accounts", "keys", ...words], { databaseUrl });
  const create = async () => (await run("create", accountSid))[0] as { sid: string; secret: string };
  const listWith = ({ sid, secret }: { sid: string; secret: string }) =>
    apiOf(server.url, { accountSid: sid, authToken: secret }).call("GET", "/v2/Services");
  beforeAll(async () => {
    databaseUrl = await databases.create(kind);
    server = await startProduction({
      databaseUrl,
      secret: "a secret of no less than 32 characters",
      clock: () => Date.now() + clock.ahead,
    });
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
    expect(listed).toContainEqual({
      sid: key.sid,
      friendly_name: null,
      scopes: ["start", "check", "read", "manage"],
      date_created: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      date_expires: null,
      date_last_used: null,
      date_rotated: null,
      date_overlap_ends: null,
    });
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

  it("security 39: a key with start and check starts and checks with the official SDK, and lists no services", async () => {
    const serviceSid = await server.api.createService();
    const [key] = (await run("create", accountSid, "--scopes", "start,check", "--name", "Shop")) as [Key];
    expect(key).toMatchObject({ scopes: ["start", "check"], friendly_name: "Shop" });
    const client = twilio(key.sid, key.secret, { accountSid });
    client.verify.baseUrl = server.url;
    const service = client.verify.v2.services(serviceSid);
    await service.verifications.create({ to: "+12025550123", channel: "sms" });
    await expect.poll(() => server.sent.at(-1)?.code).toBeDefined();
    const check = await service.verificationChecks.create({ to: "+12025550123", code: server.sent.at(-1)?.code ?? "" });
    expect(check.status).toBe("approved");
    await expect(client.verify.v2.services.list()).rejects.toMatchObject({
      ...{ status: 403, code: 20403, details: { missing_scope: "read" } },
    });
    await expect(service.remove()).rejects.toMatchObject({ status: 403, details: { missing_scope: "manage" } });
  });

  it("security 39: a key ends when it was said to, and none is made that ends before it begins", async () => {
    const [key] = (await run("create", accountSid, "--expires", "90d")) as [Key];
    expect(Date.parse(key.date_expires as string) - Date.now()).toBeCloseTo(90 * 86_400_000, -5);
    expect((await listWith(key)).status).toBe(200);
    // A minute more, since the clock of the server follows its database's.
    clock.ahead = 90 * 86_400_000 + 60_000;
    expect((await listWith(key)).status).toBe(401);
    clock.ahead = 0;
    expect((await listWith(key)).status).toBe(200);
    await expect(run("create", accountSid, "--expires", "2020-01-01")).rejects.toThrow("later than now");
  });

  it("security 39: keys and tokens rotate with an overlap, in which both secrets work, and without one", async () => {
    const key = await create();
    const [rotated] = (await run("rotate", accountSid, key.sid, "--overlap", "24h")) as [Key];
    const works = async () => [(await listWith(key)).status, (await listWith(rotated)).status];
    await expect.poll(works, { timeout: 5_000 }).toEqual([200, 200]);
    clock.ahead = 86_400_000 + 60_000;
    expect(await works()).toEqual([401, 200]);
    clock.ahead = 0;
    expect(await works()).toEqual([200, 200]);

    const { credentials } = server;
    const rotateToken = (...words: string[]) =>
      rowsOfCommand(["accounts", "rotate", accountSid, ...words], { databaseUrl });
    const [{ auth_token: token }] = (await rotateToken("--overlap", "24h")) as [{ auth_token: string }];
    const tokens =
      (...secrets: string[]) =>
      async () =>
        Promise.all(secrets.map(async (secret) => (await listWith({ sid: accountSid, secret })).status));
    await expect.poll(tokens(credentials.authToken, token), { timeout: 5_000 }).toEqual([200, 200]);
    const [{ auth_token: latest }] = (await rotateToken()) as [{ auth_token: string }];
    await expect.poll(tokens(credentials.authToken, token, latest), { timeout: 5_000 }).toEqual([401, 401, 200]);
    credentials.authToken = latest;
    await expect(run("rotate", accountSid, accountSid)).rejects.toThrow("accounts rotate");
  });

  it("security 39: lists when a key was last used", async () => {
    const key = await create();
    const lastUsed = async () => (await run("list", accountSid)).find(({ sid }) => sid === key.sid)?.date_last_used;
    expect(await lastUsed()).toBeNull();
    await listWith(key);
    await expect.poll(lastUsed).toMatch(/^\d{4}-/);
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
      [
        ["create", accountSid, "--scopes", "start,stop"],
        "option '--scopes <scopes>' argument 'start,stop' is invalid. They are some of start, check, read, manage, console:read, console:write.",
      ],
      [
        ["create", accountSid, "--expires", "soon"],
        "option '--expires <when>' argument 'soon' is invalid. It is a date, as 2027-01-31, or a length of time, as 90d.",
      ],
      [
        ["rotate", accountSid, "SK1", "--overlap", "1"],
        "option '--overlap <time>' argument '1' is invalid. It is a number and s, m, h or d, as 24h.",
      ],
      [["create", accountSid, "x"], "too many arguments for 'create'. Expected 1 argument but got 2."],
      [["drop", "x"], "unknown command 'drop'."],
    ] as const) {
      const { code, err } = await runCommand(["accounts", "keys", ...words]);
      expect([code, err]).toEqual([2, `${reason} See --help.\n`]);
    }
  });
});
