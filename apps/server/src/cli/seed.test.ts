import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../../test-support/cli.ts";
import { createAccount, databaseKindsOr, startDatabases, type TestDatabases } from "../../test-support/databases.ts";
import { openStore } from "../store/open-store.ts";

const folder = mkdtempSync(join(tmpdir(), "countersign-seed-"));
const file = join(folder, "countersign.yaml");
const sid = `VA${"1".repeat(32)}`;
const limit = "    rate_limits:\n      - UniqueName: address\n        buckets: [{ Max: 4, Interval: 60 }]\n";
const write = (text: string) => writeFileSync(file, text);
let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(async () => {
  await databases.stop();
  rmSync(folder, { recursive: true });
});

describe.each(databaseKindsOr("PostgreSQL"))("countersign seed, on %s", (kind) => {
  let databaseUrl: string;
  let accountSid: string;
  const run = async (words: string[], env: Record<string, string> = {}) =>
    runCommand(["seed", ...words], {
      env: {
        COUNTERSIGN_DATABASE_URL: databaseUrl,
        COUNTERSIGN_SECRET: "a secret of no less than 32 characters",
        ...env,
      },
    });
  beforeAll(async () => {
    databaseUrl = await databases.create(kind);
    ({ accountSid } = await createAccount(databaseUrl));
  });

  it("says what came about, of three at once once, and then that nothing is to be done", async () => {
    write(`services:\n  - FriendlyName: Acme\n    Sid: ${sid}\n${limit}`);
    const trial = await run([file, "--dry-run", "--json"]);
    const ran = await Promise.all([1, 2, 3].map(() => run([file, "--json"])));
    const out = ran.map((each) => each.out).filter(Boolean);
    expect(ran.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(out).toEqual([trial.out]);
    expect(
      out[0]
        ?.trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { result: "created", what: "service", sid, name: "Acme" },
      { result: "created", what: "rate_limit", sid: expect.stringMatching(/^RK/), name: "address" },
      { result: "created", what: "bucket", sid: expect.stringMatching(/^BL/), name: "60" },
    ]);
    expect(await run([], { COUNTERSIGN_SEED: file })).toEqual({
      code: 0,
      out: "",
      err: "All of it is there already.\n",
    });
    const store = await openStore(databaseUrl);
    const { items } = await store.audit.list(accountSid, {}, { size: 9 });
    await store.close();
    expect(items.map(({ actor, action, resourceType }) => `${actor} ${action} ${resourceType}`).slice(0, 3)).toEqual(
      ["bucket", "rate_limit", "service"].map((type) => `operator created ${type}`),
    );
  });

  it("shows once the secrets that it makes, and takes those that the environment has", async () => {
    const other = `AC${"2".repeat(32)}`;
    write(
      `accounts:\n  - Sid: ${other}\n    FriendlyName: Other\n    services: [{ FriendlyName: Acme, application: { api_key: { env: V1_KEY } } }]\n`,
    );
    const { code, out } = await run([file, "--json"], { V1_KEY: "k3Jf8sLq0WzXn5Vb7Mt2Rc9Yd4Hg6Pu1" });
    expect(code).toBe(0);
    const shown = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
      .filter((row) => !row.result);
    expect(shown).toEqual([
      { account: other, auth_token: expect.stringMatching(/^\w{32}$/) },
      {
        service: expect.stringMatching(/^VA/),
        app_api_key: expect.any(String),
        access_key: expect.any(String),
        api_signing_key: expect.any(String),
      },
    ]);
    const again = await run([file], { V1_KEY: "another" });
    expect(again).toEqual({ code: 0, out: "", err: "All of it is there already.\n" });
  });

  it("needs an account for services, changes nothing for a file with a mistake, and tells all of them", async () => {
    write(
      `services:\n  - FriendlyName: New\n    Sid: ${sid}\n    CodeLength: 99\n  - FriendlyName: Newer\n    DefaultTemplateSid: HJ${"1".repeat(32)}\n`,
    );
    const { code, err } = await run([file, "--account", accountSid]);
    expect([code, err.trim().split("\n")]).toEqual([
      78,
      [
        `${file}: line 4, services[0].CodeLength must be <= 10.`,
        `${file}: line 6, services[1].DefaultTemplateSid is refused: Invalid parameter: DefaultTemplateSid (60200).`,
      ],
    ]);
    write("services:\n  - FriendlyName: New\n");
    expect(await run([file])).toMatchObject({ code: 78, err: expect.stringContaining("whose its services are") });
    expect(await run([])).toMatchObject({ code: 2, err: "Name a seed file.\n" });
    expect(await run([join(folder, "none")])).toMatchObject({ code: 78, err: expect.stringContaining("ENOENT") });
  });

  it("takes the templates that the server reads from the same file, and no others", async () => {
    const template =
      "templates:\n  - friendly_name: Own\n    channels: [sms]\n    translations: { en: { text: '{{code}} it is' } }\n";
    write(template);
    expect(await run([file])).toMatchObject({
      code: 78,
      err: expect.stringContaining("COUNTERSIGN_TEMPLATES may name this file"),
    });
    write(`${template}services:\n  - FriendlyName: Templates\n`);
    expect(await run([file, "--account", accountSid], { COUNTERSIGN_TEMPLATES: file })).toMatchObject({ code: 0 });
  });
});
