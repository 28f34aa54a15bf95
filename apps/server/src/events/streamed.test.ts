import { randomBytes } from "node:crypto";
import type { StreamedAttemptEvent, StreamedEventList, StreamedVerificationEvent } from "@countersign/types";
import { Webhook } from "standardwebhooks";
import twilio from "twilio";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { runCommand } from "../../test-support/cli.ts";
import { databaseKindsOr, dump, readSql } from "../../test-support/databases.ts";
import { describeOn } from "../../test-support/sandbox.ts";
import { departuresOfEvents } from "../../test-support/streamed-events.ts";
import { type Received, startReceiver, type WebhookReceiver } from "../../test-support/webhook-receiver.ts";
import { newSid } from "../kernel/random.ts";
import { sandboxAccount } from "../sandbox/sandbox.ts";
import { createEventRequest, eventReports } from "./event-webhook.ts";
import type { WebhookPost } from "./posts.ts";

const secret = `whsec_${randomBytes(32).toString("base64")}`;
const databaseSecret = "a secret of no less than 32 characters";
const To = "+14155552671";
const { accountSid } = sandboxAccount;
const verify = "com.twilio.accountsecurity.verify.";

let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answer = (response) => void response.end();
});
afterAll(() => receiver.close());

type Event = StreamedEventList[number];
const eventOf = ({ text }: Received) => (JSON.parse(text) as [Event])[0];
/** The first so many that came, by time and type. What was not answered in time comes again, under its id. */
async function heard(count: number): Promise<Event[]> {
  const events = () => [...new Map(receiver.received.map(eventOf).map((event) => [event.id, event])).values()];
  await expect.poll(() => events().length, { timeout: 30_000 }).toBeGreaterThanOrEqual(count);
  return events().sort((one, other) => one.time.localeCompare(other.time) || one.type.localeCompare(other.type));
}
const typesOf = (events: Event[]) => events.map(({ type }) => type.replace(verify, "")).sort();
const verificationsIn = (events: Event[]) =>
  events.filter(({ type }) => type.includes(".verification.")) as StreamedVerificationEvent[];
const attemptsIn = (events: Event[]) =>
  events.filter(({ type }) => type.includes(".attempt-dlr.")) as StreamedAttemptEvent[];

