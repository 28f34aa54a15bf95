import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  apnError,
  fcmError,
  json,
  newAppleKey,
  newServiceAccount,
  type PushServer,
  startPushServer,
} from "../../test-support/push-server.ts";
import { answerPhone, challengePhone, enrolPhone } from "../../test-support/pushes.ts";
import { newSubject, type Subject } from "../../test-support/store-subject.ts";
import { watchProviders } from "../delivery/provider-watch.ts";
import type { Tried } from "../delivery/worker.ts";
import type { Factor } from "../factors/factor.ts";
import { changedFactor } from "../factors/request.ts";
import { accepted } from "../kernel/refusal.ts";
import { operator } from "../sql/resources.ts";
import { openSqliteStore } from "../store/sqlite/store.ts";
import type { PushCredential } from "./credentials.ts";
import type { Push, PushOf, PushWay } from "./push.ts";
import { openPushWay } from "./sender.ts";
import { startPushWorker } from "./worker.ts";

const clock = { now: Date.now() };
const sidOf = (digit: number) => `CR${String(digit).repeat(32)}`;
let server: PushServer;
let credentials: PushCredential[];
let subject: Subject;
beforeAll(async () => {
  server = await startPushServer();
  const { file, privateKey } = newServiceAccount(server.origin);
  const fcm = { platform: "fcm", origin: server.origin, clientEmail: file.client_email, keyId: undefined } as const;
  const key = newAppleKey().privateKey;
  const apn = { platform: "apn", origin: server.origin, teamId: "TEAM123456", keyId: "KEY1234567", key } as const;
  credentials = [
    { ...fcm, sid: sidOf(1), projectId: "acme", key: privateKey, tokenUri: file.token_uri },
    { ...fcm, sid: sidOf(2), projectId: "other", key: privateKey, tokenUri: file.token_uri },
    { ...apn, sid: sidOf(3) },
  ];
});
afterAll(() => server.close());
beforeEach(async () => {
  for (const list of [server.arrived, server.answers]) list.length = 0;
  subject = await newSubject(await openSqliteStore({ path: ":memory:", clock: () => clock.now }), clock);
  return () => subject.store.close();
});

/** Sends what is due with these, and tells what was heard of it. */
async function send(given: readonly PushCredential[], way: Partial<PushWay> = {}): Promise<Tried[]> {
  const heard: Tried[] = [];
  const pushes = { ...(await openPushWay(given, { clock: () => clock.now })), ...way };
  const { store } = subject;
  const worker = startPushWorker({
    ...{ ...pushes, store, clock: () => clock.now, random: () => 0, observe: (tried) => void heard.push(tried) },
  });
  await worker.run();
  await worker.stop();
  return heard;
}
const [fcm] = [() => credentials.slice(0, 1)];
const apn = () => credentials.slice(2);

