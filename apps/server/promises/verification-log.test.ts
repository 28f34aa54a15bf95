import { randomBytes } from "node:crypto";
import type { ConsoleVerification, RefusedStart, VerificationLogEvent } from "@countersign/types";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { databaseKinds, dump, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { type ProductionServer, startProduction } from "../test-support/production.ts";
import { useSandbox } from "../test-support/sandbox.ts";

const secret = randomBytes(32).toString("base64url");
const ada = "+14155552671";
const retry = { status: "retry", errorCode: "30008", provider: "sms.example.com" } as const;
const log = (to: string) => `/console/verifications?to=${encodeURIComponent(to)}`;

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKinds)("in production on %s", (kind) => {
  const clock = { now: Date.UTC(2026, 2, 2, 9, 30) };
  let databaseUrl: string;
  let server: ProductionServer;
  let serviceSid: string;
  beforeAll(async () => {
    databaseUrl = await databases.create(kind);
    server = await startProduction({ databaseUrl, secret, clock: () => clock.now, isHeld: true });
    serviceSid = await server.api.createService();
  });
  afterAll(() => server.close());

  async function get<T>(path: string): Promise<T> {
    const { status, text } = await server.api.call("GET", path);
    expect(status, text).toBe(200);
    return JSON.parse(text);
  }
  const events = async (sid: string) =>
    (await get<{ events: VerificationLogEvent[] }>(`/console/verifications/${sid}/events`)).events;
  const told = async (sid: string) =>
    (await events(sid)).map(({ type, provider, tries, error_code }) =>
      [type, provider, tries, error_code].filter((part) => part !== null).join(" "),
    );
  const started = async (To: string, Channel = "sms") =>
    (await server.api.start(serviceSid, { To, Channel })).body.sid ?? "";

  test("a person who got no code is found by the number, with each try, and who took the message in the end", async () => {
    const sid = await started(ada);
    server.answers.push(retry, retry, { status: "sent", reference: "1", provider: "backup.example.net" });
    await server.deliver();
    expect(await told(sid), "while it is tried again").toEqual(["started", "sent 1 30008"]);
    clock.now += 1_500;
    await server.deliver();
    clock.now += 3_000;
    await server.deliver();
    clock.now += 2_000;
    await server.store.attempts.receive(
      "backup.example.net 1",
      { status: "undelivered", errorCode: "30003" },
      clock.now,
    );

    expect(await told(sid)).toEqual([
      "started",
      "sent",
      "handed_over backup.example.net 3",
      "undelivered backup.example.net 3 30003",
    ]);
    const { verifications } = await get<{ verifications: ConsoleVerification[] }>(log(ada));
    expect(verifications).toMatchObject([
      {
        sid,
        to: "+•••••••2671",
        is_masked: true,
        service_name: "Acme",
        country: "US",
        status: "pending",
        reason: null,
      },
    ]);
    expect(verifications).toMatchObject([{ error_code: "30003", sends: 1, sends_left: 4, checks_left: 5 }]);
    const byError = await get<{ verifications: ConsoleVerification[] }>("/console/verifications?error_code=30003");
    expect(byError.verifications.map((each) => each.sid)).toEqual([sid]);
  });

  test("each wrong code, each end and its reason stand in the log, and no code in any answer", async () => {
    const sids: Record<string, string> = {};
    for (const [how, to] of Object.entries({ approved: 1, locked: 2, canceled: 3, expired: 4, byHand: 5 })) {
      sids[how] = await started(`+1415555268${to}`);
      server.answers.push({ status: "delivered", provider: "sms.example.com" });
      await server.deliver();
      clock.now += 1_000;
    }
    const codeOf = (to: string) => server.sent.findLast((each) => each.to === to)?.code ?? "";
    const wrong = (to: string) => (codeOf(to) === "000000" ? "111111" : "000000");
    const check = (to: string, Code: string) => server.api.check(serviceSid, { To: to, Code });
    await check("+14155552681", wrong("+14155552681"));
    await check("+14155552681", codeOf("+14155552681"));
    for (let n = 0; n < 5; n += 1) await check("+14155552682", wrong("+14155552682"));
    await server.api.call("POST", `/console/verifications/${sids.canceled}`, { Status: "canceled" });
    await server.api.call("POST", `/console/verifications/${sids.byHand}`, { Status: "approved" });
    clock.now += 600_000;

    const start = ["started", "sent", "handed_over sms.example.com 1", "delivered sms.example.com 1"];
    expect(await told(sids.approved ?? "")).toEqual([...start, "check_refused", "approved"]);
    expect(await told(sids.locked ?? "")).toEqual([...start, ...Array(4).fill("check_refused"), "locked"]);
    const { text } = await server.api.call("GET", `/console/verifications/${sids.locked}`);
    expect(JSON.parse(text)).toMatchObject({
      status: "expired",
      reason: "max_attempts_reached",
      checks: 5,
      seconds_left: 0,
    });
    expect(await told(sids.canceled ?? "")).toEqual([...start, "canceled"]);
    expect(await told(sids.byHand ?? "")).toEqual([...start, "approved"]);
    expect(await told(sids.expired ?? "")).toEqual([...start, "expired"]);
    const again = await server.api.call("POST", `/console/verifications/${sids.canceled}`, { Status: "approved" });
    expect([again.status, again.body.details?.reason]).toEqual([404, "canceled"]);

    const texts = await Promise.all([
      ...["", "?status=approved", "?status=expired", "?channel=sms", "?country=US"].map((query) =>
        server.api.call("GET", `/console/verifications${query}`).then(({ text }) => text),
      ),
      ...Object.values(sids).map((sid) =>
        server.api.call("GET", `/console/verifications/${sid}`).then(({ text }) => text),
      ),
      ...Object.values(sids).map(async (sid) => JSON.stringify(await events(sid))),
    ]);
    expect(server.sent.length).toBeGreaterThan(5);
    for (const { code, to } of server.sent) {
      expect(texts.filter((text) => text.includes(`"${code}"`) || text.includes(to))).toEqual([]);
    }
  });

  test("every refusal of a start is there within its second, whichever step and API refused it, masked", async () => {
    const to = "+14155552690";
    const refuse = (fields: Record<string, string>, service = serviceSid) => {
      clock.now += 1;
      return server.api.start(service, { To: to, ...fields });
    };
    const refusals = [
      await refuse({ CustomMessage: "Hello" }),
      await refuse({ CustomCode: "1234" }),
      await refuse({ To: "5552690" }),
      await refuse({ Channel: "pigeon" }),
      await refuse({ Locale: "tlh" }),
      await refuse({}, "VA00000000000000000000000000000009"),
    ];
    expect(refusals.filter(({ status }) => status < 400)).toEqual([]);

    const { refused_starts: kept } = await get<{ refused_starts: RefusedStart[] }>("/console/refused_starts");
    const wanted = refusals.map(({ headers, body }) => [headers.get("twilio-request-id"), body.code]);
    expect(kept.map(({ sid, error_code }) => [sid, error_code])).toEqual(wanted.toReversed());
    expect(kept.map(({ to: shown }) => shown).toReversed()).toEqual([
      ...["+•••••••2690", "+•••••••2690", null, "+•••••••2690", "+•••••••2690", "+•••••••2690"],
    ]);
    expect(kept.at(-4)).toMatchObject({ channel: null, parameter: "Channel", country: "US" });
    const found = await get<{ refused_starts: RefusedStart[] }>(`/console/refused_starts?to=${encodeURIComponent(to)}`);
    expect(found.refused_starts).toHaveLength(5);
    expect(await get(`/console/refused_starts/${kept[0]?.sid}`)).toEqual(kept[0]);
  });

  test("a recipient is revealed only with an entry of who asked, which does not name it", async () => {
    const sid = await started("+14155552695");
    const { headers } = await server.api.start(serviceSid, { To: "+14155552696", CustomMessage: "Hello" });
    const start = headers.get("twilio-request-id") ?? "";
    for (const [named, to] of [
      [sid, "+14155552695"],
      [start, "+14155552696"],
    ] as const) {
      const { status, body } = await server.api.call("POST", `/console/verifications/${named}/reveal`);
      expect([status, body]).toEqual([200, { sid: named, to }]);
      const { text } = await server.api.call("GET", `/console/audit?resource=${named}`);
      expect(JSON.parse(text).entries).toMatchObject([
        { action: "revealed", resource_sid: named, actor: server.credentials.accountSid, before: null, after: null },
      ]);
      expect(text).not.toContain(to.slice(1));
    }
    const unknown = await server.api.call("POST", "/console/verifications/VE00000000000000000000000000000009/reveal");
    expect(unknown.status).toBe(404);
  });

  test("security 35: no recipient stands in the database, refused starts included", async () => {
    await get("/console/refused_starts");
    const text = await dump(databaseUrl);
    expect(text).toContain("RQ");
    expect(text.match(/\+?1415555\d{4}/g)).toBeNull();
  });
});

