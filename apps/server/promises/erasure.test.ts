import { operationsOf } from "@countersign/document";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { guardedText } from "../src/guard/counts.ts";
import { readGuard } from "../src/guard/settings.ts";
import { bundledDocument } from "../src/http/bundled-document.ts";
import { countedText } from "../src/rate-limits/enforcement.ts";
import { sandboxAccount, sandboxServiceSid as serviceSid, startSandbox } from "../src/sandbox/sandbox.ts";
import { guessKeys } from "../src/verifications/guesses.ts";
import { createVault } from "../src/verifications/vault.ts";
import { type Api, apiOf } from "../test-support/api.ts";
import { runCommand } from "../test-support/cli.ts";
import { dashboardOf } from "../test-support/dashboard.ts";
import {
  createAccount,
  databaseKinds,
  dump,
  readSql,
  startDatabases,
  type TestDatabases,
} from "../test-support/databases.ts";
import { v1ApiOf } from "../test-support/v1-api.ts";

const secret = "a secret of no less than 32 characters";
const [number, address, other] = ["+12025550142", "grace.hopper@countersign.test", "+12025550199"];
const nobody = { url: "http://127.0.0.1:9/webhook", secret: `whsec_${Buffer.alloc(32, 7).toString("base64")}` };

const { guard } = readGuard({});

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKinds)("security 39: on %s", (kind) => {
  it("a person who is erased is in no table, answer or command any more, and everybody else still is", async () => {
    const databaseUrl = await databases.create(kind);
    const sandbox = await startSandbox({ databaseUrl, secret, eventWebhook: { ...nobody, isPrivate: true }, guard });
    const api = apiOf(sandbox.url);
    await api.call("POST", `/v2/Services/${serviceSid}/RateLimits`, { UniqueName: "to" });
    const { body: limit } = await api.call("GET", `/v2/Services/${serviceSid}/RateLimits/to`);
    const buckets = `/v2/Services/${serviceSid}/RateLimits/${limit.sid}/Buckets`;
    await api.call("POST", buckets, { Max: "9", Interval: "600" });
    const webhook = { url: nobody.url, name: "nobody", "events[]": "phone_verification_started" };
    const made = await dashboardOf(sandbox.url)("POST", "json/application/webhooks", Object.entries(webhook));
    expect(made.status).toBe(200);
    await use(api, other);
    const others = await namedIn(databaseUrl);
    for (const to of [number, address]) await use(api, to);
    for (const phone_number of ["202-555-0142", "202-555-0199"]) await v1ApiOf(sandbox.url).start({ phone_number });
    const named = (await namedIn(databaseUrl)).filter((hash) => !others.includes(hash));
    expect(named).toHaveLength(2);
    const canaries = [number, number.slice(2), address, ...named, ...[number, address].flatMap(keyedHashes)];
    expect(canaries.length).toBeGreaterThan(10);
    // A recipient is nowhere in clear.
    expect(found(canaries, await dump(databaseUrl))).toEqual(canaries.slice(3));
    expect(found(canaries, await answers(api))).not.toEqual([]);

    const figures = () => readSql(databaseUrl, "SELECT * FROM figures ORDER BY 1, 2, 3, 4, 5, 6, 7, 8");
    const before = await figures();
    expect(before).not.toEqual([]);
    const counts = await Promise.all([number, address].map((To) => erase(api, To)));
    const kinds = [
      "verifications",
      "attempts",
      "posts",
      "known_recipients",
      "refused_checks",
      "guard_counts",
      "refused_starts",
      "tags",
    ];
    const few = [...kinds, "rate_limit_values", "requests", "safe_numbers"].filter((name) => !counts[0]?.[name]);
    expect(few).toEqual([]);
    expect(found(canaries, await dump(databaseUrl))).toEqual([]);
    expect(found(canaries, await answers(api))).toEqual([]);
    for (const words of [
      ["inbox", "--json"],
      ["audit", "--json"],
    ]) {
      const { out } = await runCommand([...words, "--server", sandbox.url]);
      expect(found(canaries, out)).toEqual([]);
    }

    expect(await figures()).toEqual(before);
    expect(await erase(api, number), "again").toEqual(
      Object.fromEntries(Object.keys(counts[0] ?? {}).map((name) => [name, 0])),
    );
    const { entries = [] } = (await api.call("GET", "/console/audit?action=erased")).body as { entries?: object[] };
    expect(entries).toHaveLength(3);
    expect((await api.fetch(serviceSid, other)).body.status).toBe("pending");
    expect((await api.start(serviceSid, { To: number })).status).toBe(201);
    await sandbox.close();
  });

  it("an identity is erased from all services of the account and from no other, with or without a recipient", async () => {
    const databaseUrl = await databases.create(kind);
    const sandbox = await startSandbox({ databaseUrl, secret });
    const api = apiOf(sandbox.url);
    const others = apiOf(sandbox.url, await createAccount(databaseUrl));
    const services = [serviceSid, await api.createService()];
    const [first = "", second = "", foreign = ""] = [...services, await others.createService()].map(
      (sid) => `/v2/Services/${sid}/Entities`,
    );
    const make = (path: string, Identity: string, of = api) => of.call("POST", path, { Identity });
    for (const path of [first, second]) await make(path, identity);
    await make(first, "person-00000002");
    await make(foreign, identity, others);
    await api.start(serviceSid, { To: number });
    await api.call("GET", `${first}/${identity.replaceAll("-", "%2d")}`);
    expect((await api.call("GET", "/console/requests")).text).toMatch(written);
    const erased = await api.call("POST", "/console/erasures", { Identity: identity, To: number });
    expect(erased.body).toMatchObject({ erased: { entities: 2, verifications: 1, attempts: 1 } });
    expect((await api.call("GET", "/console/requests")).text).not.toMatch(written);
    const { body } = await api.call("GET", first);
    expect(body).toMatchObject({ entities: [{ identity: "person-00000002" }] });
    expect((await others.call("GET", `${foreign}/${identity}`)).status).toBe(200);
    const again = await api.call("POST", "/console/erasures", { Identity: identity });
    expect(again.body).toMatchObject({ erased: { entities: 0, verifications: 0 } });
    expect((await make(first, identity)).status).toBe(201);
    const { text } = await api.call("GET", "/console/audit?action=erased");
    expect(text.match(/"person"/g)).toHaveLength(2);
    expect(text).not.toContain(identity);
    for (const [fields, code] of [
      [{}, 20001],
      [{ Identity: "ada@example.com" }, 60200],
      [{ Identity: identity, To: "nobody" }, 60200],
    ] as const) {
      expect((await api.call("POST", "/console/erasures", fields)).body.code).toBe(code);
    }
    await sandbox.close();
  });
});

