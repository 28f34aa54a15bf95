import { setImmediate as turn } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isWhole } from "../../../scripts/budget.ts";
import { readSql } from "../test-support/databases.ts";
import { startPostgres, type TestPostgres } from "../test-support/postgres.ts";
import { type ProductionServer, startProduction } from "../test-support/production.ts";
import { type Standby, startStandby } from "../test-support/standby.ts";

const secret = "a secret of no less than 32 characters";

describe.runIf(isWhole)("on a PostgreSQL with a synchronous standby", () => {
  let primary: TestPostgres;
  let standby: Standby;
  beforeAll(async () => {
    primary = await startPostgres();
  });
  afterAll(async () => {
    await standby?.stop();
    await primary.stop();
  });

  test("security 21: no answered start and no approval is lost when the primary is killed and the standby takes its place", async () => {
    const databaseUrl = await primary.createDatabase();
    const first = await startProduction({ databaseUrl, secret, isHeld: true });
    const serviceSid = await first.api.createService();
    standby = await startStandby(primary);

    const people = Array.from({ length: 400 }, (_, index) => `+1415555${2000 + index}`);
    const [waiting, leaving] = [people.slice(0, 200), people.slice(200)];
    await answered(first, waiting, serviceSid);
    await first.deliver();
    const codes = new Map(first.sent.map(({ to, code }) => [to, code ?? ""]));
    const approved = new Set<string>();
    const started = new Set<string>();
    const check = async ({ api }: ProductionServer, To: string) =>
      (await api.check(serviceSid, { To, Code: codes.get(To) ?? "" })).body;
    // Killed amid checks and starts, of which some are answered, some are not, and some have not been asked.
    let killed: Promise<void> | undefined;
    // Whoever answers without the standby goes on answering, and loses that.
    const cutOffAndKill = async () => {
      standby.cutOff();
      while (approved.size < 150 && !(await isWaited(primary.url))) await turn();
      await primary.kill();
    };
    const lanes = Array.from({ length: 8 }, async (_, lane) => {
      for (let at = lane; at < waiting.length; at += 8) {
        const [to = "", To = ""] = [waiting[at], leaving[at]];
        if ((await check(first, to)).status === "approved") approved.add(to);
        if ((await first.api.start(serviceSid, { To, Channel: "sms" })).status === 201) started.add(To);
        if (approved.size >= 60) killed ??= cutOffAndKill();
      }
    });
    await Promise.allSettled(lanes);
    await killed;
    await first.close();

    await standby.promote();
    const { credentials } = first;
    const second = await startProduction({
      databaseUrl: standby.urlOf(databaseUrl),
      secret,
      credentials,
      isHeld: true,
    });
    try {
      expect(approved.size).toBeGreaterThanOrEqual(60);
      expect(approved.size).toBeLessThan(waiting.length);
      for (const to of approved)
        expect(await check(second, to), to).toMatchObject({ code: 20404, details: { reason: "approved" } });
      for (const to of started)
        expect((await second.api.fetch(serviceSid, to)).body, to).toMatchObject({ status: "pending" });
      // Whoever got no answer asks again, and is approved once.
      const others = waiting.filter((to) => !approved.has(to));
      for (const to of others) {
        const { status, code } = await check(second, to);
        expect([status, code]).toContain(status === undefined ? 20404 : "approved");
      }
    } finally {
      await second.close();
    }
  });
});

/** Whether a commit waits for the standby. */
async function isWaited(url: string): Promise<boolean> {
  const rows = await readSql(url, "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
  return rows.length > 0;
}

async function answered({ api }: ProductionServer, people: string[], serviceSid: string): Promise<void> {
  for (const To of people) expect((await api.start(serviceSid, { To, Channel: "sms" })).status).toBe(201);
}
