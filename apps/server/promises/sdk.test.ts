import { operationsOf } from "@countersign/document";
import { Ajv2020 } from "ajv/dist/2020.js";
import twilio from "twilio";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { bundledDocument } from "../src/http/bundled-document.ts";
import { sandboxAccount, sandboxServiceSid, startSandbox } from "../src/sandbox/sandbox.ts";
import type { Running } from "../src/server.ts";
import { apiOf } from "../test-support/api.ts";
import { codeOf } from "../test-support/authenticator.ts";
import { formOf, newDeviceKey, signedBy } from "../test-support/device.ts";
import { createAuthenticator, origin } from "../test-support/passkeys.ts";
import { sdkCalls } from "../test-support/sdk-calls.ts";

let sandbox: Running;
let client: twilio.Twilio;
beforeAll(async () => {
  sandbox = await startSandbox();
  client = twilio(sandboxAccount.accountSid, sandboxAccount.authToken);
  client.verify.baseUrl = sandbox.url;
});
afterAll(() => sandbox.close());
beforeEach(() => call("POST", "/sandbox/reset"));

const service = () => client.verify.v2.services(sandboxServiceSid);
const to = "+12025550123";

describe("the official SDK, its base URL changed and nothing else", () => {
  test("calls every operation of v2, each by the method that it has for it", async () => {
    const calls = sdkCalls(client);
    const operations = operationsOf(bundledDocument)
      .filter(({ path }) => /^\/v2\/(?!PhoneNumbers)/.test(path))
      .map(({ path, method, operation: { operationId } }) => ({ called: `${method} ${path}`, operationId }));
    expect(Object.keys(calls).sort()).toEqual(operations.map(({ operationId }) => operationId).sort());
    const sent = vi.spyOn(client.httpClient, "request");
    for (const [operationId, call] of Object.entries(calls)) {
      sent.mockClear();
      await call();
      const [{ method = "", uri = "" } = {}] = sent.mock.lastCall ?? [];
      const { called } = operations.find((each) => each.operationId === operationId) ?? { called: "" };
      const address = called.replaceAll(/\{\w+\}/g, "[^/]+");
      expect(`${method.toUpperCase()} ${new URL(uri).pathname}`).toMatch(new RegExp(`^${address}$`));
    }
    sent.mockRestore();
  });

  test.each(["sms", "call", "whatsapp"])("verifies a number by %s", async (channel) => {
    const verification = await service().verifications.create({ to, channel });
    expect(verification).toMatchObject({ to, channel, status: "pending", valid: false });
    const code = await codeSentTo(to);
    const check = await service().verificationChecks.create({ to, code });
    expect(check).toMatchObject({ sid: verification.sid, status: "approved", valid: true });
  });

  test("verifies an address by e-mail, in a language of choice", async () => {
    await service().verifications.create({ to: "Ada@Example.com", channel: "email", locale: "de" });
    const { messages } = await call("GET", "/sandbox/messages");
    expect(messages[0]).toMatchObject({ to: "ada@example.com", channel: "email", locale: "de" });
    const check = await service().verificationChecks.create({ to: "ada@example.com", code: messages[0]?.code ?? "" });
    expect(check.status).toBe("approved");
  });

  test("verifies by silent network authentication, without a code", async () => {
    const verification = await service().verifications.create({ to, channel: "sna", enableSnaClientToken: true });
    expect((await service().verificationChecks.create({ to })).status).toBe("pending");
    const answer = await (await fetch(verification.sna.url)).text();
    expect(answer).toContain("ErrorCode=0&ErrorDescription=Success");
    const snaClientToken = new URLSearchParams(answer).get("SnaClientToken") ?? "";
    const check = await service().verificationChecks.create({ to, snaClientToken });
    expect(check.status).toBe("approved");
    expect(check.snaAttemptsErrorCodes).toEqual([]);
  });

  test("takes silent network authentication for auto where the device is known, else SMS", async () => {
    const known = await service().verifications.create({ to, channel: "auto", deviceIp: "192.0.2.7" });
    expect(known.channel).toBe("sna");
    const unknown = await service().verifications.create({ to: "+12025550124", channel: "auto" });
    expect(unknown.channel).toBe("sms");
  });

  test("fetches, re-sends, cancels and approves", async () => {
    const first = await service().verifications.create({ to, channel: "sms" });
    const again = await service().verifications.create({ to, channel: "call" });
    expect(again.sid).toBe(first.sid);
    expect(again.sendCodeAttempts).toHaveLength(2);
    expect((await service().verifications(first.sid).fetch()).channel).toBe("call");
    expect((await service().verifications(to).update({ status: "canceled" })).status).toBe("canceled");
    const next = await service().verifications.create({ to, channel: "sms" });
    expect(next.sid).not.toBe(first.sid);
    const approved = await service().verifications(next.sid).update({ status: "approved" });
    expect(approved).toMatchObject({ status: "approved", valid: true });
  });

  test("lists 120 services over their pages, with and without a limit", async () => {
    const { services } = client.verify.v2;
    for (let index = 0; index < 119; index += 1) await services.create({ friendlyName: `Page ${index % 100}` });
    const all = await services.list();
    expect(all).toHaveLength(120);
    expect(new Set(all.map(({ sid }) => sid)).size).toBe(120);
    expect(await services.list({ limit: 30 })).toHaveLength(30);
    expect(await services.list({ pageSize: 7 })).toHaveLength(120);
  });

  test("makes messaging configurations, pages through them, moves a country to another route and takes it away", async () => {
    const [first, second] = ["MG00000000000000000000000000000001", "MG00000000000000000000000000000002"];
    const configurations = () => service().messagingConfigurations;
    for (const country of ["US", "DE", "all"]) await configurations().create({ country, messagingServiceSid: first });
    const again = configurations().create({ country: "DE", messagingServiceSid: second });
    await expect(again).rejects.toMatchObject({ status: 400, code: 60213 });
    const unknown = configurations().create({ country: "FR", messagingServiceSid: `${first.slice(0, -1)}9` });
    await expect(unknown).rejects.toMatchObject({ status: 400, code: 60200 });
    const listed = await configurations().list({ pageSize: 2 });
    expect(listed.map(({ country }) => country)).toEqual(["US", "DE", "all"]);
    expect((await configurations()("DE").fetch()).messagingServiceSid).toBe(first);
    expect((await configurations()("US").update({ messagingServiceSid: second })).messagingServiceSid).toBe(second);
    await service().verifications.create({ to, channel: "sms" });
    expect((await call("GET", "/sandbox/messages")).messages[0]).toMatchObject({ to, route: second });
    expect(await configurations()("DE").remove()).toBe(true);
    await expect(configurations()("DE").fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
  });

  test("makes a rate limit with a bucket, reaches it by name, changes it and takes it away", async () => {
    const limit = await service().rateLimits.create({ uniqueName: "end_user_ip_address", description: "By address" });
    const bucket = await service().rateLimits(limit.sid).buckets.create({ max: 1, interval: 60 });
    expect(bucket).toMatchObject({ rateLimitSid: limit.sid, max: 1, interval: 60 });
    const rateLimits = { end_user_ip_address: "203.0.113.7" };
    await service().verifications.create({ to, channel: "sms", rateLimits });
    const refused = service().verifications.create({ to: "+12025550124", channel: "sms", rateLimits });
    await expect(refused).rejects.toMatchObject({ status: 429, code: 20429 });
    expect((await service().rateLimits(limit.sid).buckets(bucket.sid).update({ max: 2 })).max).toBe(2);
    await service().verifications.create({ to: "+12025550124", channel: "sms", rateLimits });
    expect(await service().rateLimits.list()).toHaveLength(1);
    expect(await service().rateLimits(limit.sid).buckets.list()).toHaveLength(1);
    expect((await service().rateLimits("end_user_ip_address").fetch()).sid).toBe(limit.sid);
    expect((await service().rateLimits(limit.sid).update({ description: "Theirs" })).description).toBe("Theirs");
    expect(await service().rateLimits(limit.sid).buckets(bucket.sid).remove()).toBe(true);
    expect(await service().rateLimits(limit.sid).remove()).toBe(true);
    await expect(service().rateLimits(limit.sid).fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
  });

  test("registers a passkey, logs in with it by a button without a name, and throws what is wrong with a second answer", async () => {
    const browser = createAuthenticator();
    await service().update({
      ...{ "passkeys.relyingParty.id": "acme.example.com", "passkeys.relyingParty.name": "Acme" },
      ...{ "passkeys.relyingParty.origins": origin, "passkeys.authenticatorAttachment": "any" },
      ...{ "passkeys.discoverableCredentials": "preferred", "passkeys.userVerification": "preferred" },
    });
    const made = await service().newFactors.create({ friendlyName: "Laptop", identity: "person-0001" });
    expect(made).toMatchObject({ status: "unverified", factorType: "passkeys", binding: null });
    const registered = browser.create(made.options.publicKey, origin);
    const verified = await service().newVerifyFactors.update(registered);
    expect(verified).toMatchObject({ sid: made.sid, status: "verified" });
    const refused = { status: 403, code: 60383, message: "Illegal factor status" };
    await expect(service().newVerifyFactors.update(registered)).rejects.toMatchObject(refused);
    const asked = await service().newChallenge().create();
    const options = asked.options as unknown as { publicKey: Parameters<typeof browser.get>[0] };
    const loggedIn = browser.get(options.publicKey, origin);
    const approved = await service().approveChallenge.update(loggedIn);
    expect(approved).toMatchObject({
      sid: asked.sid,
      status: "approved",
      identity: "person-0001",
      factorSid: made.sid,
    });
    await expect(service().approveChallenge.update(loggedIn)).rejects.toMatchObject(refused);
    const unknown = service().newChallenge().create({ identity: "person-0002" });
    await expect(unknown).rejects.toMatchObject({ status: 404, code: 60392, message: "Entity not found" });
  });

  test("lists the templates over their pages, and the one of a name", async () => {
    const { templates } = client.verify.v2;
    const all = await templates.list();
    expect(all).toHaveLength(25);
    expect((await templates.list({ pageSize: 7 })).map(({ sid }) => sid)).toEqual(all.map(({ sid }) => sid));
    expect(await templates.list({ pageSize: 4, limit: 10 })).toHaveLength(10);
    const [named, ...more] = await templates.list({ friendlyName: "Base Verification Template 2 with do not share" });
    expect([named?.accountSid, more]).toEqual([sandboxAccount.accountSid, []]);
    expect(named?.translations.en).toMatchObject({ is_default_translation: true, status: "approved", locale: "en" });
    expect(await templates.list({ friendlyName: "Base" })).toEqual([]);
  });

  test("puts a number on the safe list, which then passes, looks for it and takes it off", async () => {
    const { safelist } = client.verify.v2;
    const blocked = "+15005560410";
    const start = () => service().verifications.create({ to: blocked, channel: "sms" });
    await expect(start()).rejects.toMatchObject({ status: 403, code: 60410 });
    const added = await safelist.create({ phoneNumber: blocked });
    expect(added).toMatchObject({ phoneNumber: blocked, url: `${sandbox.url}/v2/SafeList/Numbers/${blocked}` });
    expect((await start()).status).toBe("pending");
    expect((await safelist(blocked).fetch()).sid).toBe(added.sid);
    const refusals = [
      [
        () => safelist.create({ phoneNumber: blocked }),
        { status: 400, code: 60411, message: "Phone Number already exists" },
      ],
      [() => safelist.create({ phoneNumber: "12025550123" }), { status: 400, code: 60200 }],
      [() => safelist(to).fetch(), { status: 404, code: 20404 }],
      [() => safelist(to).remove(), { status: 404, code: 20404 }],
    ] as const;
    for (const [call, error] of refusals) {
      const refused = await call().catch((thrown: unknown) => thrown);
      expect(refused).toBeInstanceOf(twilio.RestException);
      expect(refused).toMatchObject(error);
    }
    expect(await safelist(blocked).remove()).toBe(true);
    await expect(safelist(blocked).fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
  });

  test("makes entities, pages through them, finds one by its identity and takes it away", async () => {
    const { entities } = service();
    const identities = Array.from({ length: 7 }, (_, index) => `person-000${index}`);
    for (const identity of identities) {
      await entities.create({ identity });
      // What is made within one millisecond is in no order.
      await call("POST", "/sandbox/clock", "Seconds=1");
    }
    const listed = await entities.list({ pageSize: 3 });
    expect(listed.map(({ identity }) => identity)).toEqual(identities.toReversed());
    expect(await entities.list({ pageSize: 2, limit: 5 })).toHaveLength(5);
    const found = await entities("person-0003").fetch();
    expect(found).toMatchObject({ identity: "person-0003", serviceSid: sandboxServiceSid });
    expect(found.links).toEqual({
      ...{ factors: `${found.url}/Factors`, new_factors: `${found.url}/Factors` },
      challenges: `${found.url}/Challenges`,
    });
    const refusals = [
      [() => entities.create({ identity: "person-0003" }), { status: 409, code: 60301 }],
      [
        () => entities.create({ identity: "ada@example.com" }),
        { status: 400, code: 60306, details: { identity: "email_address" } },
      ],
      [() => entities("person-0009").fetch(), { status: 404, code: 20404 }],
      [() => entities("person-0009").remove(), { status: 404, code: 20404 }],
      [
        () => entities.create({ identity: "error-60328" }),
        { status: 429, code: 60328, message: "Entities rate limit exceeded" },
      ],
    ] as const;
    for (const [call, error] of refusals) {
      const refused = await call().catch((thrown: unknown) => thrown);
      expect(refused).toBeInstanceOf(twilio.RestException);
      expect(refused).toMatchObject(error);
    }
    expect(await entities("person-0003").remove()).toBe(true);
    await expect(entities("person-0003").fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
  });

  test("makes an authenticator app, verifies it, pages through those there are, and is told what is wrong", async () => {
    const { newFactors, factors } = service().entities("person-f0017");
    const totp = { friendlyName: "Ana’s phone", factorType: "totp" } as const;
    const made = await newFactors.create({ ...totp, "config.skew": 2, metadata: JSON.stringify({ os: "Android" }) });
    expect(made).toMatchObject({ identity: "person-f0017", status: "unverified", options: null });
    expect([made.config, made.metadata]).toEqual([
      { alg: "sha1", skew: 2, code_length: 6, time_step: 30 },
      { os: "Android" },
    ]);
    const verify = factors(made.sid);
    expect((await verify.update({ authPayload: "1234567" })).status).toBe("unverified");
    expect((await verify.update({ authPayload: codeOf(made.binding.uri) })).status).toBe("verified");
    const imported = { ...totp, "binding.secret": "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U" };
    const locked = await newFactors.create(imported);
    for (let times = 0; times < 5; times += 1) await factors(locked.sid).update({ authPayload: "1234567" });
    for (const friendlyName of ["Two", "Three"]) await newFactors.create({ ...totp, friendlyName });
    const names = ["Three", "Two", "Ana’s phone", "Ana’s phone"];
    expect((await factors.list({ pageSize: 3 })).map(({ friendlyName }) => friendlyName)).toEqual(names);
    expect(await factors.list({ pageSize: 1, limit: 3 })).toHaveLength(3);
    expect((await factors(made.sid).update({ friendlyName: "New", "config.skew": 0 })).config.skew).toBe(0);
    expect((await factors(made.sid).fetch()).friendlyName).toBe("New");
    const refusals = [
      [() => newFactors.create({ ...totp, factorType: "push" }), { status: 400, code: 60314 }],
      [() => newFactors.create({ ...totp, factorType: "passkeys" }), { status: 400, code: 60306 }],
      [() => newFactors.create({ ...totp, "binding.publicKey": "MFkw" }), { status: 400, code: 60306 }],
      [() => newFactors.create(imported), { status: 409, code: 60317, message: "Factor already exists" }],
      [() => factors(locked.sid).update({ authPayload: "123456" }), { status: 429, code: 60310 }],
      [() => factors(made.sid).update({ "config.codeLength": 8 }), { status: 400, code: 60306 }],
      [() => factors(made.sid.replace(/.{8}$/, "00000000")).fetch(), { status: 404, code: 20404 }],
      [() => service().entities("person-f0018").factors.list(), { status: 404, code: 20404 }],
    ] as const;
    for (const [call, error] of refusals) {
      const refused = await call().catch((thrown: unknown) => thrown);
      expect(refused).toBeInstanceOf(twilio.RestException);
      expect(refused).toMatchObject(error);
    }
    expect(await factors(made.sid).remove()).toBe(true);
    await expect(factors(made.sid).fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
  });

  test("makes and fetches access tokens, and is told what is wrong", async () => {
    const { accessTokens } = service();
    const asked = { identity: "person-f0019", factorType: "push" } as const;
    const made = await accessTokens.create({ ...asked, factorFriendlyName: "Ana’s phone", ttl: 300 });
    expect([made.entityIdentity, made.factorFriendlyName, made.ttl]).toEqual(["person-f0019", "Ana’s phone", 300]);
    expect((await accessTokens(made.sid).fetch()).token).toBe(made.token);
    const refusals = [
      [() => accessTokens.create({ ...asked, factorType: "totp" as "push" }), { status: 400, code: 60305 }],
      [() => accessTokens.create({ ...asked, identity: "ada" }), { code: 60306, details: { identity: "too_short" } }],
      [() => accessTokens.create({ ...asked, ttl: 59 }), { status: 400, code: 60306 }],
      [() => accessTokens(made.sid.replace(/.{8}$/, "00000000")).fetch(), { status: 404, code: 20404 }],
    ] as const;
    for (const [call, error] of refusals) {
      const refused = await call().catch((thrown: unknown) => thrown);
      expect(refused).toBeInstanceOf(twilio.RestException);
      expect(refused).toMatchObject(error);
    }
  });

  test("makes the factor of a phone, verifies it by its signature, changes how it is reached, and is told what is wrong", async () => {
    const { newFactors, factors } = service().entities("person-f0019");
    const { privateKey, publicKey } = newDeviceKey();
    const phone = {
      friendlyName: "Ana’s phone",
      factorType: "push",
      "binding.alg": "ES256",
      "binding.publicKey": publicKey,
      "config.appId": "com.example",
      "config.sdkVersion": "1.0",
      "config.notificationPlatform": "none",
    } as const;
    const made = await newFactors.create(phone);
    expect([made.status, made.binding, made.options]).toEqual([
      ...["unverified", { public_key: publicKey, alg: "ES256" }, null],
    ]);
    const factor = factors(made.sid);
    const wrong = signedBy(newDeviceKey().privateKey, made.sid);
    const refusals = [
      [() => newFactors.create(phone), { status: 409, code: 60317 }],
      [() => newFactors.create({ ...phone, "binding.publicKey": "dGVzdF9rZXk=" }), { status: 400, code: 60314 }],
      [
        () => newFactors.create({ ...phone, "binding.publicKey": newDeviceKey().publicKey, "config.appId": "" }),
        { code: 60306 },
      ],
      [
        () => factor.update({ authPayload: wrong }),
        { status: 403, code: 60311, message: "Factor verification failed" },
      ],
      [() => factor.update({ "config.notificationPlatform": "fcm" }), { status: 400, code: 60306 }],
      [() => factor.update({ "config.skew": 1 }), { code: 60306, details: { factor: "other_type" } }],
    ] as const;
    for (const [call, error] of refusals) {
      const refused = await call().catch((thrown: unknown) => thrown);
      expect(refused).toBeInstanceOf(twilio.RestException);
      expect(refused).toMatchObject(error);
    }
    expect((await factor.update({ authPayload: signedBy(privateKey, made.sid) })).status).toBe("verified");
    const moved = { "config.notificationPlatform": "apn", "config.notificationToken": "t".repeat(64) } as const;
    expect((await factor.update(moved)).config).toMatchObject({ notification_platform: "apn", app_id: "com.example" });
    expect(await factor.remove()).toBe(true);
  });

  test("challenges an authenticator app, answers, annotates and lists its challenges, page by page", async () => {
    const { newFactors, factors, challenges } = service().entities("person-0001");
    const made = await newFactors.create({ friendlyName: "Phone", factorType: "totp" });
    const factorSid = made.sid;
    const authPayload = codeOf(made.binding.uri);
    const unverified = challenges.create({ factorSid, authPayload });
    await expect(unverified).rejects.toMatchObject({ status: 403, code: 60318 });
    expect((await factors(factorSid).update({ authPayload })).status).toBe("verified");

    const approved = await challenges.create({ factorSid, authPayload });
    expect(approved).toMatchObject({ status: "approved", factorSid, factorType: "totp", identity: "person-0001" });
    expect(approved.dateResponded).toEqual(approved.dateCreated);
    const expirationDate = new Date(Math.floor(Date.now() / 1000 + 600) * 1000);
    const more = {
      "details.message": "Log in to Acme?",
      "details.fields": [{ label: "City", value: "London" }],
      hiddenDetails: { ip: "192.0.2.7" },
    };
    const pending = await challenges.create({ factorSid, authPayload, expirationDate, ...more });
    expect(pending).toMatchObject({
      ...{ status: "pending", respondedReason: "none", dateResponded: null, expirationDate, metadata: null, links: {} },
      details: { message: "Log in to Acme?", fields: [{ label: "City", value: "London" }] },
      hiddenDetails: { ip: "192.0.2.7" },
    });
    const annotated = await challenges(pending.sid).update({ authPayload: "000000", metadata: { os: "Android" } });
    expect(annotated).toMatchObject({ status: "pending", metadata: { os: "Android" } });
    expect(await challenges(pending.sid).fetch()).toEqual(annotated);

    for (let index = 2; index < 7; index += 1) await challenges.create({ factorSid });
    const all = (await challenges.list({ pageSize: 2 })).map(({ sid }) => sid);
    expect([all.length, all[0], all[1]]).toEqual([7, approved.sid, pending.sid]);
    const filtered = await challenges.list({ factorSid, status: "pending", order: "desc", pageSize: 2 });
    expect(filtered.map(({ sid }) => sid)).toEqual(all.slice(1).toReversed());

    const used = await challenges.create({ factorSid, authPayload: "000000" });
    for (let tries = 1; tries < 5; tries += 1) await challenges(used.sid).update({ authPayload: "000000" });
    const refusals = [
      [() => challenges.create({ factorSid, authPayload: "12" }), { status: 400, code: 60306 }],
      [() => challenges.create({ factorSid: `YF${"0".repeat(32)}` }), { status: 404, code: 20404 }],
      [() => challenges.list({ status: "open" as "pending" }), { status: 400, code: 60306 }],
      [() => challenges(`YC${"0".repeat(32)}`).fetch(), { status: 404, code: 20404 }],
      [() => challenges(approved.sid).update({ authPayload }), { status: 403, code: 60322 }],
      [() => challenges(used.sid).update({ authPayload }), { status: 429, code: 60308 }],
      [
        async () => {
          await call("POST", "/sandbox/clock", "Seconds=900");
          for (let made = 0; made < 50; made += 1) await challenges.create({ factorSid });
        },
        { status: 429, code: 60312, message: "Challenge creation limit reached" },
      ],
      [() => challenges(pending.sid).update({ authPayload }), { status: 403, code: 60323 }],
    ] as const;
    for (const [call, error] of refusals) {
      const refused = await call().catch((thrown: unknown) => thrown);
      expect(refused).toBeInstanceOf(twilio.RestException);
      expect(refused).toMatchObject(error);
    }
  });

  test("fetches the form of push factors, whose schemas say what is right, and no other", async () => {
    const { forms, url } = await client.verify.v2.forms("form-push").fetch();
    expect(url).toBe(`${sandbox.url}/v2/Forms/form-push`);
    const validator = new Ajv2020({ strict: false, validateFormats: false });
    const takes = (name: string, body: object) => validator.validate(forms[name], body);
    const factor = formOf();
    const { "Config.NotificationToken": _, ...unreachable } = factor;
    const { "Config.SdkVersion": __, ...incomplete } = factor;
    const { call } = apiOf(sandbox.url);
    const factors = `/v2/Services/${sandboxServiceSid}/Entities/person-f0020/Factors`;
    for (const [form, isRight] of [
      [factor, true],
      [{ ...unreachable, "Config.NotificationPlatform": "none" }, true],
      ...[unreachable, incomplete, { ...factor, "Binding.Alg": "RS256" }].map((form) => [form, false] as const),
    ] as const) {
      const fields = { ...form, "Binding.PublicKey": newDeviceKey().publicKey };
      expect([takes("create_factor", fields), (await call("POST", factors, fields)).status === 201]).toEqual([
        isRight,
        isRight,
      ]);
    }
    expect(takes("verify_factor", { AuthPayload: "MEUCIQ==" })).toBe(true);
    expect(takes("verify_factor", {})).toBe(false);
    const challenge = { FactorSid: `YF${"0".repeat(32)}`, "Details.Message": "Sign in to Acme?" };
    expect(takes("create_challenge", challenge)).toBe(true);
    expect(takes("create_challenge", { ...challenge, "Details.Message": "" })).toBe(false);
    const other = client.verify.v2.forms("form-totp" as "form-push").fetch();
    await expect(other).rejects.toMatchObject({ status: 404, code: 20404 });
  });

  test("starts by a template, by the first of several, and by the service's own", async () => {
    const { templates, services } = client.verify.v2;
    const sidOf = async (friendlyName: string) => (await templates.list({ friendlyName }))[0]?.sid ?? "";
    const templateSid = await sidOf("Base Verification Template 3 with expiration");
    await service().verifications.create({ to, channel: "sms", templateSid });
    expect(await textSentTo(to)).toBe("123456 is your Acme verification code. It is valid for 10 min.");
    const unknown = `HJ${"0".repeat(32)}`;
    await service().verifications.create({
      to,
      channel: "whatsapp",
      templates: JSON.stringify([{ sid: unknown }, { sid: templateSid }]),
    });
    expect(await textSentTo(to)).toContain("is valid for");
    const create = (fields: object) => service().verifications.create({ to, channel: "sms", ...fields });
    await expect(create({ templateSid: unknown })).rejects.toMatchObject({ status: 404, code: 60228 });
    await expect(create({ channel: "sna", templateSid })).rejects.toMatchObject({ status: 400, code: 60408 });
    await expect(create({ templateSid, templateCustomSubstitutions: '{"a":"b"}' })).rejects.toMatchObject({
      ...{ status: 400, code: 60200, message: "Invalid parameter: TemplateCustomSubstitutions" },
      details: { member: "a" },
    });
    await expect(create({ templates: JSON.stringify([{ sid: unknown }]) })).rejects.toMatchObject({
      ...{ status: 400, code: 60252 },
      details: { templates: [{ sid: unknown, code: 60228 }] },
    });
    const defaultTemplateSid = await sidOf("Base Verification Template 4");
    expect((await services(sandboxServiceSid).update({ defaultTemplateSid })).defaultTemplateSid).toBe(
      defaultTemplateSid,
    );
    await create({});
    expect(await textSentTo(to)).toBe("Your Acme authentication code is: 123456");
    const vain = services(sandboxServiceSid).update({ defaultTemplateSid: unknown });
    await expect(vain).rejects.toMatchObject({ code: 60200, message: "Invalid parameter: DefaultTemplateSid" });
    await services(sandboxServiceSid).update({ defaultTemplateSid: "" });
  });

  test("starts with what its channel takes, and gets what it does not take as an error that names it", async () => {
    const { verifications } = service();
    await verifications.create({ to, channel: "call", sendDigits: "ww1", customFriendlyName: "Owl Books" });
    const email = { to: "ada@example.com", channel: "email", tags: JSON.stringify({ order: "A-17" }) };
    const from = { from: "codes@example.com", from_name: "Owl & Sons" };
    const { sid } = await verifications.create({ ...email, channelConfiguration: from });
    const { messages } = await call("GET", "/sandbox/messages");
    expect(messages).toMatchObject([from, { send_digits: "ww1", text: expect.stringContaining("Owl Books") }]);
    expect(JSON.stringify(await call("GET", "/console/verifications?tag=order:A-17"))).toContain(sid);
    const refused = (more: object) => expect(verifications.create({ ...email, ...more }));
    const foreign = { channelConfiguration: { from: "codes@acme.example" } };
    await refused(foreign).rejects.toMatchObject({ status: 403, code: 60222 });
    const unknown = { channelConfiguration: { template_id: "nobody" } };
    await refused(unknown).rejects.toMatchObject({ status: 400, code: 60218 });
    const named = { channelConfiguration: { reply_to: "codes@example.com" } };
    await refused(named).rejects.toMatchObject({ code: 60200, details: { member: "reply_to" } });
    const long = { tags: JSON.stringify({ order: "x".repeat(129) }) };
    await refused(long).rejects.toMatchObject({ code: 60200, details: { member: "order" } });
    const digits = { to, channel: "sms", sendDigits: "1" };
    await refused(digits).rejects.toMatchObject({ code: 60200, message: "Invalid parameter: SendDigits" });
  });

  test("creates, reads, changes and removes a service with every setting", async () => {
    const { services } = client.verify.v2;
    const settings = { codeLength: 8, lookupEnabled: true, psd2Enabled: true, doNotShareWarningEnabled: true };
    const created = await services.create({ friendlyName: "Beta", ...settings, "totp.issuer": "Beta" });
    expect(created).toMatchObject({ friendlyName: "Beta", ...settings, accountSid: sandboxAccount.accountSid });
    const updated = await services(created.sid).update({ friendlyName: "Gamma" });
    expect(updated).toMatchObject({ friendlyName: "Gamma", ...settings });
    expect(await services(created.sid).remove()).toBe(true);
    await expect(services(created.sid).fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
  });

  test("reads the Attempts log, its filters and its summary", async () => {
    await service().verifications.create({ to, channel: "sms" });
    await service().verifications.create({ to, channel: "call" });
    await service().verificationChecks.create({ to, code: "123456" });
    await service().verifications.create({ to: "+12025550124", channel: "sms" });
    const { verificationAttempts, verificationAttemptsSummary } = client.verify.v2;
    const attempts = await verificationAttempts.list({ "channelData.to": to });
    expect(attempts.map(({ channel, conversionStatus }) => [channel, conversionStatus])).toEqual([
      ["call", "converted"],
      ["sms", "unconverted"],
    ]);
    expect(await verificationAttempts.list({ status: "converted" })).toHaveLength(1);
    expect(await verificationAttempts(attempts[0]?.sid ?? "").fetch()).toMatchObject({ channel: "call" });
    expect(await verificationAttemptsSummary().fetch({ channel: "sms" })).toMatchObject({
      totalAttempts: 2,
      totalConverted: 0,
      conversionRatePercentage: "0",
    });
  });

  test("gets every outcome of the decision table as the error that it is", async () => {
    const start = (recipient = to) => service().verifications.create({ to: recipient, channel: "sms" });
    const check = (code: string) => service().verificationChecks.create({ to, code });
    await expect(check("123456")).rejects.toMatchObject({ status: 404, code: 20404, details: { reason: "unknown" } });
    for (let send = 1; send <= 5; send += 1) await start();
    await expect(start()).rejects.toMatchObject({ status: 429, code: 60203, message: "Max send attempts reached" });
    for (let wrong = 1; wrong <= 4; wrong += 1) expect((await check("000000")).status).toBe("pending");
    expect((await check("000000")).status).toBe("max_attempts_reached");
    await expect(check("123456")).rejects.toMatchObject({ status: 429, code: 60202 });
    await expect(start()).rejects.toMatchObject({ status: 429, code: 60202 });
    await call("POST", "/sandbox/clock", "Seconds=601");
    await expect(check("123456")).rejects.toMatchObject({ code: 20404, details: { reason: "expired" } });
    await start();
    await check("123456");
    await expect(check("123456")).rejects.toMatchObject({ code: 20404, details: { reason: "approved" } });
    await expect(start("12025550123")).rejects.toMatchObject({
      status: 400,
      code: 60200,
      message: "Invalid parameter: To",
      details: { recipient: "not_e164" },
    });
    await expect(start("+15551234567")).rejects.toMatchObject({
      code: 60200,
      details: { recipient: "unknown_number" },
    });
    await expect(start("+15005560410")).rejects.toMatchObject({ status: 403, code: 60410 });
  });
});

async function codeSentTo(recipient: string): Promise<string> {
  return (await sentTo(recipient))?.code ?? "";
}

const textSentTo = async (recipient: string) => (await sentTo(recipient))?.text;

async function sentTo(recipient: string): Promise<Inbox["messages"][number] | undefined> {
  const { messages } = await call("GET", `/sandbox/messages?To=${encodeURIComponent(recipient)}`);
  return messages[0];
}

async function call(method: string, path: string, body?: string) {
  const authorization = `Basic ${btoa(`${sandboxAccount.accountSid}:${sandboxAccount.authToken}`)}`;
  const headers = { authorization, ...(body && { "content-type": "application/x-www-form-urlencoded" }) };
  const response = await fetch(`${sandbox.url}${path}`, { method, headers, ...(body && { body }) });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? { messages: [] } : ((await response.json()) as Inbox);
}

interface Inbox {
  messages: { code: string; text: string }[];
}
