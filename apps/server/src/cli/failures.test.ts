import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "../../test-support/cli.ts";
import { databaseKinds, startDatabases, type TestDatabases } from "../../test-support/databases.ts";
import { startProduction } from "../../test-support/production.ts";
import { newSid } from "../kernel/random.ts";
import { openStore } from "../store/open-store.ts";

const secret = "a secret of no less than 32 characters";
const To = "+14155552671";

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

/** A message that failed, one that the network did not deliver, and a delivery that was given up, and one that is tried again. */
async function failedDatabase(databaseUrl: string) {
  const server = await startProduction({ databaseUrl, secret, isHeld: true });
  const { accountSid } = server.credentials;
  const serviceSid = await server.api.createService();
  for (let send = 0; send < 3; send += 1) await server.api.start(serviceSid, { To });
  await server.close();
  const store = await openStore(databaseUrl, Date.now);
  const now = Date.now();
  const messages = await store.outbox.claim(3, 30, now);
  const [failed = "", undelivered = ""] = messages.map(({ attemptSid }) => attemptSid);
  const reports = [
    { status: "failed", errorCode: "30003" },
    { status: "sent", errorCode: null },
    { status: "delivered", errorCode: null },
  ] as const;
  const done = reports.map((report, index) => ({ message: messages[index] as never, report, reference: `${index}` }));
  await store.outbox.settle(done, now);
  await store.attempts.receive("1", { status: "undelivered", errorCode: null }, now + 1000);
  const parked = { accountSid, serviceSid, sid: newSid("WD"), webhookId: "events", payload: { To }, createdAt: now };
  const retrying = { ...parked, sid: newSid("WD") };
  await store.posts.add([parked, retrying]);
  await store.posts.settle(parked, { status: "parked", error: "HTTP 500" }, now);
  await store.posts.settle(retrying, { status: "retry", at: now + 10_000, error: "ECONNREFUSED" }, now - 1_000);
  await store.close();
  return { accountSid, serviceSid, failed, undelivered, parked: parked.sid, retrying: retrying.sid };
}

describe.each(databaseKinds)("countersign failures, on %s", (kind) => {
  test("lists what failed, from the first try on, of all accounts or one, and has a delivery tried again", async () => {
    const databaseUrl = await databases.create(kind);
    const { accountSid, serviceSid, failed, undelivered, parked, retrying } = await failedDatabase(databaseUrl);
    const env = { COUNTERSIGN_DATABASE_URL: databaseUrl, COUNTERSIGN_SECRET: secret };
    const run = (...words: string[]) => runCommand(["failures", ...words], { env });

    const { out } = await run("list", "--json", "--account", accountSid);
    const common = { account_sid: accountSid, service_sid: serviceSid, date_failed: expect.stringMatching(/^20.*Z$/) };
    const rows = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows).toEqual([
      { ...common, kind: "message", sid: undelivered, to: "sms", status: "undelivered", error: null },
      { ...common, kind: "message", sid: failed, to: "sms", status: "failed", error: "30003" },
      { ...common, kind: "webhook", sid: parked, to: "events", status: "parked", error: "HTTP 500" },
      { ...common, kind: "webhook", sid: retrying, to: "events", status: "retrying", error: "ECONNREFUSED" },
    ]);
    const table = await run("list");
    const lines = table.out
      .trimEnd()
      .split("\n")
      .map((line) => line.split(/ {2,}/).slice(1).join(" "));
    expect(lines).toEqual([
      "SID KIND TO STATUS ERROR",
      `${undelivered} message sms undelivered -`,
      `${failed} message sms failed 30003`,
      `${parked} webhook events parked HTTP 500`,
      `${retrying} webhook events retrying ECONNREFUSED`,
    ]);
    expect(out + table.out).not.toContain(To.slice(1));
    expect((await run("list", "--limit", "1")).out.trimEnd().split("\n")).toHaveLength(3);
    expect(await run("list", "--account", newSid("AC"))).toEqual({ code: 0, out: "", err: "None.\n" });

    expect(await run("retry", parked)).toEqual({ code: 0, out: `${parked} is tried again.\n`, err: "" });
    const again = await run("retry", parked);
    expect([again.code, again.err]).toEqual([1, expect.stringContaining(`No delivery ${parked} was given up.`)]);
    expect((await run("list")).out).not.toContain(parked);
    const store = await openStore(databaseUrl, Date.now);
    expect(await store.posts.claim(9, 30, Date.now())).toMatchObject([{ sid: parked, tries: 1 }]);
    await store.close();
  });
});
