import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rowsOfCommand, runCommand } from "../../test-support/cli.ts";
import { dashboardOf } from "../../test-support/dashboard.ts";
import { databaseKinds, startDatabases, type TestDatabases } from "../../test-support/databases.ts";
import { startProduction } from "../../test-support/production.ts";
import { openStore } from "../store/open-store.ts";
import { createVault } from "../verifications/vault.ts";

const newSecret = () => randomBytes(32).toString("base64url");

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

/** The first secret has sealed the keys of an application and of one of its webhooks. */
async function sealedDatabase(databaseUrl: string) {
  const [first, second] = [newSecret(), newSecret()];
  const server = await startProduction({ databaseUrl, secret: first });
  const { accountSid } = server.credentials;
  const serviceSid = await server.api.createService();
  const [made] = await rowsOfCommand(["accounts", "applications", "create", accountSid, serviceSid], {
    databaseUrl,
    secret: first,
  });
  const { app_api_key: appApiKey, access_key: accessKey, api_signing_key: signingKey } = made as Record<string, string>;
  const keys = { appApiKey: appApiKey ?? "", accessKey: accessKey ?? "", signingKey: signingKey ?? "" };
  const addWebhook = async (origin: string) => {
    const { status } = await dashboardOf(origin, keys)("POST", "json/application/webhooks", [
      ["url", "https://acme.example.com/"],
      ["name", "a"],
      ["events[]", "phone_verification_started"],
    ]);
    expect(status).toBe(200);
  };
  await addWebhook(server.url);
  await server.close();
  return {
    first,
    second,
    addWebhook,
    details: (origin: string) => dashboardOf(origin, keys)("GET", "json/application/details"),
    /** Everything that the application has sealed. */
    async sealed() {
      const store = await openStore(databaseUrl, Date.now);
      const application = await store.applications.fetch(accountSid, serviceSid);
      await store.close();
      const webhooks = application?.state.webhooks.map((webhook) => webhook.sealedSigningKey) ?? [];
      return [application?.sealedSigningKey ?? "", ...webhooks];
    },
    reseal: (env: Record<string, string>) =>
      runCommand(["reseal"], { env: { COUNTERSIGN_DATABASE_URL: databaseUrl, ...env } }),
  };
}

describe.each(databaseKinds)("countersign reseal, on %s", (kind) => {
  test("beside servers, however many do it: afterwards the previous secret is not needed, and no change is lost", async () => {
    const databaseUrl = await databases.create(kind);
    const { first, second, addWebhook, details, sealed, reseal } = await sealedDatabase(databaseUrl);
    const server = await startProduction({ databaseUrl, secret: second, previousSecret: first });
    const env = { COUNTERSIGN_SECRET: second, COUNTERSIGN_SECRET_PREVIOUS: first };
    const [one, two] = await Promise.all([reseal(env), reseal(env), addWebhook(server.url), addWebhook(server.url)]);
    await server.close();
    expect([one.code, two.code]).toEqual([0, 0]);
    expect([one.out, two.out].sort()).toEqual([
      "Sealed again: the keys of 0 applications.\n",
      "Sealed again: the keys of 1 application.\n",
    ]);

    const after = await startProduction({ databaseUrl, secret: second });
    expect((await details(after.url)).status).toBe(200);
    await after.close();
    const texts = await sealed();
    const { openText } = createVault(second);
    expect(texts).toHaveLength(4);
    expect(texts.slice(1).map(openText)).toEqual(Array(3).fill(expect.stringMatching(/^WSK_[0-9a-f]{32}$/)));
    expect((await reseal({ COUNTERSIGN_SECRET: second })).out).toBe("Sealed again: the keys of 0 applications.\n");
  });

  test("leaves alone what neither secret opens, and ends with 1", async () => {
    const { second, sealed, reseal } = await sealedDatabase(await databases.create(kind));
    const before = await sealed();
    const { code, err } = await reseal({ COUNTERSIGN_SECRET: second, COUNTERSIGN_SECRET_PREVIOUS: newSecret() });
    expect([code, err]).toEqual([1, "Keys that neither secret opens: 2. They were left as they are.\n"]);
    expect(await sealed()).toEqual(before);
  });
});

test("a wrong configuration ends with 78", async () => {
  expect((await runCommand(["reseal"])).code).toBe(78);
});
