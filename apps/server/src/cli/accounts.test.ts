import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runCommand } from "../../test-support/cli.ts";
import { newSid } from "../kernel/random.ts";
import { settingsOf } from "../services/service.ts";
import { operator } from "../sql/resources.ts";
import { openStore } from "../store/open-store.ts";
import { createVault } from "../verifications/vault.ts";

const folder = mkdtempSync(join(tmpdir(), "countersign-accounts-"));
afterAll(() => rmSync(folder, { recursive: true }));

const databaseUrl = `sqlite:${join(folder, "countersign.db")}`;
const env = { COUNTERSIGN_DATABASE_URL: databaseUrl, COUNTERSIGN_SECRET: "a secret of no less than 32 characters" };
const accounts = (...words: string[]) => runCommand(["accounts", ...words], { env });

async function json(...words: string[]) {
  const { code, out, err } = await accounts(...words, "--json");
  expect([code, err]).toEqual([0, ""]);
  return out
    .trimEnd()
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

test("makes accounts, lists them, and gives one a new token", async () => {
  expect(await accounts("list")).toEqual({ code: 0, out: "", err: "None.\n" });
  const [made] = await json("create", "Acme");
  expect(made).toEqual({
    sid: expect.stringMatching(/^AC[0-9a-f]{32}$/),
    friendly_name: "Acme",
    auth_token: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
  expect((await accounts("list")).out).toMatch(
    new RegExp(`^sid ${made.sid}  friendly_name Acme  date_created \\S+\n$`),
  );
  const [rotated] = await json("rotate", made.sid);
  expect(rotated.auth_token).not.toBe(made.auth_token);
  const unknown = `AC${"0".repeat(32)}`;
  expect(await accounts("rotate", unknown)).toEqual({ code: 1, out: "", err: `There is no account ${unknown}.\n` });
});

test("makes no account and no key by a name of which people see nothing, or too much", async () => {
  const before = await json("list");
  for (const name of ["", " ", "\u200b", "\u3164", "a".repeat(65)]) {
    const must = "It has up to 64 characters, of which people see some.";
    const refusal = name === "" ? "The argument 'name' is empty." : must;
    expect(await accounts("create", name)).toMatchObject({ code: 2, err: expect.stringContaining(refusal) });
    const key = await accounts("keys", "create", before[0].sid, "--name", name);
    expect(key).toMatchObject({ code: 2, out: "", err: expect.stringContaining(must) });
  }
  expect(await json("list")).toEqual(before);
  expect(await json("keys", "list", before[0].sid)).toEqual([]);
});

test("shows what an account's posts are signed with, always the same, until it is rotated", async () => {
  const [{ sid }] = await json("create", "Signing");
  const [first] = await json("signing-secret", sid);
  expect(first).toEqual({ sid, signing_secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/) });
  expect(await json("signing-secret", sid)).toEqual([first]);
  const [second] = await json("rotate-signing-secret", sid);
  const [third] = await json("rotate-signing-secret", sid, "--overlap", "0s");
  expect(new Set([first, second, third].map(({ signing_secret }) => signing_secret)).size).toBe(3);
  expect(await json("signing-secret", sid)).toEqual([third]);
  const store = await openStore(databaseUrl, Date.now, { wrapping: createVault(env.COUNTERSIGN_SECRET) });
  const secretsAt = (at: number) => store.serviceWebhooks.signingSecrets(sid, at);
  expect(await secretsAt(Date.now())).toEqual([third.signing_secret]);
  await store.serviceWebhooks.rotateSigningSecret(sid, 60, Date.now(), operator);
  expect((await secretsAt(Date.now()))[1]).toBe(third.signing_secret);
  expect(await secretsAt(Date.now() + 61_000)).toHaveLength(1);
  expect((await store.audit.list(sid, { action: "rotated" }, { size: 9 })).items).toHaveLength(3);
  await store.close();
  for (const command of ["signing-secret", "rotate-signing-secret"]) {
    const unknown = `AC${"0".repeat(32)}`;
    expect((await accounts(command, unknown)).err).toBe(`There is no account ${unknown}.\n`);
  }
});

test("manages API keys, and the applications of v1", async () => {
  const [{ sid: accountSid }] = await json("create", "Other");
  const [key] = await json("keys", "create", accountSid);
  expect(key).toMatchObject({ sid: expect.stringMatching(/^SK/), account_sid: accountSid });
  expect(await json("keys", "list", accountSid)).toMatchObject([{ sid: key.sid }]);
  expect((await accounts("keys", "revoke", accountSid, key.sid)).code).toBe(0);
  expect(await json("keys", "list", accountSid)).toEqual([]);

  const serviceSid = newSid("VA");
  const store = await openStore(databaseUrl, Date.now);
  const settings = settingsOf({ FriendlyName: "Acme" });
  await store.services.create(
    { accountSid, sid: serviceSid, settings, createdAt: Date.now(), updatedAt: Date.now() },
    operator,
  );
  await store.close();
  const [made] = await json("applications", "create", accountSid, serviceSid);
  expect(made).toMatchObject({ api_key: expect.any(String), api_signing_key: expect.any(String) });
  await json("applications", "suspend", accountSid, serviceSid);
  expect(await json("applications", "list", accountSid)).toMatchObject([{ service_sid: serviceSid, suspended: true }]);
  const again = await accounts("applications", "create", accountSid, serviceSid);
  expect([again.code, again.err]).toEqual([1, `The service ${serviceSid} is an application already.\n`]);
});

test("a wrong configuration, and a database that is not there, are told in a line each", async () => {
  const { code, err } = await runCommand(["accounts", "list"], { env: {} });
  expect([code, err.trimEnd().split("\n")]).toEqual([
    78,
    [expect.stringContaining("DATABASE_URL"), expect.stringContaining("SECRET")],
  ]);
  const gone = await runCommand(["accounts", "list"], {
    env: { ...env, COUNTERSIGN_DATABASE_URL: "postgres://127.0.0.1:2/x" },
  });
  expect([gone.code, gone.err]).toEqual([1, expect.stringMatching(/^The database cannot be used: [^\n]+\n$/)]);
});
