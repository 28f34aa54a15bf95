import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { runCommand } from "../../test-support/cli.ts";
import {
  createAccount,
  databaseKinds,
  runSql,
  startDatabases,
  type TestDatabases,
} from "../../test-support/databases.ts";
import { startMailServer } from "../../test-support/mail-server.ts";
import { freePort } from "../../test-support/postgres.ts";
import { apnError, newAppleKey, newServiceAccount, pemOf, startPushServer } from "../../test-support/push-server.ts";
import { templateSid } from "../templates/template.ts";

const secret = "a secret of no less than 32 characters";
const here = { COUNTERSIGN_PUBLIC_URL: "https://verify.example.com" };
const folder = mkdtempSync(join(tmpdir(), "countersign-doctor-"));
let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(async () => {
  await databases.stop();
  rmSync(folder, { recursive: true });
});

const doctor = (databaseUrl: string, ...more: string[]) =>
  runCommand(["doctor", ...more], {
    env: { ...here, COUNTERSIGN_DATABASE_URL: databaseUrl, COUNTERSIGN_SECRET: secret },
  });

describe.each(databaseKinds)("on %s", (kind) => {
  it("finds a database without tables, and changes nothing about it", async () => {
    const databaseUrl = await databases.createBare(kind);
    for (const _ of [1, 2]) {
      const { code, out, err } = await doctor(databaseUrl);
      expect([code, err]).toEqual([0, ""]);
      expect(out.split("\n")).toEqual([
        "✓ configuration  complete",
        `✓ database       ${kind} can be reached`,
        ...(kind === "SQLite"
          ? []
          : [expect.stringMatching(/^✓ clock {10}this machine's is 0\.\d s (ahead of|behind) the/)]),
        "! tables         there are none yet; serve makes them",
        expect.stringMatching(/^! channels {7}none is set up/),
        "",
      ]);
    }
  });

  it("tells why nothing is sent for an auth server", async () => {
    const databaseUrl = await databases.create(kind);
    const { accountSid } = await createAccount(databaseUrl);
    const env = { ...here, COUNTERSIGN_DATABASE_URL: databaseUrl, COUNTERSIGN_SECRET: secret };
    const created = await runCommand(["services", "create", "FriendlyName=Acme", "--json"], { env });
    const { sid } = JSON.parse(created.out) as { sid: string };
    const authorization = Buffer.from("what nobody guesses, as it is here").toString("base64");
    const doctorOf = (service: string) => {
      const ofLogto = { COUNTERSIGN_LOGTO_SERVICE: service, COUNTERSIGN_LOGTO_AUTHORIZATION: authorization };
      return runCommand(["doctor"], { env: { ...env, ...ofLogto } });
    };
    const nothing = (of: string) => `✗ auth servers   logto: nothing is sent by ${of}: `;
    expect((await doctorOf(`${accountSid}/${sid}`)).out).toContain(`${nothing(sid)}no channel for SMS is set up\n`);
    const other = `VA${"0".repeat(32)}`;
    const { code, out } = await doctorOf(`${accountSid}/${other}`);
    expect(code).toBe(1);
    expect(out).toContain(`${nothing(other)}there is no such service in the account\n`);
  });

  it("tells how far the tables are", async () => {
    const databaseUrl = await databases.create(kind);
    await createAccount(databaseUrl);
    expect((await doctor(databaseUrl)).out).toMatch(/✓ tables {9}up to date, \d+ migrations/);
    const done = kind === "SQLite" ? "PRAGMA user_version = 1" : "DELETE FROM migrations WHERE name > '0002'";
    await runSql(databaseUrl, done);
    expect((await doctor(databaseUrl)).out).toMatch(/! tables {9}\d+ migrations wait; serve runs them/);
    const newer = kind === "SQLite" ? "PRAGMA user_version = 99" : insertNewer;
    await runSql(databaseUrl, newer);
    const { code, out, err } = await doctor(databaseUrl);
    expect([code, err]).toEqual([1, "One problem.\n"]);
    expect(out).toContain("✗ tables         they belong to a newer version of the server");
  });
});

const insertNewer = "INSERT INTO migrations SELECT 'future' || n FROM generate_series(1, 99) AS n";

test("a wrong configuration is told whole, without its values, and ends with 78", async () => {
  const env = { ...here, COUNTERSIGN_SECRET: "hunter2", COUNTERSIGN_DATABSE_URL: "x" };
  const { code, out, err } = await runCommand(["doctor"], { env });
  expect([code, err]).toEqual([78, "3 problems.\n"]);
  expect(out.match(/^✗ configuration/gm)).toHaveLength(3);
  expect(out).not.toContain("hunter2");
  expect((await runCommand(["serve"], { env })).code).toBe(78);
});

test.each([
  ["COUNTERSIGN_SMS_URL", "preset=vonage", "from must be a name of up to 11 plain characters"],
  ["COUNTERSIGN_SMS_URL", "preset=vonage&from=Acme&form=json", "it has no such setting; there are preset, from"],
  ["COUNTERSIGN_CALL_URL", "preset=vonage&from=Acme", "preset=vonage carries sms alone"],
])("a mistake in the line of a provider is told before anything is sent: %s, %s", async (name, query, problem) => {
  const env = { ...here, COUNTERSIGN_DATABASE_URL: "sqlite::memory:", COUNTERSIGN_SECRET: secret };
  const { code, err } = await runCommand(["serve"], { env: { ...env, [name]: `https://u:hunter2@host?${query}` } });
  expect(code).toBe(78);
  expect(err).toContain(`${name}: ${problem}`);
  expect(err).not.toContain("hunter2");
});

test("a database that cannot be reached is a problem, and its password is not shown", async () => {
  for (const url of ["postgres://me:hunter2@127.0.0.1:2/x", `sqlite:${folder}/none/x.db`]) {
    const { code, out } = await doctor(url);
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(/✗ database {7}\w+ cannot be reached: (ECONNREFUSED|ENOENT)/),
    ]);
    expect(out).not.toContain("hunter2");
  }
  writeFileSync(
    join(folder, "text.db"),
    "no database at all, but a text that is long enough to be looked at".repeat(20),
  );
  expect((await doctor(`sqlite:${folder}/text.db`)).code).toBe(1);
});

test("asks each provider whether it answers and takes the credentials, and shows neither", async () => {
  const server = await startMailServer();
  const [right, wrong] = [new URL(`${server.url}&tls=optional`), new URL(`${server.url}&tls=optional`)];
  wrong.password = "hunter2";
  try {
    const env = { ...here, COUNTERSIGN_DATABASE_URL: "sqlite::memory:", COUNTERSIGN_SECRET: secret };
    // Its certificate is trusted by nobody here.
    const byName = `https://u:hunter2@127.0.0.1:${await freePort()}?preset=vonage&from=Acme`;
    const channels = { COUNTERSIGN_EMAIL_URL: `${right} ${wrong}`, COUNTERSIGN_SMS_URL: byName };
    const { code, out } = await runCommand(["doctor"], { env: { ...env, ...channels } });
    expect(code).toBe(1);
    const lines = out.split("\n").filter((each) => each.includes("channels"));
    const ofMail = /^✗ channels {7}email by smtp localhost:\d+: the mail server does not answer: DEPTH_ZERO/;
    expect(lines).toEqual([
      expect.stringMatching(/^✗ channels {7}sms by vonage 127\.0\.0\.1:\d+: vonage does not answer: ECONNREFUSED$/),
      ...[expect.stringMatching(ofMail), expect.stringMatching(ofMail)],
    ]);
    expect(out).not.toMatch(/hunter2|p@ss|p%40ss/);
  } finally {
    await server.close();
  }
});

test("asks each platform whether it accepts the credential for pushes, and names those that services ask for in vain", async () => {
  const platforms = await startPushServer();
  const { origin } = platforms;
  const [account, key] = [join(folder, "account.json"), join(folder, "AuthKey.p8")];
  writeFileSync(account, JSON.stringify(newServiceAccount(origin).file));
  writeFileSync(key, pemOf(newAppleKey().privateKey));
  const sidOf = (digit: number) => `CR${String(digit).repeat(32)}`;
  const databaseUrl = await databases.create("SQLite");
  await createAccount(databaseUrl);
  const env = {
    ...{ ...here, COUNTERSIGN_DATABASE_URL: databaseUrl, COUNTERSIGN_SECRET: secret },
    COUNTERSIGN_PUSH_FCM: `${sidOf(1)}=${account}?origin=${origin} ${sidOf(2)}=${account}?origin=${origin}`,
    COUNTERSIGN_PUSH_APN: `${sidOf(3)}=${key}?key=KEY1234567&team=TEAM123456&origin=${origin}`,
  };
  try {
    const named = (sid: string) =>
      runCommand(["services", "create", "FriendlyName=Acme", `Push.FcmCredentialSid=${sid}`], { env });
    expect((await named(sidOf(4))).err).toContain("Invalid parameter: Push.FcmCredentialSid");
    expect((await named(sidOf(2))).code).toBe(0);
    platforms.answers.push(apnError(403, "InvalidProviderToken"));
    const { COUNTERSIGN_PUSH_FCM: all, ...rest } = env;
    const { code, out } = await runCommand(["doctor"], {
      env: { ...rest, COUNTERSIGN_PUSH_FCM: String(all.split(" ")[0]) },
    });
    expect([code, out.match(/^. pushes .*$/gm)]).toEqual([
      1,
      [
        `✓ pushes         ${sidOf(1)}, fcm acme: it is accepted`,
        `✗ pushes         ${sidOf(3)}, apn KEY1234567: the key is not accepted: InvalidProviderToken`,
        `✗ pushes         credential ${sidOf(2)} is named by services and is not set up: pushes fail with no_credential`,
      ],
    ]);
    rmSync(account);
    const gone = await runCommand(["doctor"], { env });
    expect([gone.code, gone.out.match(/COUNTERSIGN_PUSH_FCM, credential 1: .*/)?.[0]]).toEqual([
      78,
      "COUNTERSIGN_PUSH_FCM, credential 1: it names no file that can be read: ENOENT.",
    ]);
  } finally {
    await platforms.close();
  }
});

test("prints JSON", async () => {
  const { code, out } = await doctor("sqlite::memory:", "--json");
  expect([code, JSON.parse(out)[0]]).toEqual([0, { what: "configuration", state: "ok", detail: "complete" }]);
});

describe.each(databaseKinds)("the templates on %s", (kind) => {
  const templates = join(folder, `${kind}-templates.yaml`);
  const write = (...texts: string[]) =>
    writeFileSync(
      templates,
      `templates:\n  - {friendly_name: X, channels: [sms], translations: {${texts.join(", ")}}}\n`,
    );
  const examine = (databaseUrl: string) =>
    runCommand(["doctor"], {
      env: {
        ...here,
        ...{ COUNTERSIGN_DATABASE_URL: databaseUrl, COUNTERSIGN_SECRET: secret, COUNTERSIGN_TEMPLATES: templates },
      },
    });

  it("are listed with their size in each language, and a service whose own is gone is told of", async () => {
    const databaseUrl = await databases.create(kind);
    await createAccount(databaseUrl);
    write('en: {text: "{{code}} is it"}', `de: {text: "{{code}} ${"я".repeat(140)}", status: pending}`);
    const settings = { env: { ...here, COUNTERSIGN_DATABASE_URL: databaseUrl, COUNTERSIGN_SECRET: secret } };
    const make = (sid: string) =>
      runCommand(["services", "create", "FriendlyName=Acme", `DefaultTemplateSid=${sid}`], {
        env: { ...settings.env, COUNTERSIGN_TEMPLATES: templates },
      });
    expect((await make("HJ25bd7be50a581eb88a39c60aa9ba406b")).code).toBe(0);
    expect((await make(`HJ${"0".repeat(32)}`)).err).toContain("Invalid parameter: DefaultTemplateSid");
    expect((await make(templateSid("X"))).code).toBe(0);
    expect((await examine(databaseUrl)).out.match(/^. templates .*$/gm)).toEqual([
      "✓ templates      X, en: 1 SMS in GSM-7",
      "! templates      X, de: 3 SMS in UCS-2, pending",
    ]);
    expect((await runCommand(["doctor"], settings)).out).toMatch(
      new RegExp(`^! templates {6}a service has the template ${templateSid("X")}, which is gone`, "m"),
    );
  });

  it("with a mistake are a wrong configuration, to doctor and to serve", async () => {
    const databaseUrl = await databases.create(kind);
    write("en: {text: none}", "xx: {text: none}");
    const { code, out } = await examine(databaseUrl);
    expect([code, out.match(/^. .*$/gm)]).toEqual([
      78,
      [
        expect.stringMatching(
          /^✗ configuration {2}COUNTERSIGN_TEMPLATES: line 2, templates\[0\]\.translations\.xx as a name/,
        ),
      ],
    ]);
    write("en: {text: none}");
    const served = await runCommand(["serve"], {
      env: { COUNTERSIGN_DATABASE_URL: databaseUrl, COUNTERSIGN_TEMPLATES: templates },
    });
    expect([served.code, served.err.match(/COUNTERSIGN_\w+/g)?.sort()]).toEqual([
      78,
      ["COUNTERSIGN_PUBLIC_URL", "COUNTERSIGN_SECRET", "COUNTERSIGN_TEMPLATES"],
    ]);
    const sandbox = await runCommand(["sandbox"], { env: { COUNTERSIGN_TEMPLATES: templates } });
    expect([sandbox.code, sandbox.err]).toEqual([
      78,
      expect.stringContaining("templates[0].translations.en.text does not show {{code}}."),
    ]);
    const missing = await runCommand(["sandbox"], { env: { COUNTERSIGN_TEMPLATES: join(folder, "nothing") } });
    expect([missing.code, missing.err]).toEqual([78, expect.stringContaining("it cannot be read: ENOENT.")]);
  });
});