describe("in the sandbox", () => {
  const sandbox = useSandbox();

  test("recipients are whole, and the refusal of a number or of a header is there at once, until a reset", async () => {
    const serviceSid = await sandbox.api.createService();
    const { body } = await sandbox.api.start(serviceSid, { To: "+12025550123" });
    const { text } = await sandbox.api.call("GET", `/console/verifications/${body.sid}`);
    expect(JSON.parse(text)).toMatchObject({ to: "+12025550123", is_masked: false, status: "pending" });
    await sandbox.api.start(serviceSid, { To: "+15005560410" });
    const listed = async () =>
      JSON.parse((await sandbox.api.call("GET", "/console/refused_starts")).text).refused_starts as RefusedStart[];
    expect(await listed()).toMatchObject([{ to: "+15005560410", is_masked: false, error_code: 60410 }]);
    await sandbox.api.call("POST", "/sandbox/reset");
    expect(await listed()).toEqual([]);
  });

  test("a start that v1 refuses is there, too, with the code of v1", async () => {
    const { status } = await sandbox.v1.start({ phone_number: "202-555-01", country_code: "1" });
    expect(status).toBe(400);
    const { text } = await sandbox.api.call("GET", "/console/refused_starts?error_code=60033");
    expect(JSON.parse(text).refused_starts).toMatchObject([{ to: null, channel: "sms", error_code: 60033 }]);
  });
});
