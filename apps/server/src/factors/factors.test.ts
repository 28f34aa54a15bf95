import { createClient, unwrap } from "@countersign/client";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Fields } from "../../test-support/api.ts";
import { codeOf as codeShown } from "../../test-support/authenticator.ts";
import { dump, readSql } from "../../test-support/databases.ts";
import { describeOnDatabases, type UsedSandbox, useSandbox } from "../../test-support/sandbox.ts";
import type { Request } from "../kernel/handler.ts";
import { newSid } from "../kernel/random.ts";
import { makeKnownAccount, makeKnownService } from "../sandbox/known.ts";
import { sandboxAccount, sandboxServiceSid as serviceSid } from "../sandbox/sandbox.ts";
import { operator } from "../sql/resources.ts";
import { openStore } from "../store/open-store.ts";
import type { Store } from "../store/store.ts";
import { createVault } from "../verifications/vault.ts";
import { factorHandlers } from "./factors.ts";
import { codeAt, fromBase32, stepAt, type TotpConfig } from "./totp.ts";

const identity = "person-0f3a9c77";
const usual: TotpConfig = { alg: "sha1", skew: 1, codeLength: 6, timeStep: 30 };
const rfcSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

interface Body {
  sid: string;
  code: number;
  message: string;
  status: string;
  details: { factor?: string; retry_after_seconds?: number };
  binding: { secret: string; uri: string };
  config: object;
  date_updated: string;
  friendly_name: string;
  factors: { sid: string; friendly_name: string }[];
  meta: { next_page_url: string | null };
}

function toolsOf({ api }: UsedSandbox) {
  beforeEach(() => api.call("POST", "/sandbox/reset"));
  const pathOf = (of = identity, service = serviceSid) => `/v2/Services/${service}/Entities/${of}/Factors`;
  const call = async (method: string, path: string, fields?: Fields) => {
    const { status, headers, body, text } = await api.call(method, path, fields);
    return { status, headers, body: body as unknown as Body, text };
  };
  const create = (fields: Fields = {}, path = pathOf()) =>
    call("POST", path, { FriendlyName: "Ana’s phone", FactorType: "totp", ...fields });
  const update = (sid: string, fields: Fields) => call("POST", `${pathOf()}/${sid}`, fields);
  const advance = (seconds: number) => api.call("POST", "/sandbox/clock", { Seconds: String(seconds) });
  /** The code that an app shows, so many steps away. */
  const codeOf = async (secret: string, away = 0, config = usual) => {
    const { now } = (await api.call("GET", "/sandbox/clock")).body as unknown as { now: string };
    return codeAt(fromBase32(secret) ?? Buffer.of(), stepAt(Date.parse(now), config) + away, config);
  };
  const wrongOf = async (secret: string) =>
    String((Number(await codeOf(secret)) + 500_000) % 1_000_000).padStart(6, "0");
  const verified = async (fields: Fields = {}) => {
    const { body } = await create(fields);
    expect((await update(body.sid, { AuthPayload: await codeOf(body.binding.secret) })).body.status).toBe("verified");
    return body;
  };
  return { pathOf, call, create, update, advance, codeOf, wrongOf, verified };
}