describeOn(databaseKindsOr("SQLite"))(
  (sandbox, _) => {
    const { api, v1 } = sandbox;
    const advance = (seconds: number) => api.call("POST", "/sandbox/clock", { Seconds: String(seconds) });
    const subscribed = (fields: Record<string, string> = {}) =>
      api.createService({ VerifyEventSubscriptionEnabled: "true", ...fields });
    const update = (serviceSid: string, sid: string, Status: string) =>
      api.call("POST", `/v2/Services/${serviceSid}/Verifications/${sid}`, { Status });
    const right = async (to = To) => (await api.messages(to))[0]?.code ?? "";

    test("a life is told with every send and every check, as the document has it, signed twice", async () => {
      const serviceSid = await subscribed({ FriendlyName: "Owl Bank", CustomCodeEnabled: "true" });
      const { body } = await api.start(serviceSid, { To, CustomFriendlyName: "Barn Owl", Tags: '{"order":"A-17"}' });
      await api.check(serviceSid, { To, Code: "000000" });
      await api.start(serviceSid, { To, Channel: "call" });
      await api.check(serviceSid, { To, Code: await right() });
      const events = await heard(4);
      expect(typesOf(events)).toEqual([
        ...["attempt-dlr.delivered", "attempt-dlr.delivered"],
        ...["verification.approved", "verification.pending"],
      ]);
      const [pending, approved] = verificationsIn(events) as [StreamedVerificationEvent, StreamedVerificationEvent];
      const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      const source = `/v2/Services/${serviceSid}/Verifications/${body.sid}`;
      const send = { delivery_status: "DELIVERED", error_code: null, locale: "en", time: iso };
      const sid = expect.stringMatching(/^VL/);
      expect(approved).toEqual({
        ...{ specversion: "1.0", type: `${verify}verification.approved`, source, time: iso },
        ...{ id: expect.stringMatching(/^WD/), datacontenttype: "application/json" },
        dataschema: "https://events-schemas.twilio.com/AccountSecurity.VerifyEventStreamEvent/2",
        data: {
          ...{ account_sid: accountSid, service_sid: serviceSid, verification_sid: body.sid },
          // The second send had no name of its own.
          ...{ friendly_name: "Owl Bank", custom_friendly_name: null, custom_code_enabled: false },
          ...{ to: To, country: "US", code_length: 6, verification_status: "APPROVED" },
          ...{ created_at: pending.time, verified_at: approved.time },
          expired_at: new Date(Date.parse(pending.time) + 600_000).toISOString(),
          send_code_attempts: {
            count: 2,
            attempts: [
              { ...send, channel: "SMS", attempt_sid: sid, tags: { order: "A-17" } },
              { ...send, channel: "CALL", attempt_sid: sid, tags: {} },
            ],
          },
          check_attempts: {
            count: 2,
            attempts: [
              { time: iso, status: "FAILURE" },
              { time: approved.time, status: "SUCCESS" },
            ],
          },
        },
      });
      expect(pending.data).toMatchObject({
        ...{ custom_friendly_name: "Barn Owl", verification_status: "PENDING", verified_at: null },
        ...{ send_code_attempts: { count: 1 }, check_attempts: { count: 0, attempts: [] } },
      });
      const [delivered] = attemptsIn(events);
      expect(delivered).toMatchObject({
        source,
        dataschema: "https://events-schemas.twilio.com/AccountSecurity.VerifyEventStreamDLREvent/1",
        data: { to: To, dlr_status: "DELIVERED", error_code: "", channel: "SMS", verification_sid: body.sid },
      });
      for (const received of receiver.received) {
        expect(departuresOfEvents(received)).toEqual([]);
        const { headers, text, path } = received;
        expect(headers["webhook-id"]).toBe(eventOf(received).id);
        new Webhook(secret).verify(text, headers as Record<string, string>);
        const signature = String(headers["x-twilio-signature"]);
        expect(twilio.validateRequestWithBody(secret, signature, receiver.url + path, text)).toBe(true);
      }
    });

    test("services that did not subscribe are not told of, nor is what subscribes later told of what was before", async () => {
      const serviceSid = await api.createService();
      await api.start(serviceSid, { To });
      await api.call("POST", `/v2/Services/${serviceSid}`, { VerifyEventSubscriptionEnabled: "true" });
      await update(serviceSid, To, "canceled");
      expect(typesOf(await heard(1))).toEqual(["verification.canceled"]);
    });

    test("the name and the tags of a send are kept with it only where they will be told", async () => {
      const kept = async (fields: Record<string, string>) => {
        const serviceSid = await api.createService(fields);
        await api.start(serviceSid, { To, CustomFriendlyName: "Barn Owl", Tags: '{"order":"A-17"}' });
        const column = sandbox.databaseUrl.startsWith("sqlite:") ? "state" : "attempts";
        const where = `WHERE service_sid = '${serviceSid}'`;
        const [row] = await readSql(sandbox.databaseUrl, `SELECT ${column} AS kept FROM verifications ${where}`);
        await update(serviceSid, To, "canceled");
        return JSON.stringify(row?.kept).includes("told");
      };
      expect([await kept({}), await kept({ VerifyEventSubscriptionEnabled: "true" })]).toEqual([false, true]);
      await heard(3);
    });

    test("who approved without a check made none, and a code of the caller's has no length", async () => {
      const serviceSid = await subscribed({ CustomCodeEnabled: "true" });
      await api.start(serviceSid, { To, CustomCode: "4711" });
      await update(serviceSid, To, "approved");
      const [, approved] = verificationsIn(await heard(3));
      expect(approved?.data).toMatchObject({
        ...{ custom_code_enabled: true, code_length: null, verified_at: approved?.time },
        check_attempts: { count: 0, attempts: [] },
      });
    });

    test("while the receiver is down for an hour each event keeps the state of its time, its id and its body", async () => {
      const serviceSid = await subscribed({ FriendlyName: "Owl Bank" });
      receiver.answer = (response) => void response.writeHead(503).end();
      await api.call("POST", "/sandbox/faults", { ReceiptDelaySeconds: "60" });
      await api.start(serviceSid, { To });
      await advance(5);
      for (let wrong = 0; wrong < 4; wrong += 1) await api.check(serviceSid, { To, Code: "000000" });
      await advance(5);
      await api.call("DELETE", "/sandbox/faults");
      await api.call("POST", "/sandbox/faults", { FailingChannels: "call" });
      await api.start(serviceSid, { To, Channel: "call" });
      await api.call("DELETE", "/sandbox/faults");
      await advance(5);
      await api.check(serviceSid, { To, Code: "000000" });
      await advance(120);
      await api.call("POST", `/v2/Services/${serviceSid}`, { FriendlyName: "Barn Owl" });
      const bodies = () => new Map(receiver.received.map((received) => [eventOf(received).id, received.text]));
      await expect.poll(() => bodies().size).toBe(5);
      const early = bodies();
      receiver.answer = (response) => void response.end();
      receiver.received.length = 0;
      for (let minutes = 0; minutes < 60; minutes += 6) await advance(360);
      const events = await heard(5);
      expect(bodies()).toEqual(early);
      expect(typesOf(events)).toEqual([
        ...["attempt-dlr.delivered", "attempt-dlr.failed", "attempt-dlr.sent"],
        ...["verification.max_attempts_reached", "verification.pending"],
      ]);
      const [pending, locked] = verificationsIn(events);
      expect(pending?.data).toMatchObject({
        ...{ friendly_name: "Owl Bank", verification_status: "PENDING", check_attempts: { count: 0, attempts: [] } },
        send_code_attempts: { count: 1, attempts: [{ delivery_status: "QUEUED" }] },
      });
      expect(locked?.data).toMatchObject({
        ...{ friendly_name: "Owl Bank", verification_status: "MAX_ATTEMPTS_REACHED", verified_at: null },
        check_attempts: { count: 5, attempts: Array(5).fill({ status: "FAILURE" }) },
        send_code_attempts: {
          attempts: [
            { channel: "SMS", delivery_status: "SENT", error_code: null },
            { channel: "CALL", delivery_status: "FAILED", error_code: expect.any(String) },
          ],
        },
      });
      expect(attemptsIn(events).map(({ data }) => [data.channel, data.dlr_status])).toEqual([
        ...[
          ["SMS", "SENT"],
          ["CALL", "FAILED"],
          ["SMS", "DELIVERED"],
        ],
      ]);
      await api.call("DELETE", "/sandbox/clock");
    });

    test("an expiry is told once, with all that was done until then", async () => {
      const serviceSid = await subscribed();
      const { body } = await api.start(serviceSid, { To: "ada@example.com", Channel: "email" });
      await api.check(serviceSid, { To: "ada@example.com", Code: "000000" });
      await advance(605);
      await advance(60);
      const [, expired, ...more] = verificationsIn(await heard(3));
      expect(more).toEqual([]);
      expect(expired).toMatchObject({
        type: `${verify}verification.expired`,
        data: {
          ...{ verification_sid: body.sid, verification_status: "EXPIRED", expired_at: expired?.time, country: null },
          ...{ to: "ada@example.com", check_attempts: { count: 1 }, send_code_attempts: { count: 1 } },
        },
      });
      await api.call("DELETE", "/sandbox/clock");
    });

    test("silent network authentication sends nothing, and its check is one", async () => {
      const serviceSid = await subscribed();
      const silent = "+14155552673";
      const { body } = await api.start(serviceSid, { To: silent, Channel: "sna" });
      await api.call("GET", new URL(body.sna?.url ?? "").pathname);
      await api.check(serviceSid, { To: silent });
      const [pending, approved] = verificationsIn(await heard(2));
      const attempts = [{ channel: "SNA", delivery_status: null, locale: null, error_code: null }];
      expect(pending?.data).toMatchObject({ code_length: null, send_code_attempts: { count: 1, attempts } });
      expect(approved?.data.check_attempts.attempts).toEqual([{ time: approved?.time, status: "SUCCESS" }]);
      expect(receiver.received.flatMap(departuresOfEvents)).toEqual([]);
    });

    test("what comes by v1 is told as well", async () => {
      await api.call("POST", "/v2/Services/VA00000000000000000000000000000001", {
        VerifyEventSubscriptionEnabled: "true",
      });
      await v1.start({ phone_number: "202-555-0123" });
      const events = await heard(2);
      expect(typesOf(events)).toEqual(["attempt-dlr.delivered", "verification.pending"]);
      expect(verificationsIn(events)[0]?.data).toMatchObject({ to: "+12025550123", code_length: 4 });
    });

    test("no row and no answer has the recipient or the name in clear, and who is erased is told of no more", async () => {
      const person = "+14155550142";
      const serviceSid = await subscribed();
      receiver.answer = (response) => void response.writeHead(503).end();
      await api.start(serviceSid, { To: person, CustomFriendlyName: "Zinnia Parlour", Tags: '{"order":"Zinnia"}' });
      await receiver.until(2);
      expect(await dump(sandbox.databaseUrl)).not.toMatch(/4155550142|Zinnia/);
      const { text } = await api.call("GET", "/console/posts?PageSize=100");
      expect(text).toContain(`${verify}verification.pending`);
      expect(text).not.toMatch(/4155550142|Zinnia/);
      const env = { COUNTERSIGN_DATABASE_URL: sandbox.databaseUrl, COUNTERSIGN_SECRET: databaseSecret };
      const failures = await runCommand(["failures", "list", "--json"], { env });
      expect(failures.out).toContain('"to":"events"');
      expect(failures.out).not.toMatch(/4155550142|Zinnia/);
      const { body } = await api.call("POST", "/console/erasures", { To: person });
      expect(body).toMatchObject({ erased: { posts: 3 } });
      receiver.answer = (response) => void response.end();
      receiver.received.length = 0;
      for (let step = 0; step < 5; step += 1) await advance(60);
      await update(serviceSid, (await api.start(serviceSid, { To })).body.sid ?? "", "canceled");
      await receiver.until(3);
      expect(receiver.received.map(({ text }) => text).join()).not.toContain(person);
    });
  },
  () => ({ secret: databaseSecret, eventWebhook: { url: `${receiver.url}/sink`, secret, schema: "event-streams" } }),
);

test("an account on which codes are guessed is told of, whatever its services say", async () => {
  const webhook = { url: `${receiver.url}/sink`, secret, schema: "event-streams" } as const;
  const { spray } = eventReports(newSid, () => webhook);
  const noticed = {
    accountSid,
    serviceSid: `VA${"0".repeat(32)}`,
    refused: 201,
    approved: 3,
    noticedAt: 1_772_443_860_123,
  };
  const [post] = spray?.(noticed) ?? [];
  const request = await createEventRequest(webhook, { store: {} as never })({ ...(post as WebhookPost), tries: 1 });
  const [event] = JSON.parse(request?.body ?? "") as StreamedEventList;
  expect(event).toMatchObject({
    ...{ type: "countersign.account.sprayed", id: post?.sid, time: "2026-03-02T09:31:00.123Z" },
    data: { account_sid: accountSid, refused_checks: 201, approved_checks: 3 },
  });
  expect(departuresOfEvents({ headers: request?.headers ?? {}, text: request?.body ?? "" })).toEqual([]);
});
