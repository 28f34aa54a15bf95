import { randomBytes } from "node:crypto";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Config, readConfig } from "../src/config.ts";
import { newSid } from "../src/kernel/random.ts";
import { startServer } from "../src/serve.ts";
import { operator } from "../src/sql/resources.ts";
import { openStore } from "../src/store/open-store.ts";
import { newApplication, newApplicationKeys } from "../src/v1/application.ts";
import { createVault } from "../src/verifications/vault.ts";
import { apiOf } from "../test-support/api.ts";
import { runCommand } from "../test-support/cli.ts";
import { createAccount, databaseKinds, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { freePort } from "../test-support/postgres.ts";

const secret = randomBytes(32).toString("base64url");

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKinds)("on %s", (kind) => {
  test("a webhook that fails is in the log, the figures, the failures and the doctor's findings from the first time; the operator's own may be private, and nobody else's", async () => {
    const databaseUrl = await databases.create(kind);
    const credentials = await createAccount(databaseUrl);
    const closed = await freePort();
    const env = {
      COUNTERSIGN_DATABASE_URL: databaseUrl,
      COUNTERSIGN_SECRET: secret,
      COUNTERSIGN_HOST: "127.0.0.1",
      COUNTERSIGN_METRICS_PORT: "0",
      COUNTERSIGN_PUBLIC_URL: "http://127.0.0.1",
      COUNTERSIGN_WEBHOOK_URL: `https://127.0.0.1:${closed}/hook`,
      COUNTERSIGN_WEBHOOK_SECRET: `whsec_${randomBytes(32).toString("base64")}`,
      COUNTERSIGN_WEBHOOK_PRIVATE: "on",
    };
    const lines: Record<string, unknown>[] = [];
    const logger = pino({ level: "info" }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const server = await startServer((readConfig({ ...env, PORT: "0" }) as { config: Config }).config, logger);
    try {
      await addPosts(databaseUrl, credentials.accountSid, await apiOf(server.url, credentials).createService(), closed);
      const warned = (msg: string) => lines.filter((line) => line.level === 40 && line.msg === msg);
      await expect.poll(() => warned("a webhook delivery is to be tried again").length, { timeout: 10_000 }).toBe(2);
      expect(
        warned("no channel is set up, so every start is refused; see COUNTERSIGN_SMS_URL and the like"),
      ).toHaveLength(1);

      const figures = await (await fetch(`http://127.0.0.1:${server.operatorPort}/metrics`)).text();
      for (const figure of [
        'countersign_webhook_tries_total{webhook="events",result="retry"} 1',
        'countersign_webhook_tries_total{webhook="application",result="retry"} 1',
        "countersign_webhooks_failing 2",
        "countersign_webhooks_parked 0",
      ]) {
        expect(figures).toContain(figure);
      }
      const { out: failures } = await runCommand(["failures", "list", "--json"], { env });
      const rows = failures
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(rows.map(({ to, status, error }) => [to, status, error]).sort()).toEqual([
        ["WH_1", "retrying", "the address is not public"],
        ["events", "retrying", "ECONNREFUSED"],
      ]);
      const doctor = await runCommand(["doctor"], { env });
      expect(doctor.out).toContain(`✗ webhook        127.0.0.1:${closed}: ECONNREFUSED`);
      expect(doctor.out).toContain(
        "! failures       2 deliveries to webhooks failed and are tried again, 0 were given up",
      );
      const strict = await runCommand(["doctor"], { env: { ...env, COUNTERSIGN_WEBHOOK_PRIVATE: "off" } });
      expect(strict.out).toContain("the address is not public; COUNTERSIGN_WEBHOOK_PRIVATE=on allows it");
    } finally {
      await server.close();
    }
  });
});

/** One for the operator's webhook, and one for a stranger's. */
async function addPosts(databaseUrl: string, accountSid: string, serviceSid: string, port: number): Promise<void> {
  const vault = createVault(secret);
  const store = await openStore(databaseUrl, Date.now, { wrapping: vault });
  const now = Date.now();
  const application = newApplication(vault, { accountSid, serviceSid, contact: null, now }, newApplicationKeys());
  application.state.webhooks.push({
    ...{ id: "WH_1", name: "w", url: `https://127.0.0.1:${port}/`, events: [], createdAt: now },
    sealedSigningKey: vault.sealText("WSK_1"),
  });
  await store.applications.create(application, operator);
  const payload = { type: "verification.approved" };
  const post = { accountSid, serviceSid, payload, createdAt: now };
  await store.posts.add(["events", "WH_1"].map((webhookId) => ({ ...post, sid: newSid("WD"), webhookId })));
  await store.close();
}