describe("a push", () => {
  test("goes to the platform of the phone, by the credential that its service names, or the only one that there is", async () => {
    const { store, accountSid, serviceSid } = subject;
    await challengePhone(subject, await enrolPhone(subject, "fcm"));
    await challengePhone(subject, await enrolPhone(subject, "apn"));
    expect((await send([...fcm(), ...apn()])).map(({ provider, result }) => [provider, result]).sort()).toEqual([
      ["apn KEY1234567", "sent"],
      ["fcm acme", "sent"],
    ]);
    expect(server.arrived.map(({ path }) => path.slice(0, 9)).sort()).toEqual(["/3/device", "/v1/proje"]);
    const name = async (fcmCredentialSid: string) => {
      const named = { push: { includeDate: null, apnCredentialSid: null, fcmCredentialSid } };
      await store.services.update(
        accountSid,
        serviceSid,
        (before) => accepted({ ...before, ...named }),
        clock.now,
        operator,
      );
      await challengePhone(subject, await enrolPhone(subject, "fcm"));
      return (await send(credentials)).map(({ provider, errorCode }) => provider ?? errorCode);
    };
    expect(await name(sidOf(2))).toEqual(["fcm other"]);
    expect(await name(sidOf(3))).toEqual(["no_credential"]);
  });

  test("without a credential, or with several and none named, is failed, and its challenge stays to be found", async () => {
    const phone = await enrolPhone(subject, "fcm");
    const challenge = await challengePhone(subject, phone);
    for (const given of [[], apn()]) {
      if (given.length > 0) await challengePhone(subject, phone);
      expect(await send(given)).toMatchObject([{ channel: "push", result: "failed", errorCode: "no_credential" }]);
    }
    await challengePhone(subject, phone);
    expect(await send(credentials)).toMatchObject([{ errorCode: "no_credential" }]);
    const entity = await subject.store.entities.fetch(challenge);
    expect(entity && (await subject.store.challenges.fetch(entity, challenge.sid))).toMatchObject({
      status: "pending",
    });
  });

  test("is tried again after waits that double, and arrives once the platform is back", async () => {
    await challengePhone(subject, await enrolPhone(subject, "fcm"));
    const waits: number[] = [];
    server.answers.push(
      fcmError(503, "UNAVAILABLE"),
      fcmError(500, "INTERNAL"),
      fcmError(429, "QUOTA", "QUOTA_EXCEEDED", { "retry-after": "9" }),
    );
    for (let result = "retry"; result === "retry"; ) {
      [{ result } = { result: "none" }] = await send(fcm());
      const dueAt = await subject.store.notifications.nextDueAt();
      if (dueAt !== undefined) waits.push(dueAt - clock.now);
      clock.now = dueAt ?? clock.now;
    }
    expect(waits).toEqual([1_000, 2_000, 9_000]);
    expect(server.arrived).toHaveLength(4);
    // The platform keeps it as long as is left.
    expect(JSON.parse(server.arrived[3]?.text ?? "").message.android.ttl).toBe("288s");
  });

  test("ends with its challenge, and is not sent for one that was answered meanwhile, or is over", async () => {
    const phone = await enrolPhone(subject, "fcm");
    const answered = await challengePhone(subject, phone);
    await answerPhone(subject, answered);
    expect(await send(fcm())).toMatchObject([{ result: "ended", errorCode: "approved" }]);
    await challengePhone(subject, phone);
    clock.now += 300_000;
    expect(await send(fcm())).toMatchObject([{ result: "ended", errorCode: "expired" }]);
    expect(server.arrived).toEqual([]);
    const { sid, ...whose } = await challengePhone(subject, phone);
    await subject.store.notifications.create(whose, sid, { sid: `NT${"1".repeat(32)}`, ttlSeconds: 0 });
    server.answers.push(fcmError(503, "UNAVAILABLE"), fcmError(503, "UNAVAILABLE"));
    // Now or never is once, and the other is tried again.
    expect((await send(fcm())).map(({ result }) => result).sort()).toEqual(["failed", "retry"]);
  });

  test("of which nobody lived to tell what became is sent again when its lease ends", async () => {
    await challengePhone(subject, await enrolPhone(subject, "fcm"));
    const died = startPushWorker({
      ...{ store: subject.store, clock: () => clock.now, pollMs: 60_000, has: () => true, outlets: [] },
      carry: () => new Promise(() => undefined),
    });
    void died.run();
    await expect.poll(() => subject.store.notifications.nextDueAt()).toBe(clock.now + 60_000);
    expect(await send(fcm())).toEqual([]);
    clock.now += 60_000;
    expect(await send(fcm())).toMatchObject([{ result: "sent" }]);
  });

  test.each([
    ["fcm", () => fcmError(404, "NOT_FOUND", "UNREGISTERED"), "UNREGISTERED"],
    ["apn", () => apnError(410, "Unregistered"), "Unregistered"],
  ] as const)(
    "to a phone whose app is gone, as %s says, keeps the factor, and the next is not even tried, until the app brings a token",
    async (platform, answer, code) => {
      const phone = await enrolPhone(subject, platform);
      await challengePhone(subject, phone);
      server.answers.push(answer());
      const given = platform === "fcm" ? fcm() : apn();
      expect(await send(given)).toMatchObject([{ result: "failed", errorCode: code }]);
      await challengePhone(subject, phone);
      expect(await send(given)).toMatchObject([{ result: "failed", errorCode: "unregistered" }]);
      expect(server.arrived).toHaveLength(1);
      expect(await subject.store.factors.fetch(phone, clock.now)).toMatchObject({ sid: phone.sid, status: "verified" });
      // The same one may stand for an app that was installed again.
      const token = { "Config.NotificationToken": phone.credential?.notificationToken ?? "" };
      const brought = (factor: Factor) => changedFactor(factor, token, {}, clock.now);
      expect(await subject.store.factors.update(phone, brought, clock.now, operator)).toMatchObject({ ok: true });
      await challengePhone(subject, phone);
      expect(await send(given)).toMatchObject([{ result: "sent" }]);
    },
  );
});

