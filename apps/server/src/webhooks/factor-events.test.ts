import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import twilio from "twilio";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { codeOf } from "../../test-support/authenticator.ts";
import { dump } from "../../test-support/databases.ts";
import { passkeysOf } from "../../test-support/passkeys.ts";
import { useSandbox } from "../../test-support/sandbox.ts";
import { type Received, startReceiver, type WebhookReceiver } from "../../test-support/webhook-receiver.ts";
import { sandboxAccount, sandboxServiceSid } from "../sandbox/sandbox.ts";
import { operator } from "../sql/resources.ts";
import type { DayKeys } from "../verifications/vault.ts";
import { factorReports } from "./factor-events.ts";
import { webhooks } from "./store.ts";

const secret = "whsec_dGhlIHNhbmRib3ggc2lnbnMgaXRzIHBvc3Rz";
const service = `/v2/Services/${sandboxServiceSid}`;
const identity = "canary-5f1c-person";
const name = "Canary’s phone & more";

let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());
beforeEach(() => {
  receiver.answer = (response) => void response.end();
});

interface Factor {
  sid: string;
  status: string;
  binding: { uri: string };
}
interface Posts {
  posts: { webhook_id: string; webhook_name: string | null; error: string; payload: Record<string, string> }[];
}
type Told = Record<string, string | undefined>;

const toldIn = ({ text }: Received): Told => Object.fromEntries(new URLSearchParams(text));
/** What came, without tests. */
const heard = () => receiver.received.map(toldIn).filter(({ type }) => type !== "webhook.test");