describeOnDatabases((sandbox) => {
  const { api } = sandbox;
  const { pathOf, call, create, update, advance, codeOf, wrongOf, verified } = toolsOf(sandbox);

  test("a factor is made with its entity, shows its secret once, and is in use once the right code has come", async () => {
    const { status, body } = await create({ Metadata: '{"os":"Android"}' });
    const url = `${sandbox.url}${pathOf()}/${body.sid}`;
    const entity = (await call("GET", `/v2/Services/${serviceSid}/Entities/${identity}`)).body;
    const { binding, ...shown } = body;
    expect(status).toBe(201);
    expect(shown).toEqual({
      ...{ sid: expect.stringMatching(/^YF[0-9a-f]{32}$/), entity_sid: entity.sid, identity, url },
      ...{ account_sid: sandboxAccount.accountSid, service_sid: serviceSid, friendly_name: "Ana’s phone" },
      ...{ status: "unverified", factor_type: "totp", metadata: { os: "Android" }, options: null },
      config: { alg: "sha1", skew: 1, code_length: 6, time_step: 30 },
      ...{ date_created: expect.stringMatching(/^\S+T\S+Z$/), date_updated: expect.stringMatching(/^\S+T\S+Z$/) },
    });
    expect(binding.secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(binding.uri).toBe(
      `otpauth://totp/Acme:Ana%E2%80%99s%20phone?secret=${binding.secret}&issuer=Acme&algorithm=SHA1&digits=6&period=30`,
    );
    const { options: _, ...later } = shown as unknown as Record<string, unknown>;
    expect((await call("GET", `${pathOf()}/${body.sid}`)).body).toEqual(later);
    expect((await call("GET", pathOf())).body.factors).toEqual([later]);
    const wrong = await update(body.sid, { AuthPayload: await wrongOf(binding.secret) });
    expect([wrong.status, wrong.body.status]).toEqual([200, "unverified"]);
    const right = await update(body.sid, { AuthPayload: await codeOf(binding.secret) });
    expect([right.status, right.body]).toEqual([
      200,
      { ...later, status: "verified", date_updated: expect.any(String) },
    ]);
    expect((await call("DELETE", `${pathOf()}/${body.sid}`)).status).toBe(204);
    for (const method of ["GET", "POST", "DELETE"]) {
      expect((await call(method, `${pathOf()}/${body.sid}`)).body.code, method).toBe(20404);
    }
  });

  test("five wrong codes lock it, the right one is refused afterwards, and a new factor begins anew", async () => {
    const { body } = await create();
    const wrong = await wrongOf(body.binding.secret);
    for (const status of [200, 200, 200, 200, 200, 429]) {
      expect((await update(body.sid, { AuthPayload: wrong })).status).toBe(status);
    }
    await advance(3600);
    const refused = await update(body.sid, { AuthPayload: await codeOf(body.binding.secret) });
    expect(refused.body).toMatchObject({ code: 60310, message: "Factor verification attempts reached" });
    expect(refused.headers.get("retry-after")).toBeNull();
    const { retry_after_seconds: wait = 0 } = refused.body.details;
    expect(Math.abs(wait - 82_800)).toBeLessThan(60);
    expect((await update(body.sid, { FriendlyName: "Ana’s tablet" })).body.friendly_name).toBe("Ana’s tablet");
    await advance(wait);
    expect((await call("GET", `${pathOf()}/${body.sid}`)).status).toBe(404);
    await verified();
  });

  test("four wrong codes and a right one verify it, and whatever code comes then changes nothing", async () => {
    const { body } = await create();
    const wrong = await wrongOf(body.binding.secret);
    for (let times = 0; times < 4; times += 1) await update(body.sid, { AuthPayload: wrong });
    const AuthPayload = await codeOf(body.binding.secret);
    expect((await update(body.sid, { AuthPayload })).body.status).toBe("verified");
    const before = (await call("GET", `${pathOf()}/${body.sid}`)).body;
    await advance(60);
    for (const payload of [wrong, AuthPayload]) {
      expect((await update(body.sid, { AuthPayload: payload })).body).toEqual(before);
    }
  });

  test("one that nobody verifies is there for 24 hours, is in no list afterwards, and is swept", async () => {
    const { body } = await create();
    await verified({ FriendlyName: "Other" });
    await advance(86_400 - 5);
    expect((await call("GET", `${pathOf()}/${body.sid}`)).status).toBe(200);
    await advance(6);
    for (const [method, fields] of [["GET"], ["POST", { FriendlyName: "Late" }], ["DELETE"]] as const) {
      expect((await call(method, `${pathOf()}/${body.sid}`, fields)).status, method).toBe(404);
    }
    expect((await call("GET", pathOf())).body.factors.map((each) => each.friendly_name)).toEqual(["Other"]);
    expect(await readSql(sandbox.databaseUrl, "SELECT count(*) AS count FROM factors")).toMatchObject([
      { count: expect.toSatisfy((count) => Number(count) === 1) },
    ]);
  });

  test("they are listed newest first over pages, are their entity's and service's own, and go with them", async () => {
    for (const name of ["One", "Two", "Three"]) await create({ FriendlyName: name });
    const first = (await call("GET", `${pathOf()}?PageSize=2`)).body;
    const rest = (await call("GET", String(first.meta.next_page_url).slice(sandbox.url.length))).body;
    expect([first, rest].flatMap(({ factors }) => factors.map((each) => each.friendly_name))).toEqual([
      ...["Three", "Two", "One"],
    ]);
    const { sid } = first.factors[0] as { sid: string };
    const other = await api.createService();
    await create({}, pathOf(identity, other));
    await create({}, pathOf("person-11111111"));
    for (const path of [pathOf(identity, other), pathOf("person-11111111"), pathOf("person-22222222")]) {
      expect((await call("GET", `${path}/${sid}`)).status).toBe(404);
      expect((await call("DELETE", `${path}/${sid}`)).status).toBe(404);
    }
    expect((await call("GET", pathOf("person-22222222"))).status).toBe(404);
    expect((await create({}, pathOf(identity, serviceSid.replace(/.$/, "9")))).body.code).toBe(20404);
    await call("DELETE", `/v2/Services/${serviceSid}/Entities/${identity}`);
    await call("DELETE", `/v2/Services/${other}`);
    const rows = await readSql(sandbox.databaseUrl, "SELECT service_sid FROM factors");
    expect(rows).toEqual([{ service_sid: serviceSid }]);
    expect((await call("GET", `${pathOf()}/${sid}`)).status).toBe(404);
  });

  test("a secret that comes from elsewhere is taken once in an entity, and its codes are right", async () => {
    const { body } = await create({ "Binding.Secret": "gezd gnbv gy3t qojq gezd gnbv gy3t qojq==" });
    expect(body.binding.secret).toBe(rfcSecret);
    const again = await create({ "Binding.Secret": rfcSecret });
    expect([again.status, again.body.code]).toEqual([409, 60317]);
    expect((await create({ "Binding.Secret": rfcSecret }, pathOf("person-11111111"))).status).toBe(201);
    expect((await update(body.sid, { AuthPayload: await codeOf(rfcSecret) })).body.status).toBe("verified");
    await call("DELETE", `${pathOf()}/${body.sid}`);
    expect((await create({ "Binding.Secret": rfcSecret })).status).toBe(201);
  });

  test("neither a secret nor a name is in clear in the database, and the trail tells who did what", async () => {
    const canary = "Canary 7f3e phone";
    const { body } = await create({ FriendlyName: canary, Metadata: '{"os":"Canary 91d2"}' });
    const given = await create({ "Binding.Secret": rfcSecret, FriendlyName: canary });
    for (const each of [body, given.body])
      await update(each.sid, { AuthPayload: await codeOf(each.binding.secret), FriendlyName: `${canary} 2` });
    await call("DELETE", `${pathOf()}/${given.body.sid}`);
    const entries = await readSql(
      sandbox.databaseUrl,
      "SELECT action, before, after FROM audit_entries WHERE resource_type = 'factor' ORDER BY sid",
    );
    expect(entries.map(({ action }) => action)).toEqual(["created", "created", "changed", "changed", "deleted"]);
    expect(JSON.stringify(entries[2])).toMatch(/status\W+verified/);
    const text = await dump(sandbox.databaseUrl);
    expect(text).toContain(body.sid);
    for (const { binding } of [body, given.body]) {
      const bytes = fromBase32(binding.secret) ?? Buffer.of();
      const forms = [binding.secret, bytes.toString("base64"), bytes.toString("base64url"), bytes.toString("hex")];
      for (const form of [...forms, binding.secret.toLowerCase(), bytes.toString("latin1")])
        expect(text).not.toContain(form);
    }
    for (const part of ["Canary", "canary", identity]) expect(text).not.toContain(part);
  });
});

describe("limits", () => {
  let now = Date.UTC(2026, 2, 1, 9);
  let store: Store;
  beforeAll(async () => {
    store = await openStore("sqlite::memory:", () => now);
    await makeKnownAccount(store, now);
    await makeKnownService(store, createVault("of a test, which has no secrets"), now);
  });
  afterAll(() => store.close());

  /** Without HTTP, since it takes many. */
  async function create(Identity: string) {
    const handlers = factorHandlers({ ...store, clock: () => now, newSid });
    const { accountSid } = sandboxAccount;
    const request = {
      ...{
        principal: { kind: "account" },
        accountSid,
        by: operator,
        base: "http://localhost",
        path: { ServiceSid: serviceSid, Identity },
      },
      body: { FriendlyName: "Ana’s phone", FactorType: "totp" },
    };
    const outcome = await handlers.createNewFactor(request as unknown as Request<"createNewFactor">);
    return outcome.ok ? outcome.value : outcome.refusal;
  }

  test("an entity has 100, those included that nobody verified, and is given 100 in a day, whatever becomes of them", async () => {
    const first = await create(identity);
    const made = [first, ...(await Promise.all(Array.from({ length: 101 }, () => create(identity))))];
    expect(made.filter((each) => "sid" in each)).toHaveLength(100);
    expect(made.filter((each) => "code" in each && each.code === 60315)).toHaveLength(2);
    const [{ sid }] = made as unknown as [{ sid: string }];
    const which = { accountSid: sandboxAccount.accountSid, serviceSid, identity, sid };
    expect(await store.factors.delete(which, now, operator)).toBe(true);
    now += 3_600_000;
    expect(await create(identity)).toEqual({ code: 60326, retryAfterSeconds: 82_800 });
    expect(await create("person-11111111")).toHaveProperty("sid");
    now += 82_800_000;
    expect(await create(identity)).toHaveProperty("sid");
  });

  test("what makes a 41st entity in a second is refused and makes nothing, and a known one is not counted", async () => {
    now += 1_000;
    for (let index = 10; index < 50; index += 1) expect(await create(`crowd-000${index}`)).toHaveProperty("sid");
    expect(await create("crowd-00099")).toEqual({ code: 60328, retryAfterSeconds: 1 });
    expect(await create("crowd-00010")).toHaveProperty("sid");
    now += 1_000;
    expect(await create("crowd-00099")).toHaveProperty("sid");
  });
});

describe("on one machine", () => {
  const sandbox = useSandbox();
  const { api } = sandbox;
  const { pathOf, call, create, update, advance, codeOf } = toolsOf(sandbox);
  const faultOf = async (answer: Promise<{ status: number; body: Body }>) => {
    const { status, body } = await answer;
    return [status, body.code, body.message?.replace("Invalid Request: ", "")];
  };

  test("what a service says of its apps holds from the creation of a factor on, and a request may say otherwise", async () => {
    const service = `/v2/Services/${serviceSid}`;
    await api.call("POST", service, {
      ...{ "Totp.Issuer": "A:B & Söhne", "Totp.TimeStep": "60", "Totp.CodeLength": "8", "Totp.Skew": "0" },
    });
    const { body } = await create();
    const config = { alg: "sha1", skew: 0, code_length: 8, time_step: 60 };
    expect(body.config).toEqual(config);
    expect(body.binding.uri).toContain("otpauth://totp/A%3AB%20%26%20S%C3%B6hne:Ana");
    expect(body.binding.uri).toContain("&algorithm=SHA1&digits=8&period=60");
    await api.call("POST", service, { "Totp.Issuer": "", "Totp.Skew": "2", "Totp.CodeLength": "3" });
    expect((await call("GET", `${pathOf()}/${body.sid}`)).body.config).toEqual(config);
    const own = (await create({ "Config.Alg": "sha512", "Config.Skew": "1", "Config.CodeLength": "6" })).body;
    expect(own.config).toEqual({ alg: "sha512", skew: 1, code_length: 6, time_step: 60 });
    expect(own.binding.secret).toHaveLength(103);
    expect(own.binding.uri).toContain("&issuer=Acme&algorithm=SHA512&digits=6&period=60");
    const app: TotpConfig = { alg: "sha512", skew: 1, codeLength: 6, timeStep: 60 };
    expect((await update(own.sid, { AuthPayload: await codeOf(own.binding.secret, 0, app) })).body.status).toBe(
      "verified",
    );
  });

  test("what an app knows can change until it is verified, the skew and the name always, and what stays as it is may be repeated", async () => {
    const { body } = await create();
    await advance(5);
    const changed = await update(body.sid, {
      "Config.Alg": "sha256",
      "Config.CodeLength": "8",
      "Config.TimeStep": "20",
    });
    expect(changed.body.config).toEqual({ alg: "sha256", skew: 1, code_length: 8, time_step: 20 });
    expect(Date.parse(changed.body.date_updated) - Date.parse(body.date_updated)).toBeGreaterThan(4_000);
    const app: TotpConfig = { alg: "sha256", skew: 1, codeLength: 8, timeStep: 20 };
    expect((await update(body.sid, { AuthPayload: await codeOf(body.binding.secret) })).body.status).toBe("unverified");
    const AuthPayload = await codeOf(body.binding.secret, 0, { ...app, codeLength: 7 });
    expect((await update(body.sid, { AuthPayload, "Config.CodeLength": "7" })).body.status).toBe("verified");
    for (const [name, value] of Object.entries({
      "Config.Alg": "sha1",
      "Config.CodeLength": "6",
      "Config.TimeStep": "30",
    })) {
      const answer = await update(body.sid, { [name]: value, FriendlyName: "Never" });
      expect([answer.body.code, answer.body.message, answer.body.details]).toEqual([
        ...[60306, `Invalid Request: ${name}`, { factor: "verified" }],
      ]);
    }
    const { body: after } = await update(body.sid, {
      "Config.CodeLength": "7",
      "Config.Skew": "2",
      FriendlyName: "New",
    });
    expect(after).toMatchObject({ friendly_name: "New", config: { skew: 2, code_length: 7 } });
  });

  test("a new one is refused by the name of what is wrong, with nothing made", async () => {
    const refused: [Fields, string][] = [
      [{ FriendlyName: "" }, "FriendlyName"],
      [{ FriendlyName: " \u200b " }, "FriendlyName"],
      [{ FriendlyName: "a".repeat(65) }, "FriendlyName"],
      [{ FactorType: "sms" }, "FactorType"],
      [{ FactorType: "passkeys" }, "FactorType"],
      [{ "Binding.PublicKey": "MFkwEwYHKoZIzj0CAQ" }, "Binding.PublicKey"],
      [{ "Binding.Alg": "ES256" }, "Binding.Alg"],
      [{ "Config.AppId": "com.example" }, "Config.AppId"],
      [{ "Config.NotificationPlatform": "fcm" }, "Config.NotificationPlatform"],
      [{ "Config.NotificationToken": "t".repeat(32) }, "Config.NotificationToken"],
      [{ "Config.SdkVersion": "1.0.0" }, "Config.SdkVersion"],
      [{ FactorType: "push", "Config.CodeLength": "6" }, "Config.CodeLength"],
      [{ "Config.Alg": "md5" }, "Config.Alg"],
      [{ "Config.CodeLength": "9" }, "Config.CodeLength"],
      [{ "Config.TimeStep": "19" }, "Config.TimeStep"],
      [{ "Config.Skew": "3" }, "Config.Skew"],
      [{ "Config.Skew": "1.5" }, "Config.Skew"],
      [{ "Binding.Secret": "GEZDGNBVGY3TQOJ1" }, "Binding.Secret"],
      [{ "Binding.Secret": "GEZDGNBVGY3TQ" }, "Binding.Secret"],
      [{ "Binding.Secret": "A".repeat(208) }, "Binding.Secret"],
      [{ "Binding.Secret": "====" }, "Binding.Secret"],
      [{ "Binding.Secret": " " }, "Binding.Secret"],
      [{ Metadata: "os=Android" }, "Metadata"],
      [{ Metadata: '["os"]' }, "Metadata"],
      [{ Metadata: '{"os":1}' }, "Metadata"],
      [{ Metadata: JSON.stringify({ os: "x".repeat(1016) }) }, "Metadata"],
    ];
    for (const [fields, name] of refused) {
      expect(await faultOf(create(fields)), JSON.stringify(fields)).toEqual([400, 60306, name]);
    }
    expect((await call("GET", pathOf())).status).toBe(404);
  });

  test("metadata of 1,024 characters, a secret of 10 and of 128 bytes are taken, and an empty secret is none", async () => {
    const most = { Metadata: JSON.stringify({ os: "😀".repeat(1015) }), "Binding.Secret": "A".repeat(204) };
    for (const fields of [most, { "Binding.Secret": "A".repeat(16) }, { "Binding.Secret": "", Metadata: "{}" }]) {
      expect((await create(fields)).status).toBe(201);
    }
  });

  test("a request without a name or a type lacks it, and one for nobody's identity says why", async () => {
    expect(await faultOf(call("POST", pathOf(), {}))).toEqual([
      ...[400, 20001, "Missing required parameter FriendlyName in the post body"],
    ]);
    expect((await call("POST", pathOf(), { FriendlyName: "A" })).body.code).toBe(20001);
    const { body } = await create({}, pathOf("ada@example.com"));
    expect([body.code, body.message, body.details]).toEqual([
      ...[60306, "Invalid Request: Identity", { identity: "email_address" }],
    ]);
    const long = pathOf().replace(/[^/]+\/Factors$/, `${"a".repeat(1000)}/Factors`);
    const tooLong = await call("POST", long, { FriendlyName: "A", FactorType: "totp" });
    expect(tooLong.body).toMatchObject({ code: 60306, details: { identity: "too_long" } });
    expect((await call("GET", long)).body.code).toBe(20404);
  });

  test("an update is refused by the name of what is wrong, and no try is counted", async () => {
    const { body } = await create();
    const refused: [Fields, string][] = [
      [{ AuthPayload: "12" }, "AuthPayload"],
      [{ AuthPayload: "123456789" }, "AuthPayload"],
      [{ AuthPayload: "12345a" }, "AuthPayload"],
      [{ AuthPayload: "１２３４５６" }, "AuthPayload"],
      [{ FriendlyName: "\u200b" }, "FriendlyName"],
      [{ "Config.NotificationToken": "t".repeat(32) }, "Config.NotificationToken"],
      [{ "Config.NotificationPlatform": "none" }, "Config.NotificationPlatform"],
      [{ "Config.SdkVersion": "1.0.0" }, "Config.SdkVersion"],
      [{ "Config.Skew": "-1" }, "Config.Skew"],
    ];
    for (const [fields, name] of refused) {
      expect(await faultOf(update(body.sid, fields)), JSON.stringify(fields)).toEqual([400, 60306, name]);
    }
    expect((await update(body.sid, { AuthPayload: await codeOf(body.binding.secret) })).body.status).toBe("verified");
  });

  test("a code with another number of digits is wrong, and counts", async () => {
    const { body } = await create();
    for (const AuthPayload of ["123", "1234", "12345", "1234567", "12345678"]) {
      expect((await update(body.sid, { AuthPayload })).body.status).toBe("unverified");
    }
    expect((await update(body.sid, { AuthPayload: "123456" })).body.code).toBe(60310);
  });

  test("leading zeros belong to a code, and codes are right as far as the skew says and no further", async () => {
    const { body } = await create({ "Config.Skew": "0" });
    const { secret } = body.binding;
    // A step has just begun, so that none ends between what is tried here.
    const { now } = (await api.call("GET", "/sandbox/clock")).body as unknown as { now: string };
    await advance(30 - ((Date.parse(now) / 1000) % 30));
    while (!(await codeOf(secret)).startsWith("0")) await advance(30);
    const AuthPayload = await codeOf(secret);
    expect((await update(body.sid, { AuthPayload: AuthPayload.slice(1) })).body.status).toBe("unverified");
    for (const away of [-1, 1]) {
      expect((await update(body.sid, { AuthPayload: await codeOf(secret, away) })).body.status).toBe("unverified");
    }
    expect((await update(body.sid, { AuthPayload: await codeOf(secret), "Config.Skew": "0" })).body.status).toBe(
      "verified",
    );
    for (const [away, skew, status] of [
      [-2, 2, "verified"],
      [2, 2, "verified"],
      [-3, 2, "unverified"],
      [3, 2, "unverified"],
      [2, 1, "unverified"],
    ] as const) {
      const made = (await create({ "Config.Skew": String(skew) })).body;
      const payload = await codeOf(made.binding.secret, away);
      expect((await update(made.sid, { AuthPayload: payload })).body.status, `${away} of ${skew}`).toBe(status);
    }
  });

  test("our client has the five operations typed, errors included, and pages through them", async () => {
    const client = createClient({ ...sandboxAccount, baseUrl: sandbox.url });
    const all = "/v2/Services/{ServiceSid}/Entities/{Identity}/Factors";
    const one = `${all}/{Sid}` as const;
    const path = { ServiceSid: serviceSid, Identity: identity };
    const body = {
      FriendlyName: "Ana’s phone",
      FactorType: "totp",
      "Config.Skew": 2,
      Metadata: { os: "Android" },
    } as const;
    const made = await unwrap(client.POST(all, { params: { path }, body }));
    const { skew } = (made.config ?? {}) as TotpConfig;
    expect([skew, made.metadata, made.binding?.secret?.length]).toEqual([2, { os: "Android" }, 32]);
    const ofOne = { ...path, Sid: made.sid ?? "" };
    const verify = (AuthPayload: string) => client.POST(one, { params: { path: ofOne }, body: { AuthPayload } });
    expect((await verify("1234567")).data?.status).toBe("unverified");
    expect((await verify(codeShown(made.binding?.uri ?? ""))).data?.status).toBe("verified");
    const imported = { ...body, "Binding.Secret": rfcSecret };
    await unwrap(client.POST(all, { params: { path }, body: imported }));
    const again = await client.POST(all, { params: { path }, body: imported });
    expect(again.error?.code === 60317 && again.error.message).toBe("Factor already exists");
    const push = await client.POST(all, { params: { path }, body: { FriendlyName: "A", FactorType: "push" } });
    expect(push.error?.code === 60314 && push.error.message).toMatch(/: Binding.PublicKey$/);
    const passkey = await client.POST(all, { params: { path }, body: { FriendlyName: "A", FactorType: "passkeys" } });
    expect(passkey.error?.code === 60306 && passkey.error.details?.factor).toBe("other_type");
    const late = await client.POST(one, { params: { path: ofOne }, body: { "Config.Alg": "sha256" } });
    expect(late.error?.code === 60306 && late.error.details?.factor).toBe("verified");
    const locked = await unwrap(client.POST(all, { params: { path }, body }));
    const wrong = { params: { path: { ...path, Sid: locked.sid ?? "" } }, body: { AuthPayload: "1234567" } };
    for (let tries = 0; tries < 5; tries += 1) await unwrap(client.POST(one, wrong));
    const { error } = await client.POST(one, wrong);
    expect(error?.code === 60310 && error.details.retry_after_seconds).toBeGreaterThan(86_000);
    const names = [];
    const query = { PageSize: 2 };
    for await (const { friendly_name } of client.paginate(all, { params: { path, query } })) names.push(friendly_name);
    expect(names).toEqual(Array(3).fill("Ana’s phone"));
    expect((await client.DELETE(one, { params: { path: ofOne } })).error).toBeUndefined();
    expect((await client.GET(one, { params: { path: ofOne } })).error?.code).toBe(20404);
  });
});