test("a push waits for a platform that is paused for its account, and no try is counted", async () => {
  const { store, accountSid } = subject;
  await challengePhone(subject, await enrolPhone(subject, "fcm"));
  const paused = (isPaused: boolean) =>
    store.providers.pause({ accountSid, name: "fcm acme" }, isPaused, clock.now, operator);
  const watched = async () => {
    const watch = watchProviders(store.providers, { clock: () => clock.now });
    const heard = await send([], await openPushWay(fcm(), { clock: () => clock.now, watch }));
    await watch.close();
    return heard;
  };
  await paused(true);
  for (let looks = 0; looks < 12; looks += 1) {
    expect(await watched()).toEqual([]);
    clock.now += 10_000;
  }
  expect(server.arrived).toEqual([]);
  await paused(false);
  expect(await watched()).toMatchObject([{ result: "sent" }]);
  expect(await store.providers.list(accountSid)).toMatchObject([
    { accountSid: "", name: "fcm acme", succeededAt: clock.now, lastError: null },
    { accountSid, pausedAt: null },
  ]);
});

test("a platform that fails and then hangs is waited for fifty times at once, and the other goes on", async () => {
  const way = await openPushWay([...fcm(), ...apn()], { clock: () => clock.now });
  const about = {
    settings: { includeDate: null, apnCredentialSid: null, fcmCredentialSid: null },
  } as unknown as PushOf;
  const carry = (platform: "fcm" | "apn") =>
    way.carry({ platform, token: "t", appId: "app", message: {} } as Push, about);
  server.answers.push(fcmError(503, "UNAVAILABLE"));
  expect(await carry("fcm")).toMatchObject({ status: "retry" });
  const ends: (() => void)[] = [];
  const [fifty, ok] = [Array.from({ length: 50 }), json(200, { name: "projects/acme/messages/1" })];
  server.answers.push(...fifty.map((): typeof ok => (stream) => void ends.push(() => ok(stream))));
  const held = fifty.map(() => carry("fcm"));
  await expect.poll(() => ends.length).toBe(50);
  expect(await carry("fcm")).toEqual({ status: "retry", errorCode: "waiting", isUntried: true });
  expect(await carry("apn")).toMatchObject({ status: "sent" });
  for (const end of ends) end();
  expect((await Promise.all(held)).every(({ status }) => status === "sent")).toBe(true);
  expect(await carry("fcm")).toMatchObject({ status: "sent" });
  way.close?.();
});

test("three workers that share a store send each push once", async () => {
  const phone = await enrolPhone(subject, "fcm");
  await Promise.all(Array.from({ length: 30 }, () => challengePhone(subject, phone)));
  const heard = await Promise.all([send(fcm()), send(fcm()), send(fcm())]);
  expect(heard.flat().map(({ result }) => result)).toEqual(Array(30).fill("sent"));
  expect(new Set(server.arrived.map(({ text }) => text)).size).toBe(30);
});

test("250 pushes at once are all sent, a hundred at a time", async () => {
  const phone = await enrolPhone(subject, "fcm");
  await Promise.all(Array.from({ length: 250 }, () => challengePhone(subject, phone)));
  let [underWay, most, sent] = [0, 0, 0];
  await send([], {
    async carry() {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setTimeout(resolve, 5));
      underWay -= 1;
      sent += 1;
      return { status: "sent" };
    },
  });
  expect([sent, most]).toEqual([250, 100]);
});
