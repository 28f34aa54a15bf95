import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Challenge } from "../src/challenges/challenge.ts";
import type { PushCredential } from "../src/notifications/credentials.ts";
import { createMetrics } from "../src/operator/metrics.ts";
import type { Api } from "../test-support/api.ts";
import { codeOf } from "../test-support/authenticator.ts";
import { createAccount, dump, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { type ProductionServer, startProduction } from "../test-support/production.ts";
import {
  fcmError,
  newAppleKey,
  newServiceAccount,
  type PushServer,
  startPushServer,
} from "../test-support/push-server.ts";
import { answerPhone, challengePhone, enrolPhone } from "../test-support/pushes.ts";

const sidOf = (digit: number) => `CR${String(digit).repeat(32)}`;
const lines: string[] = [];
let databases: TestDatabases;
let databaseUrl: string;
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
  databaseUrl = await databases.create("SQLite");
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

test("a phone hears at once of a challenge, and again three times where somebody asks", async () => {
  const { api } = server;
  const subject = subjectOf(await api.createService());
  const phone = await enrolPhone(subject, "fcm");
  const path = `/v2/Services/${subject.serviceSid}/Entities/${phone.identity}/Challenges`;
  const challenge = await api.call("POST", path, { FactorSid: phone.sid, "Details.Message": "Log in to Acme?" });
  const { sid } = challenge.body;
  const notifications = `${path}/${sid}/Notifications`;
  expect(challenge.body).toMatchObject({ links: { notifications: server.url + notifications } });
  const ofChallenge = () => platforms.arrived.filter(({ text }) => text.includes(String(sid)));
  // Nobody waits until it is looked whether something is due.
  await expect.poll(() => ofChallenge().length, { timeout: 900, interval: 10 }).toBe(1);
  const made = await api.call("POST", notifications);
  expect([made.status, made.body]).toEqual([
    201,
    {
      ...{ sid: expect.stringMatching(/^NT[0-9a-f]{32}$/), account_sid: subject.accountSid },
      ...{ service_sid: subject.serviceSid, entity_sid: phone.entitySid, identity: phone.identity },
      ...{ challenge_sid: sid, priority: "high", ttl: 300, date_created: expect.stringMatching(/:\d\dZ$/) },
    },
  ]);
  expect((await api.call("POST", notifications, { Ttl: "0" })).body).toMatchObject({ ttl: 0 });
  for (const Ttl of ["-1", "301", "1.5", "soon"]) {
    const { status, body } = await api.call("POST", notifications, { Ttl });
    expect([status, body.code, body.message]).toEqual([400, 60306, "Invalid Request: Ttl"]);
  }
  expect((await api.call("POST", notifications)).status).toBe(201);
  const { status, body, headers } = await api.call("POST", notifications);
  expect([status, body.code, headers.get("retry-after")]).toEqual([429, 60309, null]);
  expect(body.details?.retry_after_seconds).toBeGreaterThan(290);
  await expect
    .poll(() => ofChallenge().map(({ text }) => JSON.parse(text).message.android.ttl))
    .toEqual([...["300s", "300s", "0s", "300s"]]);
});

test("a challenge that is no phone's, over, or unknown is told of to nobody", async () => {
  const { api } = server;
  const subject = subjectOf(await api.createService());
  const told = async ({ identity, sid }: Pick<Challenge, "identity" | "sid">, serviceSid = subject.serviceSid) => {
    const path = `/v2/Services/${serviceSid}/Entities/${identity}/Challenges/${sid}/Notifications`;
    const { status, body } = await api.call("POST", path);
    return [status, body.code, body.message];
  };
  const asked = await challengePhone(subject, await enrolPhone(subject, "none"));
  const none = "Cannot resend push notifications to 'none' notification platform";
  expect(await told(asked)).toEqual([400, 60307, none]);
  const answered = await challengePhone(subject, await enrolPhone(subject, "apn"));
  await answerPhone(subject, answered);
  expect(await told(answered)).toEqual([403, 60322, "Challenge already responded"]);
  const strangers = [
    await told({ ...asked, sid: answered.sid }),
    await told({ ...asked, identity: "somebody-else" }),
    await told(asked, await api.createService()),
  ];
  expect(strangers.map((answer) => answer.slice(0, 2))).toEqual(strangers.map(() => [404, 20404]));
  const { sid, identity } = await verifiedApp(api, subject.serviceSid);
  expect(await told({ sid, identity })).toEqual([400, 60306, "Invalid Request: ChallengeSid"]);
});

/** A challenge of an authenticator app. */
async function verifiedApp(api: Api, serviceSid: string) {
  const identity = "person-with-an-app";
  const factors = `/v2/Services/${serviceSid}/Entities/${identity}/Factors`;
  const made = await api.call("POST", factors, { FriendlyName: "App", FactorType: "totp" });
  const { sid, binding } = JSON.parse(made.text);
  await api.call("POST", `${factors}/${sid}`, { AuthPayload: codeOf(binding.uri) });
  const challenges = factors.replace(/Factors$/, "Challenges");
  return { identity, sid: String((await api.call("POST", challenges, { FactorSid: sid })).body.sid) };
}

test("a phone hears of its challenge by its platform, figures count it, and neither the log nor the database has a token or a key", async () => {
  const subject = subjectOf(await server.api.createService());
  const [android, apple] = [await enrolPhone(subject, "fcm"), await enrolPhone(subject, "apn")];
  platforms.arrived.length = 0;
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
  const readFigures = async () => await (await fetch(`http://127.0.0.1:${server.operatorPort}/metrics`)).text();
  await expect.poll(readFigures, { timeout: 5_000 }).toContain("countersign_queue_pushes 0\n");
  const figures = await readFigures();
  for (const [provider, result] of [
    ["fcm acme", "accepted"],
    ["apn K", "accepted"],
    ["fcm acme", "failed"],
  ]) {
    expect(figures).toContain(`countersign_sends_total{channel="push",provider="${provider}",result="${result}"} `);
  }
  const stored = await dump(databaseUrl);
  expect(stored).toContain("UNREGISTERED");
  const bearers = platforms.arrived.map(({ headers }) => String(headers.authorization).split(" ")[1] ?? "");
  const secrets = [
    ...[android, apple].flatMap(({ credential, identity }) => [credential?.notificationToken ?? "", identity]),
    ...[...bearers, ...account.private_key.split("\n").slice(1, 5), account.client_email, "Log in to Acme?"],
  ];
  const [written, isShort] = [[...lines, figures, stored].join(), (secret: string) => secret.length < 7];
  expect(secrets.filter((secret) => isShort(secret) || written.includes(secret))).toEqual([]);
});
