import { randomBytes } from "node:crypto";
import { Writable } from "node:stream";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AuthServerName, AuthServerSetting } from "../src/auth-servers/auth-server.ts";
import { guardOf } from "../src/guard/settings.ts";
import { asAuthServer } from "../test-support/auth-servers.ts";
import {
  createAccount,
  databaseKindsOr,
  readSql,
  startDatabases,
  type TestDatabases,
} from "../test-support/databases.ts";
import { type ProductionServer, startProduction } from "../test-support/production.ts";

const secret = randomBytes(32).toString("base64url");
const proofs = {
  supabase: `v1,whsec_${randomBytes(32).toString("base64")}`,
  logto: `Bearer ${randomBytes(32).toString("base64url")}`,
  kratos: `Bearer ${randomBytes(32).toString("base64url")}`,
};
const names = Object.keys(proofs) as AuthServerName[];
const to = "14155552671";

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKindsOr("PostgreSQL"))("a production server on %s", (kind) => {
  let server: ProductionServer;
  let log = "";
  let databaseUrl: string;
  let serviceSid: string;
  let now = Date.now();
  const clock = () => now;
  beforeAll(async () => {
    databaseUrl = await databases.create(kind);
    const credentials = await createAccount(databaseUrl);
    const before = await startProduction({ databaseUrl, secret, credentials });
    serviceSid = await before.api.createService();
    // Without a setting nothing is there.
    for (const name of names) {
      const { status } = await fetch(`${before.url}/auth-servers/${name}`, { method: "POST", body: "{}" });
      expect([name, status]).toEqual([name, 404]);
    }
    await before.close();
    const authServers = names.map(
      (name): AuthServerSetting => ({ name, accountSid: credentials.accountSid, serviceSid, secrets: [proofs[name]] }),
    );
    const logger = pino(
      new Writable({
        write(line, _, done) {
          log += line;
          done();
        },
      }),
    );
    const guard = guardOf({ isObserving: true, countries: { codes: ["BR"], areRefused: true } });
    server = await startProduction({ databaseUrl, secret, credentials, authServers, guard, logger, clock });
  });
  afterAll(() => server.close());

  const ask = (name: AuthServerName, code: string, number = to) =>
    asAuthServer[name](server.url, { code, to: number, secret: proofs[name] });

  test.each(names)("has the codes of %s delivered that prove to be its own, and no others", async (name) => {
    const at = server.sent.length;
    const number = `1415555267${names.indexOf(name)}`;
    expect(await ask(name, "771166", number)).toBe("sent");
    expect(await ask(name, "771177", number)).toBe("sent");
    expect(server.sent.slice(at).map(({ to, code }) => [to, code])).toEqual([
      [`+${number}`, "771166"],
      [`+${number}`, "771177"],
    ]);
    const other = name === "supabase" ? `v1,whsec_${randomBytes(32).toString("base64")}` : proofs.supabase;
    expect(await asAuthServer[name](server.url, { code: "771188", to, secret: other })).toMatchObject({ status: 401 });
  });

  test("of many codes for one number at once five are delivered, also where the guard only observes", async () => {
    const at = server.sent.length;
    const number = "14155552680";
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) => ask("logto", `88${index + 1000}`, number)),
    );
    expect(answers.filter((answer) => answer === "sent")).toHaveLength(5);
    for (const answer of answers) if (answer !== "sent") expect(answer.status).toBe(429);
    // Those that another replaced before they were handed over are not sent any more.
    expect(server.sent.slice(at).length).toBeLessThanOrEqual(5);
  });

  test("holds the operator's countries against them, and tells the person", async () => {
    expect(await ask("supabase", "992211", "5511961234567")).toMatchObject({ status: 403 });
  });

  test("tells them of success once the message waits, and tries a provider that is down again by itself", async () => {
    server.answers.push({ status: "retry", errorCode: "30008" });
    const at = server.sent.length;
    expect(await ask("kratos", "993311", "14155552690")).toBe("sent");
    now += 5_000;
    await server.deliver();
    expect(server.sent.slice(at).map(({ code }) => code)).toEqual(["993311", "993311"]);
  });

  test("has the operator read what only he can mend, and the person no more than that it fails", async () => {
    const { status } = await server.api.call("DELETE", `/v2/Services/${serviceSid}`);
    expect(status).toBe(204);
    const told = await ask("logto", "994411", "14155552691");
    expect(told).toEqual({ status: 500, message: "Codes cannot be sent right now." });
    expect(log).toMatch(/No code was sent for an auth server: its service is not there/);
  });

  test("security 3 and 4: no code, number or proof of theirs is in the log or in the database", async () => {
    const tables =
      kind === "SQLite"
        ? "SELECT name FROM sqlite_master WHERE type = 'table'"
        : "SELECT tablename FROM pg_tables WHERE schemaname = 'public'";
    const rows = await readSql(databaseUrl, tables);
    const all = await Promise.all(rows.map((row) => readSql(databaseUrl, `SELECT * FROM "${Object.values(row)[0]}"`)));
    const kept = `${JSON.stringify(all)}${log}`;
    expect(log).toContain("deliverForKratos");
    for (const canary of ["771166", "771177", "993311", to, "5511961234567", ...Object.values(proofs)]) {
      expect(kept).not.toContain(canary);
    }
  });
});
