import { jwtVerify } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  apnError,
  fcmError,
  json,
  newAppleKey,
  newServiceAccount,
  type PushServer,
  startPushServer,
} from "../../../test-support/push-server.ts";
import type { Push, PushProvider } from "../push.ts";
import { openApn } from "./apn.ts";
import { openFcm } from "./fcm.ts";
import { createHttp2Client } from "./http2-client.ts";

const apple = newAppleKey();
let server: PushServer;
let account: ReturnType<typeof newServiceAccount>;
beforeAll(async () => {
  server = await startPushServer();
  account = newServiceAccount(server.origin);
});
afterAll(() => server.close());
const opened: PushProvider[] = [];
let now = 0;
beforeEach(() => {
  for (const provider of opened.splice(0)) provider.close();
  for (const list of [server.arrived, server.tokenRequests, server.answers, server.tokenAnswers]) list.length = 0;
  now = Date.now();
});

const sid = `CR${"0".repeat(32)}`;
const clock = () => now;
function fcm(timeoutMs?: number): PushProvider {
  const { project_id: projectId, client_email: clientEmail, token_uri: tokenUri } = account.file;
  const ofFile = { projectId, clientEmail, tokenUri, keyId: "0123456789abcdef", key: account.privateKey };
  const provider = openFcm({ platform: "fcm", sid, origin: server.origin, ...ofFile }, { clock, timeoutMs });
  opened.push(provider);
  return provider;
}
function apn({ origin = server.origin, ca }: { origin?: string; ca?: string | undefined } = {}): PushProvider {
  const credential = { sid, origin, teamId: "TEAM123456", keyId: "KEY1234567", key: apple.privateKey };
  const provider = openApn({ platform: "apn", ...credential }, { clock, ca });
  opened.push(provider);
  return provider;
}
const push: Push = {
  platform: "fcm",
  token: "device:token/1",
  appId: "com.example.app",
  message: {
    type: "verify_push_challenge",
    challenge_sid: `YC${"1".repeat(32)}`,
    factor_sid: `YF${"1".repeat(32)}`,
    message: "Log in to Acme?",
  },
  ttlSeconds: 120,
};
const last = () => server.arrived.at(-1);