const identity = "Person-0f3a9c77-b1d2";
const written = /Person(-|%2d)0f3a9c77(-|%2d)b1d2/;

/** One verification that is approved after a wrong code, one that stays pending, and a start that is refused. */
async function use(api: Api, To: string): Promise<void> {
  const Channel = To.includes("@") ? "email" : "sms";
  const values = { RateLimits: JSON.stringify({ to: To }), Tags: JSON.stringify({ whose: To }) };
  const start = () => api.start(serviceSid, { To, Channel, ...values });
  const { body } = await start();
  await api.check(serviceSid, { To, Code: "000000" });
  const { body: inbox } = await api.call("GET", `/sandbox/messages?To=${encodeURIComponent(To)}`);
  const Code = inbox.messages?.[0]?.code ?? "";
  expect((await api.check(serviceSid, { To, Code })).body.status).toBe("approved");
  expect((await start()).body.sid).not.toBe(body.sid);
  await api.fetch(serviceSid, To);
  if (Channel === "sms") await api.call("POST", "/v2/SafeList/Numbers", { PhoneNumber: To });
  expect((await api.start(serviceSid, { To, Channel, Locale: "xx" })).status).toBe(404);
}

async function erase(api: Api, To: string): Promise<Record<string, number>> {
  const { status, body } = await api.call("POST", "/console/erasures", { To });
  expect(status).toBe(200);
  return (body as { erased: Record<string, number> }).erased;
}

/** What stands for recipients in the rows of their verifications. */
async function namedIn(databaseUrl: string): Promise<string[]> {
  return (await readSql(databaseUrl, "SELECT DISTINCT recipient FROM verifications")).map(
    ({ recipient = "" }) => recipient,
  );
}

/** What stands for one elsewhere. */
function keyedHashes(recipient: string): string[] {
  const vault = createVault(secret);
  const texts = [guardedText(recipient), countedText(serviceSid, "to", recipient)];
  return [...texts.map(vault.hashValue), ...guessKeys(vault, sandboxAccount.accountSid, recipient)];
}

/** Of every operation that lists or tells something and needs no more for it. */
async function answers(api: Api): Promise<string> {
  const lists = operationsOf(bundledDocument).filter(({ method, path, operation }) => {
    const isPlain = method === "GET" && !path.includes("{") && operation.operationId !== "fetchNextMessage";
    return isPlain && !path.startsWith("/dashboard");
  });
  expect(lists.length).toBeGreaterThan(5);
  const texts = await Promise.all(lists.map(async ({ path }) => (await api.call("GET", path)).text));
  return texts.join("\n");
}

function found(canaries: string[], text: string): string[] {
  return canaries.filter((canary) => text.includes(canary));
}