describe("the webhooks of a service", () => {
  const folder = mkdtempSync(join(tmpdir(), "countersign-webhooks-"));
  const sandbox = useSandbox(() => ({ databaseUrl: `sqlite:${join(folder, "sandbox.db")}` }));
  afterAll(() => rmSync(folder, { recursive: true }));
  const call = async <T>(method: string, path: string, fields?: Record<string, string>) =>
    (await sandbox.api.call(method, path, fields)).body as unknown as T;
  const hook = async (more: Record<string, string> = {}) => {
    const fields = { FriendlyName: "Mine", EventTypes: "*", WebhookUrl: receiver.url, ...more };
    return (await call<{ sid: string }>("POST", `${service}/Webhooks`, fields)).sid;
  };
  const factors = `${service}/Entities/${identity}/Factors`;
  const factor = () => call<Factor>("POST", factors, { FriendlyName: name, FactorType: "totp" });
  const advance = (Seconds: string) => call("POST", "/sandbox/clock", { Seconds });
  const now = async () => (await call<{ now: string }>("GET", "/sandbox/clock")).now;
  const untilHeard = async (...types: string[]) => {
    await expect.poll(() => heard().map(({ type }) => type), { timeout: 4_000 }).toEqual(types);
    return heard();
  };
  const waiting = async () => (await call<Posts>("GET", "/console/posts")).posts;
  beforeEach(async () => {
    await sandbox.api.call("POST", "/sandbox/reset");
    receiver.received.length = 0;
  });

  test("tells of a passkey that is made, verified and logged in with, and of no login that is refused", async () => {
    await hook();
    const { factorSid, logIn } = await passkeysOf(() => sandbox.url).person(identity);
    expect((await logIn({ signature: "another key" })).status).toBe(403);
    const { body } = await logIn();
    const [, verified, approved] = await untilHeard("factor.created", "factor.verified", "challenge.approved");
    expect(verified).toMatchObject({ factor_sid: factorSid, factor_type: "passkeys", entity_identity: identity });
    expect(approved).toMatchObject({ challenge_sid: body.sid, factor_sid: factorSid, entity_identity: identity });
  });

  test("tells when a factor is made, verified and deleted, once each, in words that both signatures are of", async () => {
    await hook();
    const { sid, binding } = await factor();
    await untilHeard("factor.created");
    const at = Date.parse(await now());
    await call("POST", `${factors}/${sid}`, { AuthPayload: codeOf(binding.uri, at) });
    await untilHeard("factor.created", "factor.verified");
    await call("POST", `${factors}/${sid}`, { FriendlyName: "Another" });
    await call("DELETE", `${factors}/${sid}`);
    const [created, verified, deleted] = await untilHeard("factor.created", "factor.verified", "factor.deleted");
    expect(verified).toEqual({
      uuid: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      type: "factor.verified",
      ...{ account_sid: sandboxAccount.accountSid, service_sid: sandboxServiceSid, entity_identity: identity },
      ...{ factor_sid: sid, factor_type: "totp", factor_friendly_name: name, factor_status: "verified" },
      date_created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    expect(created).toMatchObject({ factor_status: "unverified" });
    expect(deleted).toMatchObject({ factor_status: "verified", factor_friendly_name: "Another" });
    for (const each of receiver.received) {
      const signature = String(each.headers["x-twilio-signature"]);
      expect(twilio.validateRequest(secret, signature, `${receiver.url}/`, toldIn(each) as never)).toBe(true);
      new Webhook(secret).verify(each.text, each.headers as never, { jsonParse: false });
      expect(String(each.headers["webhook-id"]).slice(2)).toBe(toldIn(each).uuid?.replaceAll("-", ""));
    }
  });

  test("tells when a challenge is approved, by its making or by an answer, and of nothing else that becomes of one", async () => {
    const { sid, binding } = await factor();
    const code = async (away = 0) => codeOf(binding.uri, Date.parse(await now()) + away * 30_000);
    await call("POST", `${factors}/${sid}`, { AuthPayload: await code() });
    await hook({ EventTypes: "challenge.approved" });
    await hook({ EventTypes: "*", Version: "v1", WebhookUrl: `${receiver.url}/short` });
    const challenges = `${service}/Entities/${identity}/Challenges`;
    const shown = { "Details.Message": "Log in?", HiddenDetails: JSON.stringify({ ip: "192.0.2.7" }) };
    const asked = await call<Factor>("POST", challenges, { FactorSid: sid, ...shown });
    await call("POST", `${challenges}/${asked.sid}`, { AuthPayload: "000000" });
    expect(heard()).toEqual([]);
    const answer = { AuthPayload: await code(), Metadata: JSON.stringify({ os: "x" }) };
    expect(await call("POST", `${challenges}/${asked.sid}`, answer)).toMatchObject({ status: "approved" });
    await untilHeard("challenge.approved", "challenge.approved");
    const told = heard().sort((one, other) => Object.keys(one).length - Object.keys(other).length);
    expect(Object.keys(told[0] ?? {})).toEqual([
      ...[
        "uuid",
        "type",
        "account_sid",
        "service_sid",
        "entity_identity",
        "factor_sid",
        "factor_type",
        "challenge_sid",
      ],
    ]);
    expect(told[1]).toEqual({
      ...{ ...told[0], uuid: told[1]?.uuid, challenge_status: "approved", challenge_metadata: '{"os":"x"}' },
      ...{ challenge_details: '{"message":"Log in?"}', challenge_hidden_details: '{"ip":"192.0.2.7"}' },
      ...{ date_created: expect.stringMatching(/Z$/), date_responded: expect.stringMatching(/Z$/) },
    });
    expect(told[1]).toMatchObject({ challenge_sid: asked.sid, factor_sid: sid, entity_identity: identity });
    const made = await call<Factor>("POST", challenges, { FactorSid: sid, AuthPayload: await code(1) });
    expect(made.status).toBe("approved");
    await untilHeard(...Array(4).fill("challenge.approved"));
    await call("POST", challenges, { FactorSid: sid });
    await advance("3600");
    expect(await waiting()).toEqual([]);
    expect(heard()).toHaveLength(4);
  });

  test("a webhook of the first version gets the eight parameters that there are of, and one only what it asks for", async () => {
    await hook({ Version: "v1", EventTypes: "factor.created", WebhookUrl: `${receiver.url}/short` });
    await hook({ EventTypes: "factor.deleted", WebhookUrl: `${receiver.url}/deleted` });
    const { sid } = await factor();
    const [told] = await untilHeard("factor.created");
    expect(Object.keys(told ?? {})).toEqual([
      ...["uuid", "type", "account_sid", "service_sid", "entity_identity", "factor_sid", "factor_type"],
    ]);
    await call("DELETE", `${factors}/${sid}`);
    await untilHeard("factor.created", "factor.deleted");
    expect(receiver.received.map(({ path }) => path)).toEqual(["/short", "/deleted", "/short", "/deleted"]);
  });

  test("an entity that is deleted tells of each of its factors, to each webhook", async () => {
    await Promise.all([factor(), factor()]);
    await hook({ EventTypes: "factor.deleted" });
    await hook({ EventTypes: "factor.deleted", WebhookUrl: `${receiver.url}/other` });
    await call("DELETE", `${service}/Entities/${identity}`);
    await untilHeard(...Array(4).fill("factor.deleted"));
    expect(new Set(heard().map(({ factor_sid }) => factor_sid)).size).toBe(2);
    expect(new Set(heard().map(({ uuid }) => uuid)).size).toBe(4);
  });

  test("what is not taken is tried again, and lists show it by the webhook's name, and nobody's", async () => {
    const sid = await hook();
    await sandbox.api.call("POST", "/sandbox/faults", { FailsWebhooks: "true" });
    await factor();
    await expect.poll(async () => (await waiting())[0]?.error).toBe("HTTP 503");
    const text = JSON.stringify(await waiting());
    expect(text).not.toContain(identity);
    expect(text).not.toContain("Canary");
    expect(await waiting()).toMatchObject([
      { webhook_id: sid, webhook_name: "Mine", payload: { entity_identity: "•••", factor_friendly_name: "•••" } },
    ]);
    const rows = await dump(sandbox.databaseUrl);
    expect(rows).toContain(sid);
    for (const canary of [identity, "Canary", secret]) expect(rows).not.toContain(canary);
    await sandbox.api.call("DELETE", "/sandbox/faults");
    await advance("15");
    await untilHeard("factor.created");
    await expect.poll(waiting).toEqual([]);
  });

  describe("what waits goes where its webhook is then", () => {
    const failing = async (change: (sid: string) => Promise<unknown>) => {
      const sid = await hook();
      receiver.answer = (response) => void response.writeHead(500).end();
      await factor();
      await expect.poll(async () => (await waiting())[0]?.error).toBe("HTTP 500");
      receiver.answer = (response) => void response.end();
      receiver.received.length = 0;
      await change(`${service}/Webhooks/${sid}`);
      await advance("15");
    };

    test("to its new address, in its new version", async () => {
      await failing((at) => call("POST", at, { WebhookUrl: `${receiver.url}/new`, Version: "v1" }));
      const [told] = await untilHeard("factor.created");
      expect(told).not.toHaveProperty("factor_friendly_name");
      expect(receiver.received.at(-1)?.path).toBe("/new");
    });

    test.each([
      ["nowhere when it is disabled", (at: string) => call("POST", at, { Status: "disabled" })],
      ["nowhere when it is gone", (at: string) => call("DELETE", at)],
    ])("%s, and nothing of it is left", async (_, change) => {
      await failing(change);
      await expect.poll(waiting).toEqual([]);
      await factor();
      expect(await waiting()).toEqual([]);
      expect(heard()).toEqual([]);
    });
  });

  test("a webhook that hangs holds up no other, however much waits for it", async () => {
    await hook({ EventTypes: "factor.created", WebhookUrl: `${receiver.url}/hangs` });
    const hanging: (() => void)[] = [];
    const server = receiver.answer;
    receiver.answer = (response) => {
      if (receiver.received.at(-1)?.path === "/hangs") hanging.push(() => void response.end());
      else server(response);
    };
    await Promise.all(Array.from({ length: 30 }, factor));
    await expect.poll(() => hanging.length).toBeGreaterThan(4);
    await hook({ EventTypes: "factor.deleted", WebhookUrl: `${receiver.url}/quick` });
    const { factors: all } = await call<{ factors: Factor[] }>("GET", factors);
    await call("DELETE", `${factors}/${all[0]?.sid}`);
    await expect.poll(() => heard().some(({ type }) => type === "factor.deleted")).toBe(true);
    expect(hanging.length).toBeLessThan(10);
    receiver.answer = server;
    for (const end of hanging) end();
    await expect.poll(() => heard().length, { timeout: 5_000 }).toBe(31);
  });

  test("a service that is deleted tells nobody any more", async () => {
    const { sid } = await call<{ sid: string }>("POST", "/v2/Services", { FriendlyName: "Other" });
    const of = (path: string) => path.replace(sandboxServiceSid, sid);
    const fields = { FriendlyName: "Mine", EventTypes: "*", WebhookUrl: receiver.url };
    await call("POST", of(`${service}/Webhooks`), fields);
    await call("POST", of(factors), { FriendlyName: name, FactorType: "totp" });
    await untilHeard("factor.created");
    await call("DELETE", of(service));
    await factor();
    expect(await waiting()).toEqual([]);
    expect(heard()).toHaveLength(1);
  });
});

test("a challenge that is denied is told once, whatever else changes of it", () => {
  const identityIn = { accountSid: "AC1", serviceSid: "VA1", identity };
  const challenge = { ...identityIn, sid: "YC1", factorSid: "YF1", factorType: "totp", createdAt: 0, respondedAt: 1 };
  const others = { details: null, hiddenDetails: null, metadata: null };
  const as = (status: string) => ({ ...challenge, ...others, status });
  const told = (before: object | null, after: object) => {
    const seal = (text: string) => text;
    const work = factorReports({ seal } as unknown as DayKeys, () => 0).resource?.({
      ...{ kind: "changed", table: "challenges", accountSid: "AC1", sid: "YC1", by: operator, before, after },
    });
    const webhook = { sid: "YW1", eventTypes: ["challenge.denied"], serviceSid: "VA1" };
    if (work?.next().done) return undefined;
    const row = webhooks.row({ ...webhook, accountSid: "AC1" } as unknown as Parameters<typeof webhooks.row>[0]);
    return JSON.stringify(work?.next({ rows: [row], count: 1 }).value);
  };
  expect(told(as("pending"), as("denied"))).toContain("challenge.denied");
  for (const [before, after] of [
    ["denied", "denied"],
    ["pending", "pending"],
    ["pending", "expired"],
  ] as const)
    expect(told(as(before), as(after))).toBeUndefined();
});