describe("FCM", () => {
  test("gets data alone, whose values are texts, at high priority and for so long, under a token that its service account signs for", async () => {
    expect(await fcm().deliver(push)).toEqual({ status: "sent" });
    expect(last()?.path).toBe("/v1/projects/acme/messages:send");
    expect(last()?.headers).toMatchObject({
      authorization: "Bearer ya29.access-1",
      "content-type": "application/json",
    });
    expect(JSON.parse(last()?.text ?? "")).toEqual({
      message: { token: push.token, data: push.message, android: { priority: "high", ttl: "120s" } },
    });
    const form = new URLSearchParams(server.tokenRequests[0]?.text);
    expect(form.get("grant_type")).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
    const { payload, protectedHeader } = await jwtVerify(form.get("assertion") ?? "", account.publicKey, {
      ...{ algorithms: ["RS256"], issuer: account.file.client_email, audience: account.file.token_uri },
    });
    expect(protectedHeader).toMatchObject({ alg: "RS256", kid: "0123456789abcdef" });
    expect(payload).toMatchObject({ scope: "https://www.googleapis.com/auth/firebase.messaging" });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600);
  });

  test("is asked for one token by all that come at once, and for the next shortly before it ends or once it is refused", async () => {
    const provider = fcm();
    await Promise.all(Array.from({ length: 10 }, () => provider.deliver(push)));
    expect([server.arrived.length, server.tokenRequests.length, server.sessions.size]).toEqual([10, 1, 2]);
    now += 3_200_000;
    await provider.deliver(push);
    expect(server.tokenRequests).toHaveLength(1);
    now += 100_000;
    await provider.deliver(push);
    expect(server.tokenRequests).toHaveLength(2);
    server.answers.push(fcmError(401, "UNAUTHENTICATED"));
    expect(await provider.deliver(push)).toMatchObject({ status: "retry", errorCode: "UNAUTHENTICATED" });
    await provider.deliver(push);
    expect(last()?.headers.authorization).toBe("Bearer ya29.access-3");
  });

  test.each([
    [404, "NOT_FOUND", "UNREGISTERED", { status: "failed", errorCode: "UNREGISTERED", isGone: true }],
    [400, "INVALID_ARGUMENT", undefined, { status: "failed", errorCode: "INVALID_ARGUMENT" }],
    [403, "PERMISSION_DENIED", undefined, { status: "retry", errorCode: "PERMISSION_DENIED" }],
    [403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH", { status: "failed", errorCode: "SENDER_ID_MISMATCH" }],
    [
      429,
      "RESOURCE_EXHAUSTED",
      "QUOTA_EXCEEDED",
      { status: "retry", errorCode: "QUOTA_EXCEEDED", retryAfterSeconds: 7 },
    ],
    [503, "UNAVAILABLE", undefined, { status: "retry", errorCode: "UNAVAILABLE", retryAfterSeconds: 7 }],
    [500, "<b>no code</b>", undefined, { status: "retry", errorCode: "http_500" }],
  ])("that answers %i %s %s has said that of the push", async (status, code, errorCode, pushed) => {
    server.answers.push(fcmError(status, code, errorCode, { "retry-after": "7" }));
    expect(await fcm().deliver(push)).toMatchObject(pushed);
  });

  test("silences no phone for a project that it does not know, and keeps a token of which it does not complain", async () => {
    const provider = fcm();
    server.answers.push(fcmError(404, "NOT_FOUND"), fcmError(401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR"));
    expect(await provider.deliver(push)).toEqual({ status: "failed", errorCode: "NOT_FOUND" });
    await provider.deliver(push);
    server.answers.push(fcmError(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"));
    expect(await provider.deliver(push)).toMatchObject({ status: "retry", retryAfterSeconds: 60 });
    expect(server.tokenRequests).toHaveLength(1);
  });

  test("is not asked where there is no token, which is tried again", async () => {
    server.tokenAnswers.push(json(400, { error: "invalid_grant" }), (stream) => stream.close(2));
    const provider = fcm();
    expect(await provider.deliver(push)).toEqual({ status: "retry", errorCode: "oauth_invalid_grant" });
    await expect(provider.probe()).resolves.toBeUndefined();
    expect(server.arrived).toEqual([]);
  });
});

describe("APNs", () => {
  test("gets an alert for the app under a token of the team's key, which is kept for 40 minutes", async () => {
    const provider = apn();
    expect(await provider.deliver(push)).toEqual({ status: "sent" });
    expect(last()?.path).toBe("/3/device/device%3Atoken%2F1");
    expect(last()?.headers).toMatchObject({
      ...{ "apns-topic": "com.example.app", "apns-push-type": "alert", "apns-priority": "10" },
      "apns-expiration": String(Math.floor(now / 1000) + 120),
    });
    const { challenge_sid, factor_sid } = push.message;
    expect(JSON.parse(last()?.text ?? "")).toEqual({
      aps: {
        ...{ alert: { body: "Log in to Acme?" }, sound: "default" },
        ...{ category: "verify_push_challenge", "mutable-content": 1 },
      },
      ...{ type: "verify_push_challenge", challenge_sid, factor_sid },
    });
    const tokenOf = () => /^bearer (.+)$/.exec(last()?.headers.authorization ?? "")?.[1] ?? "";
    const first = tokenOf();
    const { payload, protectedHeader } = await jwtVerify(first, apple.publicKey, { algorithms: ["ES256"] });
    expect([protectedHeader, payload]).toEqual([
      { alg: "ES256", kid: "KEY1234567" },
      { iss: "TEAM123456", iat: Math.floor(now / 1000) },
    ]);
    now += 39 * 60_000;
    await provider.deliver({ ...push, ttlSeconds: 0 });
    expect([tokenOf(), last()?.headers["apns-expiration"]]).toEqual([first, "0"]);
    now += 60_000;
    await provider.deliver(push);
    expect(tokenOf()).not.toBe(first);
    expect(server.sessions.size).toBe(1);
  });

  test.each([
    [410, "Unregistered", { status: "failed", errorCode: "Unregistered", isGone: true }],
    [400, "BadDeviceToken", { status: "failed", errorCode: "BadDeviceToken" }],
    [403, "InvalidProviderToken", { status: "retry", errorCode: "InvalidProviderToken" }],
    [403, "ExpiredProviderToken", { status: "retry", errorCode: "ExpiredProviderToken" }],
    [429, "TooManyRequests", { status: "retry", errorCode: "TooManyRequests" }],
    [503, "Shutdown", { status: "retry", errorCode: "Shutdown" }],
  ])("that answers %i %s has said that of the push", async (status, reason, pushed) => {
    server.answers.push(apnError(status, reason));
    expect(await apn().deliver(push)).toEqual(pushed);
  });

  test("is known to accept the key by what it says of a device that there is not", async () => {
    server.answers.push(apnError(400, "BadDeviceToken"), apnError(403, "InvalidProviderToken"));
    await expect(apn().probe()).resolves.toBeUndefined();
    await expect(apn().probe()).rejects.toThrow("the key is not accepted: InvalidProviderToken");
  });

  test("is reached by TLS, and by nobody who cannot show its certificate", async () => {
    const secure = await startPushServer({ isTls: true });
    expect(await apn(secure).deliver(push)).toEqual({ status: "sent" });
    expect(await apn({ origin: secure.origin }).deliver(push)).toMatchObject({ status: "retry" });
    expect(secure.arrived).toHaveLength(1);
    await secure.close();
  });
});

describe("a connection", () => {
  test("that the platform takes leave of is followed by another, and what was sent on it arrives", async () => {
    const provider = apn();
    server.answers.push((stream) => {
      stream.session?.goaway(0);
      json(200, "")(stream);
    });
    expect(await provider.deliver(push)).toEqual({ status: "sent" });
    expect(await provider.deliver(push)).toEqual({ status: "sent" });
    for (const session of server.sessions) session.destroy();
    expect(await provider.deliver(push)).toEqual({ status: "sent" });
    server.answers.push((stream) => stream.close(7));
    expect(await provider.deliver(push)).toEqual({ status: "sent" });
  });

  test("that was forgotten on the way is noticed while nothing is sent, and holds up no push", async () => {
    const client = createHttp2Client(server.origin, { pingMs: 20, timeoutMs: 5_000 });
    const post = () => client.post({ ":path": "/3/device/1" }, "{}");
    expect(await post()).toMatchObject({ answer: { status: 200 } });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(server.sessions.size).toBe(1);
    server.forget();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const begun = performance.now();
    expect(await post()).toMatchObject({ answer: { status: 200 } });
    expect(performance.now() - begun).toBeLessThan(1_000);
    client.close();
  });

  test("on which no answer comes in time is given up, and so is one that nobody takes", async () => {
    server.answers.push(() => undefined);
    const provider = fcm(100);
    expect(await provider.deliver(push)).toEqual({ status: "retry", errorCode: "timeout" });
    expect(await provider.deliver(push)).toEqual({ status: "sent" });
    expect(await apn({ origin: "http://localhost:9" }).deliver(push)).toMatchObject({ status: "retry" });
  });
});
