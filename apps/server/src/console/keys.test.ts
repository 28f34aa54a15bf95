import type { Scope } from "@countersign/types";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiOf } from "../../test-support/api.ts";
import {
  createAccount,
  databaseKindsOr,
  dump,
  runSql,
  startDatabases,
  type TestDatabases,
} from "../../test-support/databases.ts";
import { type ProductionServer, startProduction } from "../../test-support/production.ts";
import { allowedBy, everyScope } from "../kernel/scope.ts";

interface Key {
  sid: string;
  secret: string;
  scopes: Scope[];
  date_overlap_ends: string | null;
}

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKindsOr("SQLite"))("the keys of an account, on %s", (kind) => {
  let databaseUrl: string;
  let server: ProductionServer;
  const callWith = ({ sid, secret }: { sid: string; secret: string }) =>
    apiOf(server.url, { accountSid: sid, authToken: secret }).call;
  const create = async (fields: Record<string, string>, call = server.api.call) => {
    const { status, body } = await call("POST", "/console/keys", fields);
    return { status, body: body as unknown as Key & { code: number; details?: { missing_scope: string } } };
  };
  const keyOf = async (Scopes: string) => (await create({ Scopes })).body;
  const listed = async () =>
    (await server.api.call("GET", "/console/keys?PageSize=1000")).body as unknown as { keys: Key[] };
  beforeAll(async () => {
    databaseUrl = await databases.create(kind);
    server = await startProduction({ databaseUrl, secret: "a secret of no less than 32 characters" });
  });
  afterAll(() => server.close());

  it("are made with a secret that is shown this once, and that the database does not have", async () => {
    const { status, body } = await create({ FriendlyName: "Shop", DateExpires: "2099-12-31T00:00:00Z" });
    expect([status, body]).toEqual([
      201,
      {
        sid: expect.stringMatching(/^SK[0-9a-f]{32}$/),
        friendly_name: "Shop",
        scopes: ["start", "check", "read", "manage"],
        date_created: expect.any(String),
        date_expires: "2099-12-31T00:00:00Z",
        date_last_used: null,
        date_rotated: null,
        date_overlap_ends: null,
        secret: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    ]);
    const { secret, ...shown } = body;
    expect((await listed()).keys).toContainEqual(shown);
    expect((await callWith(body)("GET", "/v2/Services")).status).toBe(200);
    expect(await dump(databaseUrl)).not.toContain(secret);
  });

  it("take their scopes repeated or in one text, each once, and no other word", async () => {
    const post = (body: string) =>
      fetch(`${server.url}/console/keys`, {
        method: "POST",
        headers: {
          authorization: `Basic ${btoa(`${server.credentials.accountSid}:${server.credentials.authToken}`)}`,
          "content-type": "application/x-www-form-urlencoded",
        },
        body,
      });
    const scopesOf = async (body: string) => ((await (await post(body)).json()) as Key).scopes;
    expect(await scopesOf("Scopes=start&Scopes=check")).toEqual(["start", "check"]);
    expect(await scopesOf("Scopes=start%20check+start")).toEqual(["start", "check"]);
    for (const wrong of ["Scopes=stop", "Scopes=start,check", "Scopes=", "Scopes=start++check", "Scopes=Start"]) {
      expect([wrong, (await post(wrong)).status]).toEqual([wrong, 400]);
    }
    for (const wrong of ["2020-01-01T00:00:00Z", "soon", "2099-12-31"]) {
      expect((await create({ DateExpires: wrong })).body).toMatchObject({ code: 60200 });
    }
  });

  it.each([...everyScope].filter((scope) => scope !== "console:write"))(
    "security 39: whoever lacks %s makes and rotates no key that has it",
    async (scope) => {
      const target = await keyOf(scope);
      const isLesser = !allowedBy(["console:write"]).has(scope);
      const caller = callWith(await keyOf("console:write"));
      const answers = [
        await caller("POST", "/console/keys", { Scopes: scope }),
        await caller("POST", `/console/keys/${target.sid}`, {}),
      ];
      expect(answers.map(({ status }) => status)).toEqual(isLesser ? [403, 403] : [201, 200]);
      if (isLesser) for (const { body } of answers) expect(body.details).toEqual({ missing_scope: scope });
    },
  );

  it("security 39: a key that only reads the console changes no key, and one without it sees none", async () => {
    const reader = callWith(await keyOf("console:read"));
    expect((await reader("GET", "/console/keys")).status).toBe(200);
    expect((await reader("GET", "/console/applications")).status).toBe(200);
    for (const [method, path] of [
      ["POST", "/console/keys"],
      ["POST", `/console/keys/${(await keyOf("start")).sid}`],
      ["DELETE", `/console/keys/${(await keyOf("start")).sid}`],
    ] as const) {
      expect((await reader(method, path)).body.details).toEqual({ missing_scope: "console:write" });
    }
    expect((await callWith(await keyOf("read manage"))("GET", "/console/keys")).status).toBe(403);
  });

  it("rotate with an overlap of a day unless another is named, and without one", async () => {
    const key = await keyOf("read");
    const rotate = async (fields: Record<string, string>) =>
      (await server.api.call("POST", `/console/keys/${key.sid}`, fields)).body as unknown as Key;
    const day = await rotate({});
    expect(Date.parse(day.date_overlap_ends ?? "") - Date.now()).toBeCloseTo(86_400_000, -5);
    const works =
      (...secrets: string[]) =>
      async () =>
        Promise.all(secrets.map(async (secret) => (await callWith({ ...key, secret })("GET", "/v2/Services")).status));
    await expect.poll(works(key.secret, day.secret), { timeout: 5_000 }).toEqual([200, 200]);
    const last = await rotate({ OverlapSeconds: "0" });
    expect(last.date_overlap_ends).toBeNull();
    await expect.poll(works(key.secret, day.secret, last.secret), { timeout: 5_000 }).toEqual([401, 401, 200]);
    expect((await rotate({ OverlapSeconds: "604801" })) as object).toMatchObject({ code: 60200 });
  });

  it("stop working when they are taken back, and whoever takes back his own is told so", async () => {
    const [own, other] = [await keyOf("console:write"), await keyOf("read")];
    const taken = await callWith(own)("DELETE", `/console/keys/${other.sid}`);
    expect([taken.status, taken.headers.get("countersign-own-key")]).toEqual([204, null]);
    const last = await callWith(own)("DELETE", `/console/keys/${own.sid}`);
    expect([last.status, last.headers.get("countersign-own-key")]).toEqual([204, "revoked"]);
    const statuses = () =>
      Promise.all([own, other].map(async (key) => (await callWith(key)("GET", "/v2/Services")).status));
    await expect.poll(statuses, { timeout: 5_000 }).toEqual([401, 401]);
    expect((await server.api.call("DELETE", `/console/keys/${own.sid}`)).status).toBe(404);
  });

  it("are each account's own, and its token is none", async () => {
    const other = apiOf(server.url, await createAccount(databaseUrl));
    const { sid } = await keyOf("read");
    expect((await other.call("POST", `/console/keys/${sid}`, {})).status).toBe(404);
    expect((await other.call("DELETE", `/console/keys/${sid}`)).status).toBe(404);
    expect((await other.call("GET", "/console/keys")).body).toMatchObject({ keys: [] });
    expect((await listed()).keys.every((key) => key.sid.startsWith("SK"))).toBe(true);
  });

  it("leave entries in the audit trail that name the key which did it, and no secret", async () => {
    const own = await keyOf("console:write");
    const made = (await create({ Scopes: "read", FriendlyName: "Shop" }, callWith(own))).body;
    await callWith(own)("POST", `/console/keys/${made.sid}`, {});
    await callWith(own)("DELETE", `/console/keys/${made.sid}`);
    const { text } = await server.api.call("GET", `/console/audit?resource=${made.sid}`);
    expect(JSON.parse(text).entries).toMatchObject([
      { action: "deleted", actor: own.sid, resource_type: "key", before: { friendly_name: "Shop" } },
      { action: "changed", actor: own.sid, before: { date_rotated: null } },
      { action: "created", actor: own.sid, after: { scopes: ["read"] } },
    ]);
    expect(text).not.toMatch(/hash|secret/);
  });

  it("that an earlier version made may do what they could", async () => {
    const old = await keyOf("start");
    await runSql(databaseUrl, `UPDATE credentials SET sid = 'SK${"9".repeat(32)}' WHERE sid = '${old.sid}'`);
    await runSql(
      databaseUrl,
      `INSERT INTO credentials (account_sid, sid, secret_hash, created_at)
       SELECT account_sid, '${old.sid}', secret_hash, created_at FROM credentials WHERE sid = 'SK${"9".repeat(32)}'`,
    );
    expect((await listed()).keys.find(({ sid }) => sid === old.sid)?.scopes).toEqual([
      ...["start", "check", "read", "manage"],
    ]);
  });
});
