import { createHmac, generateKeyPairSync } from "node:crypto";
import { createClient, unwrap } from "@countersign/client";
import { operationsOf } from "@countersign/document";
import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { budget, share } from "../../../../scripts/budget.ts";
import type { Answer } from "../../test-support/api.ts";
import { databaseKindsOr, dump, readSql } from "../../test-support/databases.ts";
import { type Device, formOf, newDevice, newDeviceKey, signedBy } from "../../test-support/device.ts";
import { bundle } from "../../test-support/fake-app.ts";
import { describeOn, type UsedSandbox } from "../../test-support/sandbox.ts";
import { sandboxAccount, sandboxServiceSid as serviceSid } from "../sandbox/sandbox.ts";
import { settingsOf } from "./request.ts";

const identity = "person-0f3a9c77-b1d2";
const service = `/v2/Services/${serviceSid}`;
const entity = `${service}/Entities/${identity}`;
const rounds = budget(200);

/** What tests need to have devices. */
function having({ api, url }: { api: UsedSandbox["api"]; url: () => string }) {
  const accessToken = async (more: Record<string, string> = {}, of = service) => {
    const { body } = await api.call("POST", `${of}/AccessTokens`, { Identity: identity, FactorType: "push", ...more });
    return body as { sid: string; token: string };
  };
  const device = (more: Partial<Parameters<typeof newDevice>[1]> = {}) => newDevice(url, { identity, ...more });
  const enrolled = async (more: Partial<Parameters<typeof newDevice>[1]> = {}) => {
    const made = device(more);
    const of = made.path.replace(/\/Entities.*/, "");
    const { token } = await accessToken({ Identity: made.path.replace(/.*\//, "") }, of);
    expect((await made.create(token)).status).toBe(201);
    expect((await made.verify()).body.status).toBe("verified");
    return made;
  };
  return { accessToken, device, enrolled };
}

/** What was refused, and how. */
const codeOf = ({ status, body }: Answer) => [status, body.code];
const toldOf = ({ status, body: { code, details } }: Answer) => [status, code, details];

describeOn(databaseKindsOr("PostgreSQL"))((sandbox) => {
  const { api } = sandbox;
  const { accessToken, device, enrolled } = having({ api, url: () => sandbox.url });
  beforeEach(() => api.call("POST", "/sandbox/reset"));

  test.each(["Android", "iOS"] as const)(
    "a device with the SDK of %s enrols by an access token, shows that it has the key, and is known by that from then on",
    async (sdk) => {
      const phone = device({ sdk });
      const { sid: tokenSid, token } = await accessToken();
      const metadata = JSON.stringify({ os: sdk, more: "a=b+c/d:e,f" });
      const made = await phone.create(token, { Metadata: metadata });
      const answer = {
        ...{ sid: expect.stringMatching(/^YF[0-9a-f]{32}$/), identity, status: "unverified", factor_type: "push" },
        ...{ friendly_name: "Ana’s phone", metadata: JSON.parse(metadata), url: `${sandbox.url}${phone.url}` },
        config: {
          ...{ credential_sid: expect.stringMatching(/^CR[0-9a-f]{32}$/), sdk_version: "0.9.0" },
          ...{ app_id: "com.example.acme", notification_platform: "fcm" },
          notification_token: "dE3xampleT0kenOfOneDeviceAndOneApp",
        },
      };
      expect([made.status, made.body]).toMatchObject([
        201,
        { ...answer, binding: { public_key: phone.key.publicKey, alg: "ES256" }, options: null },
      ]);
      expect(codeOf(await phone.verify(newDeviceKey().privateKey))).toEqual([403, 60311]);
      expect(codeOf(await phone.verify(phone.key.privateKey, "YF00000000000000000000000000000000"))).toEqual([
        403, 60311,
      ]);
      const verified = await phone.verify();
      expect([verified.status, verified.body]).toMatchObject([200, { ...answer, status: "verified" }]);
      expect(verified.body).not.toHaveProperty("binding");
      expect((await phone.call("GET", phone.url)).body).toEqual(verified.body);
      expect((await phone.call("GET", service)).body.sid).toBe(serviceSid);
      const moved = {
        "Config.NotificationToken": "x",
        "Config.SdkVersion": "1.0",
        "Config.NotificationPlatform": "apn",
      };
      expect((await phone.call("POST", phone.url, { ...moved, FriendlyName: "Work" })).body).toMatchObject({
        friendly_name: "Work",
        config: { notification_token: "x", sdk_version: "1.0", notification_platform: "apn" },
      });
      expect((await phone.call("DELETE", phone.url)).status).toBe(204);
      expect(codeOf(await phone.call("DELETE", phone.url))).toEqual([401, 20003]);
      const entries = await readSql(
        sandbox.databaseUrl,
        `SELECT action, actor FROM audit_entries WHERE resource_sid = '${phone.sid}' ORDER BY sid`,
      );
      expect(entries).toEqual([
        { action: "created", actor: tokenSid },
        ...["changed", "changed", "deleted"].map((action) => ({ action, actor: phone.sid })),
      ]);
    },
  );

  test("an access token makes one factor, of its own identity, and a factor that is refused leaves it as it was", async () => {
    const { sid, token } = await accessToken();
    const other = device({ identity: "somebody-else-0001" });
    expect(codeOf(await other.create(token))).toEqual([403, 60313]);
    expect(codeOf(await device().create(token, { FactorType: "totp" }))).toEqual([400, 60306]);
    const app = { FriendlyName: "Ana", FactorType: "totp" };
    expect(codeOf(await other.call("POST", `${entity}/Factors`, app, token))).toEqual([403, 60313]);
    expect(codeOf(await device().create(token, { "Binding.PublicKey": "dGVzdF9rZXk=" }))).toEqual([400, 60314]);
    expect((await api.call("GET", entity)).status).toBe(404);
    for (const path of ["", "/Factors", "/Challenges"]) {
      expect(toldOf(await other.call("GET", entity + path, undefined, token))[1]).toBe(20403);
    }
    const phone = device();
    expect((await phone.call("GET", service, undefined, token)).status).toBe(200);
    expect((await phone.create(token)).status).toBe(201);
    expect(codeOf(await phone.create(token))).toEqual([409, 60317]);
    expect(codeOf(await device().create(token))).toEqual([403, 60313]);
    expect((await api.call("GET", `${service}/AccessTokens/${sid}`)).status).toBe(404);
    expect(toldOf(await phone.call("GET", phone.url, undefined, token))).toEqual([403, 20403, { device: "not_own" }]);
  });

  test("of 200 that use one access token at once one makes a factor", async () => {
    await api.call("POST", `${service}/Entities`, { Identity: identity });
    const { token } = await accessToken();
    const keys = Array.from({ length: 10 }, () => newDeviceKey());
    const made = await Promise.all(
      Array.from({ length: rounds }, (_, index) => device({ key: keys[index % 10] }).create(token)),
    );
    const count = (status: number) => made.filter((each) => each.status === status).length;
    expect([count(201), count(403) + count(409)]).toEqual([1, rounds - 1]);
    expect(await readSql(sandbox.databaseUrl, "SELECT factor_type FROM factors")).toEqual([{ factor_type: "push" }]);
  });

  test("an access token that has expired, was altered or is of another service is nobody's", async () => {
    const { token } = await accessToken();
    const elsewhere = `/v2/Services/${await api.createService()}`;
    const foreign = await accessToken({}, elsewhere);
    const altered = `${token.slice(0, -1)}${token.endsWith("A") ? "E" : "A"}`;
    for (const other of [foreign.token, altered, token.slice(1), "x", "sandbox"]) {
      const answer = await device().create(other);
      expect(codeOf(answer)).toEqual([401, 20003]);
      expect(Math.abs(Date.parse(String(answer.headers.get("date"))) - Date.now())).toBeLessThan(5_000);
    }
    await api.call("POST", "/sandbox/clock", { Seconds: "60" });
    expect(codeOf(await device().create(token))).toEqual([401, 20003]);
    await api.call("DELETE", "/sandbox/clock");
  });

  test("a device reaches nothing of another, whoever's it is, and no secret of any stands in the database", async () => {
    const [phone, second] = [await enrolled(), await enrolled()];
    const other = await enrolled({ identity: "somebody-else-0001" });
    const far = await enrolled({ serviceSid: await api.createService() });
    const challenge = async ({ path, sid }: Device) => {
      const fields = { FactorSid: sid, "Details.Message": "Log in?" };
      return `${path}/Challenges/${(await api.call("POST", `${path}/Challenges`, fields)).body.sid}`;
    };
    const own = await challenge(phone);
    expect((await phone.call("GET", own)).body.status).toBe("pending");
    for (const each of [second, other]) {
      const theirs = await challenge(each);
      const calls = [
        ...[phone.call("GET", each.url), phone.call("DELETE", each.url), phone.call("GET", theirs)],
        phone.call("POST", each.url, { AuthPayload: signedBy(phone.key.privateKey, each.sid) }),
        phone.call("POST", theirs, { AuthPayload: "a.b.c" }),
        phone.call("GET", `${each.path}/Challenges?FactorSid=${each.sid}`),
        phone.call("GET", `${each.path.replace(/[^/]+$/, "nobody-at-all")}/Challenges`),
      ];
      for (const call of calls) expect(toldOf(await call)).toEqual([403, 20403, { device: "not_own" }]);
    }
    for (const path of [far.path.replace(/\/Entities.*/, ""), far.url, `${far.path}/Challenges`]) {
      expect(codeOf(await phone.call("GET", path))).toEqual([401, 20003]);
    }
    expect((await phone.call("GET", `${entity}/Challenges`)).body).toMatchObject({
      challenges: [{ factor_sid: phone.sid }],
    });
    const text = await dump(sandbox.databaseUrl);
    expect(text).toContain(phone.sid);
    for (const secret of [phone.key.publicKey, "dE3xampleT0ken", "Ana’s phone", phone.token().slice(-43)]) {
      expect(text).not.toContain(secret);
    }
    await api.call("POST", "/console/erasures", { Identity: identity });
    expect(codeOf(await phone.call("GET", phone.url))).toEqual([401, 20003]);
    expect((await other.call("GET", other.url)).status).toBe(200);
  });

  test("a token that is not the device's own, of these minutes and for this account is nobody's, and the answer has the time", async () => {
    const [phone, other] = [await enrolled(), await enrolled()];
    const now = Math.floor(Date.now() / 1000);
    const [head, body, signature] = phone.token().split(".");
    const { config } = (await other.call("GET", other.url)).body as { config?: { credential_sid: string } };
    const kid = config?.credential_sid;
    const forged = (header: object) => `${Buffer.from(JSON.stringify(header)).toString("base64url")}.${body}`;
    const mac = `${forged({ alg: "HS256", cty: "twilio-pba;v=1", kid })}`;
    const tokens: Record<string, string> = {
      "no signature": `${forged({ alg: "none", cty: "twilio-pba;v=1", kid })}.`,
      "a hash by the public key": `${mac}.${createHmac("sha256", phone.key.publicKey).update(mac).digest("base64url")}`,
      "another algorithm": phone.token({ header: { alg: "ES384" } }),
      "another content": phone.token({ header: { cty: "JWT" } }),
      "no content": phone.token({ header: { cty: undefined } }),
      "the name of another's key": phone.token({ header: { kid } }),
      "no name": phone.token({ header: { kid: undefined } }),
      "another key": phone.token({ key: other.key.privateKey }),
      "another account": phone.token({ payload: { sub: "AC00000000000000000000000000000002" } }),
      "what is no account": phone.token({ payload: { sub: "AC\u0000" } }),
      "half a character for an account": phone.token({ payload: { sub: "AC\ud800" } }),
      "what gives no text for an account": phone.token({ payload: { sub: [{ toString: "" }] } }),
      "what gives no text for a name": phone.token({ header: { kid: { toString: null } } }),
      "no account": phone.token({ payload: { sub: undefined } }),
      "its time over": phone.token({ now: now - 665 }),
      "its time to come": phone.token({ now: now + 65 }),
      "too long a time": phone.token({ payload: { exp: now + 665 } }),
      "no end": phone.token({ payload: { exp: undefined } }),
      "no beginning": phone.token({ payload: { nbf: undefined } }),
      "times that are texts": phone.token({ payload: { nbf: String(now), exp: String(now + 600) } }),
      "an altered payload": `${head}.${Buffer.from("{}").toString("base64url")}.${signature}`,
      "half a signature": `${head}.${body}.${signature?.slice(0, 40)}`,
      "one part more": `${phone.token()}.x`,
      "no JSON": `a.b.${signature}`,
      null: `bnVsbA.bnVsbA.${signature}`,
      "nothing but dots": "..",
    };
    for (const [what, token] of Object.entries(tokens)) {
      const answer = await phone.call("GET", phone.url, undefined, token);
      expect(codeOf(answer), what).toEqual([401, 20003]);
      expect(Math.abs(Date.parse(String(answer.headers.get("date"))) - Date.now())).toBeLessThan(5_000);
      if (what !== "the name of another's key")
        expect(codeOf(await phone.call("GET", "/v2/Attempts", undefined, token)), what).toEqual([401, 20003]);
    }
    for (const at of [now - 655, now - 300, now + 55]) {
      expect((await phone.call("GET", phone.url, undefined, phone.token({ now: at }))).status).toBe(200);
    }
  });

  test("what no service can be called is not looked for, by whatever it is proven", async () => {
    const phone = await enrolled();
    const { token } = await accessToken();
    for (const sid of ["VA%00", `VA%00${"0".repeat(31)}`, "%ED%A0%80", "nothing"]) {
      for (const path of [`/v2/Services/${sid}`, phone.url.replace(serviceSid, sid)]) {
        for (const password of [undefined, token]) {
          expect((await phone.call("GET", path, undefined, password)).body.code, path).toBe(20404);
        }
      }
    }
  });

  test("security 20: whatever stands in a token or for one, nothing fails at it", async () => {
    const phone = await enrolled();
    const value = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("AC\u0000", "\ud800"), fc.jsonValue());
    const members = (...names: string[]) =>
      fc.record(Object.fromEntries(names.map((name) => [name, value])), { requiredKeys: [] });
    const password = fc.oneof(
      fc.record({ header: members("kid", "typ"), payload: members("sub", "more") }).map(phone.token),
      fc.record({ header: members("alg", "cty", "kid"), payload: members("sub", "nbf", "exp") }).map(phone.token),
      fc.array(fc.base64String(), { maxLength: 4 }).map((parts) => parts.join(".")),
    );
    const asked = fc.constantFrom(phone.url, service, "/v2/Attempts", `${entity}/Challenges`);
    const isAnswered = fc.asyncProperty(asked, password, async (path, token) => {
      expect([200, 401, 403]).toContain((await phone.call("GET", path, undefined, token)).status);
    });
    await fc.assert(isAnswered, { numRuns: budget(500) });
  });

  test("a device goes by the real time where the sandbox's clock was moved", async () => {
    const phone = await enrolled();
    await api.call("POST", "/sandbox/clock", { Seconds: "3600" });
    expect((await phone.call("GET", phone.url)).status).toBe(200);
    expect((await phone.call("GET", phone.url, undefined, phone.token({ now: Date.now() / 1000 + 3600 }))).status).toBe(
      401,
    );
    await api.call("DELETE", "/sandbox/clock");
  });

  test("no operation but those that name devices is for one, and it is told so and not to prove itself once more", async () => {
    const phone = await enrolled();
    const { token } = await accessToken();
    const closed = operationsOf(bundle).filter(
      ({ operation: { security = bundle.security ?? [] } }) =>
        security.some(({ basicAuth }) => basicAuth?.length) && !security.some(({ deviceToken }) => deviceToken),
    );
    expect(closed.length).toBeGreaterThan(50);
    for (const { method, path } of share(closed)) {
      const filled = path.replace(/\{(\w+)\}/g, (_, name) =>
        name === "ServiceSid" || (name === "Sid" && path === "/v2/Services/{Sid}")
          ? serviceSid
          : name === "Identity"
            ? identity
            : "x",
      );
      for (const password of [undefined, token]) {
        const answer = await phone.call(method, filled, undefined, password);
        expect(toldOf(answer), `${method} ${path}`).toEqual([403, 20403, { device: "no_device" }]);
      }
    }
    expect(codeOf(await phone.call("POST", "/sandbox/reset"))).toEqual([401, 20003]);
  });

  const off = Buffer.from(newDeviceKey().publicKey, "base64");
  off[90] = (off[90] ?? 0) ^ 1;
  const spki = (type: "rsa" | "ed25519") => {
    const { publicKey } =
      type === "rsa" ? generateKeyPairSync("rsa", { modulusLength: 1024 }) : generateKeyPairSync(type);
    return publicKey.export({ type: "spki", format: "der" }).toString("base64");
  };
  const good = newDeviceKey().publicKey;
  const badKeys: [string, string][] = [
    ["a text", "dGVzdF9rZXk="],
    ["nothing", ""],
    ["P-384", newDeviceKey("P-384").publicKey],
    ["secp256k1", newDeviceKey("secp256k1").publicKey],
    ["RSA", spki("rsa").slice(0, 1024)],
    ["Ed25519", spki("ed25519")],
    ["a point that is on no curve", off.toString("base64")],
    ["bytes after it", Buffer.concat([Buffer.from(good, "base64"), Buffer.of(0)]).toString("base64")],
    ["a letter left out", good.slice(1)],
    ["Base64 for URLs", good.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")],
    ["a line break within it", `${good.slice(0, 76)}\n${good.slice(76)}`],
    ["a longer text than any key", "A".repeat(1025)],
  ];
  test.each(badKeys)("what is no public key of a device is refused by its name: %s", async (_, key) => {
    const { status, body } = await api.call("POST", `${entity}/Factors`, formOf(key));
    expect([status, body.code, body.message]).toEqual([
      ...[400, 60314, "Factors binding format is invalid: Binding.PublicKey"],
    ]);
    expect((await api.call("GET", entity)).status).toBe(404);
  });

  test("what is missing or malformed of a phone is named, and a platform that finds none needs no token", async () => {
    const create = (more: Record<string, string>, without = "") => {
      const fields = Object.entries({ ...formOf(), ...more }).filter(([name]) => name !== without);
      return api.call("POST", `${entity}/Factors`, Object.fromEntries(fields));
    };
    for (const name of ["AppId", "SdkVersion", "NotificationPlatform", "NotificationToken"]) {
      const { body } = await create({}, `Config.${name}`);
      expect([body.code, body.message]).toEqual([60306, `Invalid Request: Config.${name}`]);
    }
    const wrong: [Record<string, string>, number, string][] = [
      [{ "Binding.Alg": "RS256" }, 60314, "Factors binding format is invalid: Binding.Alg"],
      [{ "Config.AppId": "a".repeat(101) }, 60306, "Invalid Request: Config.AppId"],
      [{ "Config.NotificationPlatform": "gcm" }, 60306, "Invalid Request: Config.NotificationPlatform"],
      [{ "Config.NotificationToken": "a".repeat(4097) }, 60306, "Invalid Request: Config.NotificationToken"],
      [{ "Config.Skew": "1" }, 60306, "Invalid Request: Config.Skew"],
      [{ "Binding.Secret": "A".repeat(32) }, 60306, "Invalid Request: Binding.Secret"],
      [{ Metadata: JSON.stringify({ os: "x".repeat(1016) }) }, 60306, "Invalid Request: Metadata"],
      [{ FactorType: "passkeys" }, 60306, "Invalid Request: "],
    ];
    for (const [more, code, message] of wrong) {
      const { status, body } = await create(more);
      expect([status, body.code, body.message]).toEqual([400, code, expect.stringContaining(message)]);
    }
    const none = await create({ "Config.NotificationPlatform": "none" }, "Config.NotificationToken");
    expect(none.body).toMatchObject({ config: { notification_platform: "none", notification_token: null } });
    const url = `${entity}/Factors/${none.body.sid}`;
    const changes: [Record<string, string>, string][] = [
      [{ "Config.NotificationPlatform": "fcm" }, "Config.NotificationToken"],
      [{ "Config.Skew": "1" }, "Config.Skew"],
      [{ "Config.Alg": "sha1" }, "Config.Alg"],
      [{ AuthPayload: "what is no Base64" }, "AuthPayload"],
    ];
    for (const [change, name] of changes) {
      const { body } = await api.call("POST", url, change);
      expect([body.code, body.message]).toEqual([60306, `Invalid Request: ${name}`]);
    }
    expect(
      (await api.call("POST", url, { "Config.NotificationPlatform": "apn", "Config.NotificationToken": "t" })).status,
    ).toBe(200);
    const app = await api.call("POST", `${entity}/Factors`, { FriendlyName: "App", FactorType: "totp" });
    for (const [change, details] of [
      [{ "Config.SdkVersion": "1" }, { factor: "other_type" }],
      [{ AuthPayload: signedBy(newDeviceKey().privateKey, "YF") }, undefined],
    ] as [Record<string, string>, object][]) {
      expect(toldOf(await api.call("POST", `${entity}/Factors/${app.body.sid}`, change))).toEqual([
        400,
        60306,
        details,
      ]);
    }
  });

  test("our client has the calls of a phone typed, errors included, in the name of an account and of the device", async () => {
    const key = newDeviceKey();
    const [path, all] = [
      { ServiceSid: serviceSid, Identity: identity },
      "/v2/Services/{ServiceSid}/Entities/{Identity}/Factors",
    ] as const;
    const body = {
      FriendlyName: "Ana’s phone",
      FactorType: "push",
      "Binding.PublicKey": key.publicKey,
      "Config.AppId": "com.example.acme",
      "Config.SdkVersion": "0.9.0",
      "Config.NotificationPlatform": "none",
    } as const;
    const { token } = await accessToken();
    const ofDevice = createClient({ accountSid: "token", authToken: token, baseUrl: sandbox.url });
    const made = await unwrap(ofDevice.POST(all, { params: { path }, body }));
    expect(made.binding?.public_key).toBe(key.publicKey);
    const again = await ofDevice.POST(all, {
      params: { path },
      body: { ...body, "Binding.PublicKey": newDeviceKey().publicKey },
    });
    expect(again.error?.code === 60313 && again.error.message).toBe("Unauthorized factor creation");
    const listed = await ofDevice.GET(all, { params: { path } });
    expect(listed.error?.code === 20403 && listed.error.details.device).toBe("no_device");
    const one = { params: { path: { ...path, Sid: made.sid ?? "" } } };
    const client = createClient({ ...sandboxAccount, baseUrl: sandbox.url });
    const verify = (AuthPayload: string) => client.POST(`${all}/{Sid}`, { ...one, body: { AuthPayload } });
    const wrong = await verify(signedBy(key.privateKey, "another"));
    expect(wrong.error?.code === 60311 && wrong.error.message).toBe("Factor verification failed");
    expect((await verify(signedBy(key.privateKey, made.sid ?? ""))).data?.status).toBe("verified");
  });

  test("where notifications are really sent a token is as long as those of platforms are", () => {
    const settings = (token: string) => {
      const body = { ...formOf(), "Config.NotificationToken": token, Metadata: undefined };
      return settingsOf(body as unknown as Parameters<typeof settingsOf>[0], {} as Parameters<typeof settingsOf>[1], {
        newSid: String,
      });
    };
    expect([settings("t".repeat(31)), settings("t".repeat(32))]).toMatchObject([
      { ok: false, refusal: { code: 60306, parameter: "Config.NotificationToken" } },
      { ok: true },
    ]);
  });

  test("an entity has 20 phones, each key once, and a phone that is verified stays so whatever is sent", async () => {
    const phone = await enrolled();
    for (const payload of [signedBy(newDeviceKey().privateKey, phone.sid), "123456"]) {
      expect((await phone.call("POST", phone.url, { AuthPayload: payload })).body.status).toBe("verified");
    }
    const again = await api.call("POST", `${entity}/Factors`, formOf(phone.key.publicKey));
    expect([again.body.code, again.body.message]).toEqual([60317, "Factor already exists"]);
    const made = await Promise.all(Array.from({ length: 22 }, () => api.call("POST", `${entity}/Factors`, formOf())));
    expect(made.map(({ status }) => status).sort()).toEqual([...Array(19).fill(201), ...Array(3).fill(400)]);
    const full = await device().create((await accessToken()).token);
    expect([full.body.code, full.body.message]).toEqual([
      ...[60315, "Reached max limit of 20 push Factors associated per Entity"],
    ]);
    expect((await api.call("POST", `${entity}/Factors`, { FriendlyName: "App", FactorType: "totp" })).status).toBe(201);
  });

  test("a phone that nobody verified is gone after a day, and so is whom its tokens name", async () => {
    const phone = device();
    await phone.create((await accessToken()).token);
    expect((await phone.call("GET", phone.url)).body.status).toBe("unverified");
    for (let tries = 0; tries < 10; tries += 1) {
      expect(codeOf(await phone.verify(newDeviceKey().privateKey))).toEqual([403, 60311]);
    }
    await api.call("POST", "/sandbox/clock", { Seconds: "86400" });
    expect(codeOf(await phone.verify())).toEqual([401, 20003]);
    await api.call("DELETE", "/sandbox/clock");
  });
});
