import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fromBase32 } from "../src/factors/totp.ts";
import { type Answer, type Api, apiOf, authorizationOf, type Credentials, send } from "../test-support/api.ts";
import { codeOf } from "../test-support/authenticator.ts";
import { createAccount, databaseKinds, runSql, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { type Device, formOf, newDevice, newDeviceKey } from "../test-support/device.ts";
import { passkeysOf } from "../test-support/passkeys.ts";
import { startSandboxProcess } from "../test-support/sandbox-process.ts";

const secret = randomBytes(32).toString("base64url");
const phone = "+14155552671";
const email = "ada.lovelace@countersign.test";
const customCode = "Kq7Rz2Xw";
const wrongCode = "Wv9Tn4Bs";
const identity = "Jd5Xc8Lq-Person-7711";
const factorName = "Pm3Vb6Ns phone";
const notificationToken = "Hx4Wm8Qz-token-of-one-device-and-one-app";
const totpSecret = "KRSXG5BAONSWG4TFOQQGC3TE";

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.concurrent.each(databaseKinds)("on %s", (kind) => {
  test("security 4: nothing that a server writes, nor any error that it answers, holds a code, a secret, a recipient or an identity", async () => {
    const databaseUrl = await databases.create(kind);
    const server = await startSandboxProcess({ databaseUrl, secret });
    const credentials = await createAccount(databaseUrl);
    const api = apiOf(server.url, credentials);
    try {
      const serviceSid = await api.createService({ CustomCodeEnabled: "true", CodeLength: "10" });
      const codes = await verify(api, serviceSid);
      const refused = [
        ...(await provokeRefusals(api, serviceSid)),
        ...(await provokeStrangers(server.url, serviceSid)),
      ];
      const ofPasskey = await usePasskey(server.url, serviceSid, credentials);
      codes.push(...ofPasskey.secrets);
      refused.push(...ofPasskey.refused);
      const device = newDevice(() => server.url, { identity, serviceSid, accountSid: credentials.accountSid });
      refused.push(...(await usePhone(api, device)));
      expect(refused.filter(({ status }) => status < 400)).toEqual([]);
      await provokeBrokenHttp(server.url);
      const failed = await provokeFailures(api, serviceSid, databaseUrl);
      failed.push(
        await device.call("GET", device.url),
        await device.call("POST", device.url, { AuthPayload: totpSecret }),
      );
      expect(failed.map(({ status }) => status)).toEqual(failed.map(() => 500));

      const canaries = canariesOf(credentials, [...codes, ...device.secrets, notificationToken]);
      expect(canaries.filter((canary) => canary.length < 8)).toEqual([]);
      const errors = [...refused, ...failed].map(({ text, headers }) => text + JSON.stringify([...headers]));
      expect(found(canaries, errors.join("\n"))).toEqual([]);
      await server.kill();
      const output = server.output();
      expect(output.split("\n").length).toBeGreaterThan(refused.length + failed.length);
      expect(output).toContain('"failure"');
      expect(found(canaries, output)).toEqual([]);
    } finally {
      await server.kill();
    }
  });
});

/** Whole flows that succeed. @returns the codes and tokens that were issued */
async function verify(api: Api, serviceSid: string): Promise<string[]> {
  const recipients = [
    { To: phone, Channel: "sms" },
    { To: email, Channel: "email" },
  ];
  for (const recipient of recipients) {
    const tagged = { ...recipient, Tags: JSON.stringify({ [email]: customCode }) };
    expect((await api.start(serviceSid, tagged)).status).toBe(201);
    const [message] = await api.messages(recipient.To);
    expect(message?.code).toMatch(/^\d{10}$/);
    await api.check(serviceSid, { To: recipient.To, Code: wrongCode });
    await api.check(serviceSid, { To: recipient.To, Code: message?.code ?? "" });
    await api.start(serviceSid, { ...recipient, CustomCode: customCode });
    await api.fetch(serviceSid, encodeURIComponent(recipient.To));
  }
  expect((await api.call("POST", "/v2/SafeList/Numbers", { PhoneNumber: phone })).status).toBe(201);
  expect((await api.call("GET", `/v2/SafeList/Numbers/${phone}`)).status).toBe(200);
  const entities = `/v2/Services/${serviceSid}/Entities`;
  expect((await api.call("POST", entities, { Identity: identity })).status).toBe(201);
  expect((await api.call("GET", `${entities}/${identity}`)).status).toBe(200);
  expect((await api.call("GET", entities)).status).toBe(200);
  const sent = [...(await api.messages(phone)), ...(await api.messages(email))];
  const ofApps = await useApps(api, `${entities}/${identity}/Factors`);
  return [...sent.map(({ code }) => code), ...ofApps, ...(await verifySilently(api, serviceSid))];
}

/** Authenticator apps, whose secret is made or given. */
async function useApps(api: Api, factors: string): Promise<string[]> {
  const app = { FriendlyName: factorName, FactorType: "totp", Metadata: JSON.stringify({ [email]: customCode }) };
  const made = await Promise.all(
    [{}, { "Binding.Secret": totpSecret }].map((more) => api.call("POST", factors, { ...app, ...more })),
  );
  const all = made.map(({ body }) => body as unknown as { sid: string; binding: { secret: string; uri: string } });
  const codes = [];
  for (const { sid, binding } of all) {
    const AuthPayload = codeOf(binding.uri.replace("digits=6", "digits=8"));
    const verified = await api.call("POST", `${factors}/${sid}`, { AuthPayload, "Config.CodeLength": "8" });
    expect(verified.body.status).toBe("verified");
    expect((await api.call("GET", `${factors}/${sid}`)).status).toBe(200);
    codes.push(AuthPayload);
    const challenges = factors.replace(/Factors$/, "Challenges");
    const kept = { "Details.Message": factorName, HiddenDetails: app.Metadata };
    const approved = await api.call("POST", challenges, { FactorSid: sid, AuthPayload, ...kept });
    expect(approved.body.status).toBe("approved");
    const pending = await api.call("POST", challenges, { FactorSid: sid, AuthPayload, ...kept });
    const again = { AuthPayload, Metadata: app.Metadata };
    expect((await api.call("POST", `${challenges}/${pending.body.sid}`, again)).body.status).toBe("pending");
    expect((await api.call("GET", `${challenges}/${pending.body.sid}`)).status).toBe(200);
    expect((await api.call("GET", challenges)).status).toBe(200);
  }
  expect((await api.call("GET", factors)).status).toBe(200);
  expect((await api.call("DELETE", `${factors}/${all[0]?.sid}`)).status).toBe(204);
  return all
    .flatMap(({ binding: { secret, uri } }) => [secret, uri, fromBase32(secret)?.toString("base64") ?? ""])
    .concat(codes);
}

/** A passkey that registers, logs in and is refused. Its name tells a person, as an identity does. */
async function usePasskey(url: string, serviceSid: string, credentials: Credentials) {
  const passkeys = passkeysOf(() => url, serviceSid, credentials);
  const { registered, logIn } = await passkeys.person(identity, { more: { friendly_name: factorName } });
  expect((await logIn()).body.status).toBe("approved");
  const refused = [
    await passkeys.verify(registered),
    await passkeys.verify({ ...registered, rawId: Buffer.from(registered.id, "base64url").toString("hex") }),
    await passkeys.begin(identity, { friendly_name: factorName.repeat(5) }),
    await passkeys.begin(email),
    await passkeys.challenge({ identity: `${identity}-0` }),
    await logIn({ origin: "https://example.org" }),
    await logIn({ signature: "another key" }),
    await logIn({ counter: 0 }),
    await passkeys.approve({ id: registered.id, response: { clientDataJSON: registered.id } }),
  ];
  return { refused, secrets: [registered.id, Buffer.from(registered.id, "base64url").toString("hex")] };
}

/** A phone that enrols, answers and tells another token of its platform. @returns what it and others were refused */
async function usePhone(api: Api, phone: Device): Promise<Answer[]> {
  const tokens = phone.path.replace(/Entities.*/, "AccessTokens");
  const asked = { Identity: identity, FactorType: "push", FactorFriendlyName: factorName };
  const { token, sid } = (await api.call("POST", tokens, asked)).body as unknown as { token: string; sid: string };
  expect((await api.call("GET", `${tokens}/${sid}`)).status).toBe(200);
  const named = { FriendlyName: factorName, "Config.NotificationToken": notificationToken };
  expect((await phone.create(token, named)).status).toBe(201);
  expect((await phone.verify()).status).toBe(200);
  const moved = { "Config.NotificationToken": `${notificationToken}2` };
  expect((await phone.call("POST", phone.url, moved)).status).toBe(200);
  const challenges = `${phone.path}/Challenges`;
  const challenge = await api.call("POST", challenges, { FactorSid: phone.sid, "Details.Message": factorName });
  expect((await phone.call("GET", challenges)).status).toBe(200);
  const one = `${challenges}/${challenge.body.sid}`;
  expect((await api.call("POST", `${one}/Notifications`)).status).toBe(201);
  return Promise.all([
    api.call("POST", `${one}/Notifications`, { Ttl: notificationToken }),
    phone.create(token),
    phone.create(token, { "Binding.PublicKey": newDeviceKey().publicKey }),
    phone.create(`${token}A`),
    phone.call("POST", `${phone.path}/Factors`, { ...formOf(), "Config.NotificationToken": notificationToken }),
    phone.call("POST", phone.url, { "Config.NotificationPlatform": notificationToken }),
    phone.call("POST", one, { AuthPayload: phone.token({ key: newDeviceKey().privateKey }) }),
    phone.call("GET", phone.url, undefined, phone.token({ now: 0 })),
    phone.call("GET", `${challenges}?FactorSid=${notificationToken}`),
    phone.call("GET", phone.path),
    api.call("POST", tokens, { ...asked, FactorType: token }),
    api.call("GET", `${tokens}/${token}`),
    api.call("GET", `${phone.path}/Factors/${phone.token()}`),
  ]);
}

/** The address that the device opens and the token that it gets there are secrets, too. */
async function verifySilently(api: Api, serviceSid: string): Promise<string[]> {
  const To = "+14155552673";
  const { body } = await api.start(serviceSid, { To, Channel: "sna", EnableSnaClientToken: "true" });
  const url = new URL(body.sna?.url ?? "");
  const opened = await api.call("GET", url.pathname);
  const snaClientToken = new URLSearchParams(opened.text).get("SnaClientToken") ?? "";
  expect((await api.check(serviceSid, { To, SnaClientToken: snaClientToken })).body.status).toBe("approved");
  return [url.pathname.slice("/sna/".length), snaClientToken];
}

/** Requests of the account's own that are refused, each with something in it that must not be repeated. */
async function provokeRefusals(api: Api, serviceSid: string): Promise<Answer[]> {
  const services = `/v2/Services/${serviceSid}`;
  const inPath = (to: string) => `${services}/Verifications/${encodeURIComponent(to)}`;
  return Promise.all([
    api.start(serviceSid, { To: `${phone}00000000`, CustomCode: customCode }),
    api.start(serviceSid, { To: phone, Channel: "email" }),
    api.start(serviceSid, { To: email, Channel: "sms" }),
    api.start(serviceSid, { To: phone, CustomCode: `${customCode}!` }),
    api.start(serviceSid, { To: phone, Channel: phone }),
    api.start(serviceSid, { To: phone, Tags: JSON.stringify({ order: customCode.repeat(20) }) }),
    api.start(serviceSid, { To: email, Channel: "email", ChannelConfiguration: JSON.stringify({ from: email }) }),
    api.start(serviceSid, {
      ...{ To: email, Channel: "email", ChannelConfiguration: JSON.stringify({ from_name: `${email}!` }) },
    }),
    api.start(serviceSid, { To: phone, Locale: email.slice(0, 12) }),
    api.start("VA00000000000000000000000000000009", { To: phone, CustomCode: customCode }),
    api.check(serviceSid, { To: phone, Code: `${customCode}!` }),
    api.check(serviceSid, { To: "+14155552672", Code: customCode }),
    api.check(serviceSid, { VerificationSid: phone, Code: customCode }),
    api.check(serviceSid, { Code: customCode }),
    api.call("GET", inPath("+14155552671x")),
    // A secret in a place where none belongs.
    ...[strangerToken, customCode].flatMap((lost) => [
      api.call("GET", inPath(lost)),
      api.call("GET", `/v2/Services/${lost}`),
      api.call("GET", `/v2/Attempts/${lost}`),
      api.call("GET", `${services}/${lost}`),
      api.call("GET", `/sna/${lost}`),
      api.call("GET", `/${lost}/v2/Services`),
      api.call("GET", `/2010-04-01/Accounts/${lost}/SMS/Messages/${lost}/Feedback.xml`),
      api.call("POST", `/2010-04-01/Accounts/${lost}/SMS/Messages/SM1/Feedback.json`),
      api.call("GET", `/protected/json/${lost}`),
    ]),
    api.call("GET", inPath(`x${email}`)),
    api.call("POST", inPath(phone), { Status: customCode }),
    api.call("GET", `/protected/json/phones/verification/check?phone_number=${phone}&verification_code=${customCode}`),
    api.call("DELETE", inPath(phone)),
    api.call("POST", "/v2/SafeList/Numbers", { PhoneNumber: phone }),
    api.call("POST", "/v2/SafeList/Numbers", { PhoneNumber: `${phone}x` }),
    api.call("GET", `/v2/SafeList/Numbers/${phone}0`),
    api.call("PATCH", `/v2/SafeList/Numbers/${phone}`),
    api.call("POST", `${services}/Entities`, { Identity: identity }),
    api.call("POST", `${services}/Entities`, { Identity: `${identity}_` }),
    api.call("POST", `${services}/Entities`, { Identity: email }),
    api.call("GET", `${services}/Entities/${identity}-0`),
    api.call("DELETE", `${services}/Entities/${encodeURIComponent(`${identity} `)}`),
    api.call("PATCH", `${services}/Entities/${identity}`),
    api.call("GET", `${services}/Entities/${identity}/Nothing`),
    api.call("GET", `${services}/Entities?Identity=${identity}`),
    ...[
      { FriendlyName: factorName, FactorType: "push", "Binding.PublicKey": totpSecret },
      { FriendlyName: factorName, FactorType: "totp", "Binding.Secret": `${totpSecret}1` },
      { FriendlyName: factorName, FactorType: "totp", "Binding.Secret": totpSecret },
      { FriendlyName: factorName, FactorType: totpSecret },
      { FriendlyName: factorName.repeat(5), FactorType: "totp", "Config.Alg": totpSecret },
    ].map((fields) => api.call("POST", `${services}/Entities/${identity}/Factors`, fields)),
    api.call("POST", `${services}/Entities/${identity}/Factors/${totpSecret}`, { AuthPayload: totpSecret }),
    api.call("GET", `${services}/Entities/${identity}/Factors?Secret=${totpSecret}`),
    ...[
      { FactorSid: totpSecret },
      { FactorSid: noFactor, AuthPayload: customCode },
      { FactorSid: noFactor, ExpirationDate: email },
      { FactorSid: noFactor, "Details.Message": email.repeat(20) },
      { FactorSid: noFactor, "Details.Fields": JSON.stringify({ label: customCode }) },
      { FactorSid: noFactor, HiddenDetails: JSON.stringify({ [factorName]: customCode.repeat(200) }) },
      { FactorSid: noFactor, HiddenDetails: JSON.stringify({ [email]: customCode }), AuthPayload: "12345678" },
    ].map((fields) => api.call("POST", `${services}/Entities/${identity}/Challenges`, fields)),
    api.call("GET", `${services}/Entities/${identity}/Challenges?FactorSid=${totpSecret}`),
    api.call("POST", "/console/erasures", { Identity: `${identity}_` }),
    api.call("GET", `/v2/Nothing/${encodeURIComponent(phone)}?To=${encodeURIComponent(email)}`),
    api.call("GET", `/v2/Attempts?Country=${encodeURIComponent(email)}`),
    api.call("GET", `/v2/Attempts?DateCreatedAfter=${encodeURIComponent(phone)}`),
    api.call("GET", `/sna/${encodeURIComponent(phone)}`),
    api.call("POST", `${services}/Verifications`, { To: phone, CustomCode: customCode.repeat(4000) }),
  ]);
}

const noFactor = "YF000000000000000000000000000000ff";

/** Requests whose credentials are wrong. */
async function provokeStrangers(url: string, serviceSid: string): Promise<Answer[]> {
  const target = `${url}/v2/Services/${serviceSid}/Verifications/${encodeURIComponent(phone)}`;
  const headers = [strangerAuthorization, `Bearer ${strangerToken}`, `Basic ${strangerToken}`, strangerToken];
  return Promise.all(headers.map((authorization) => send(target, { headers: { authorization } })));
}

const strangerToken = "7f3c9d51e8a24b60b1d2c3f4a5968778";
const strangerAuthorization = authorizationOf({
  accountSid: "AC0000000000000000000000000000000f",
  authToken: strangerToken,
});

/** Requests that are not HTTP, after which the server closes the connection. */
async function provokeBrokenHttp(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const lines = [`GET /${phone} ${email}\r\n\r\n`, `GET /${email} HTTP/1.1\r\nAuthorization ${strangerToken}\r\n\r\n`];
  for (const line of lines) {
    const socket = connect(Number(port), hostname).end(line);
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    await once(socket, "close");
    expect(text).toMatch(/^HTTP\/1.1 400 /);
    expect(found([phone.slice(1), email, strangerToken], text)).toEqual([]);
  }
}

/** Requests that the server fails at, since its tables are not what they were. */
async function provokeFailures(api: Api, serviceSid: string, databaseUrl: string): Promise<Answer[]> {
  await runSql(databaseUrl, "ALTER TABLE verifications RENAME TO lost");
  await runSql(databaseUrl, "ALTER TABLE attempts RENAME TO lost_too");
  await runSql(databaseUrl, "ALTER TABLE challenges RENAME TO lost_besides");
  const challenges = await api.call("GET", `/v2/Services/${serviceSid}/Entities/${identity}/Challenges`);
  await runSql(databaseUrl, "ALTER TABLE factors RENAME TO lost_at_last");
  const app = { FriendlyName: factorName, FactorType: "totp", "Binding.Secret": totpSecret };
  const factor = await api.call("POST", `/v2/Services/${serviceSid}/Entities/${identity}/Factors`, app);
  await runSql(databaseUrl, "ALTER TABLE entities RENAME TO lost_as_well");
  return Promise.all([
    factor,
    challenges,
    api.call("POST", `/v2/Services/${serviceSid}/Entities`, { Identity: identity }),
    api.call("DELETE", `/v2/Services/${serviceSid}/Entities/${identity}`),
    api.start(serviceSid, { To: phone, CustomCode: customCode }),
    api.start(serviceSid, { To: email, Channel: "email", CustomCode: customCode }),
    api.check(serviceSid, { To: phone, Code: customCode }),
    api.fetch(serviceSid, encodeURIComponent(email)),
    api.call("GET", `/v2/Attempts?ChannelData.To=${encodeURIComponent(phone)}`),
  ]);
}

/** Each in the forms in which it travels: an address percent-encoded or in other letters is found by its local part. */
function canariesOf(credentials: Credentials, codes: string[]): string[] {
  const tokens = [credentials.authToken, strangerToken, secret];
  const authorizations = [authorizationOf(credentials), strangerAuthorization].map((text) =>
    text.slice("Basic ".length),
  );
  const apps = [factorName, encodeURIComponent(factorName), totpSecret];
  return [
    phone.slice(1),
    "ada.lovelace",
    identity,
    ...apps,
    customCode,
    wrongCode,
    ...codes,
    ...tokens,
    ...authorizations,
  ];
}

function found(canaries: string[], text: string): string[] {
  return canaries.filter((canary) => text.toLowerCase().includes(canary.toLowerCase()));
}
