import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PushCredential } from "../src/notifications/credentials.ts";
import { createMetrics } from "../src/operator/metrics.ts";
import { createAccount, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { type ProductionServer, startProduction } from "../test-support/production.ts";
import {
  fcmError,
  newAppleKey,
  newServiceAccount,
  type PushServer,
  startPushServer,
} from "../test-support/push-server.ts";
import { challengePhone, enrolPhone } from "../test-support/pushes.ts";

const sidOf = (digit: number) => `CR${String(digit).repeat(32)}`;
const lines: string[] = [];
let databases: TestDatabases;
let platforms: PushServer;
let server: ProductionServer;
let account: ReturnType<typeof newServiceAccount>["file"];
beforeAll(async () => {
  databases = await startDatabases();
  platforms = await startPushServer();
  const { origin } = platforms;
  const { file, privateKey } = newServiceAccount(origin);
  account = file;
  const ofGoogle = { projectId: "acme", clientEmail: file.client_email, keyId: undefined, tokenUri: file.token_uri };
  const pushCredentials: PushCredential[] = [
    { platform: "fcm", sid: sidOf(1), origin, key: privateKey, ...ofGoogle },
    { platform: "apn", sid: sidOf(2), origin, teamId: "T", keyId: "K", key: newAppleKey().privateKey },
  ];
  const databaseUrl = await databases.create("SQLite");
  server = await startProduction({
    ...{ databaseUrl, secret: "a secret of no less than 32 characters", pushCredentials },
    ...{ credentials: await createAccount(databaseUrl), metrics: createMetrics(Date.now) },
    logger: pino({ level: "trace" }, { write: (line: string) => void lines.push(line) }),
  });
});
afterAll(async () => {
  await server.close();
  await platforms.close();
  await databases.stop();
});

const subjectOf = (serviceSid: string) => ({
  ...{ store: server.store, clock: { now: Date.now() }, accountSid: server.credentials.accountSid, serviceSid },
});

test("a service names a credential that there is, or is refused", async () => {
  const { api } = server;
  const right = { FriendlyName: "Acme", "Push.FcmCredentialSid": sidOf(1), "Push.ApnCredentialSid": sidOf(2) };
  const made = await api.call("POST", "/v2/Services", right);
  expect(made).toMatchObject({ status: 201, body: { push: { fcm_credential_sid: sidOf(1) } } });
  for (const [name, sid] of [
    ["Push.FcmCredentialSid", sidOf(3)],
    // It is the other platform's.
    ["Push.FcmCredentialSid", sidOf(2)],
    ["Push.ApnCredentialSid", sidOf(1)],
  ] as const) {
    for (const path of ["/v2/Services", `/v2/Services/${made.body.sid}`]) {
      const { status, body } = await api.call("POST", path, { FriendlyName: "Acme", [name]: sid });
      expect([status, body.code, body.message]).toEqual([400, 60200, `Invalid parameter: ${name}`]);
    }
  }
  expect((await api.call("POST", `/v2/Services/${made.body.sid}`, { "Push.FcmCredentialSid": "" })).status).toBe(200);
  expect(await server.store.services.pushCredentialsInUse()).toEqual([sidOf(2)]);
});

test("a phone hears of its challenge by its platform, figures count it, and no line of the log has a token or a key", async () => {
  const subject = subjectOf(await server.api.createService());
  const [android, apple] = [await enrolPhone(subject, "fcm"), await enrolPhone(subject, "apn")];
  await challengePhone(subject, android);
  await challengePhone(subject, apple);
  await expect.poll(() => platforms.arrived.length, { timeout: 5_000 }).toBe(2);
  platforms.answers.push(fcmError(404, "NOT_FOUND", "UNREGISTERED"));
  await challengePhone(subject, android);
  await expect
    .poll(() => lines.filter((line) => line.includes("a push was given up")).length, { timeout: 5_000 })
    .toBe(1);
  const given = JSON.parse(lines.find((line) => line.includes("a push was given up")) ?? "{}");
  expect(given).toMatchObject({ channel: "push", provider: "fcm acme", tries: 1, errorCode: "UNREGISTERED" });
  const figures = await (await fetch(`http://127.0.0.1:${server.operatorPort}/metrics`)).text();
  for (const [provider, result] of [
    ["fcm acme", "accepted"],
    ["apn K", "accepted"],
    ["fcm acme", "failed"],
  ]) {
    expect(figures).toContain(`countersign_sends_total{channel="push",provider="${provider}",result="${result}"} 1`);
  }
  const bearers = platforms.arrived.map(({ headers }) => String(headers.authorization).split(" ")[1] ?? "");
  const secrets = [
    ...[android, apple].flatMap(({ credential, identity }) => [credential?.notificationToken ?? "", identity]),
    ...[...bearers, ...account.private_key.split("\n").slice(1, 5), account.client_email, "Log in to Acme?"],
  ];
  expect(
    secrets.filter((secret) => secret.length < 7 || lines.join().includes(secret) || figures.includes(secret)),
  ).toEqual([]);
});
