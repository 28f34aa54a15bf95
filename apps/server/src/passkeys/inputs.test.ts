import { randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { cbor } from "../../../../packages/testing/src/cbor.ts";
import { budget } from "../../../../scripts/budget.ts";
import type { Answer } from "../../test-support/api.ts";
import { config, createAuthenticator, type LoggedIn, origin, passkeysOf } from "../../test-support/passkeys.ts";
import { useSandbox } from "../../test-support/sandbox.ts";
import { sandboxServiceSid as serviceSid } from "../sandbox/sandbox.ts";

const sandbox = useSandbox();
const { api } = sandbox;
const passkeys = passkeysOf(() => sandbox.url);
const { post, begin, verify, challenge, approve, person } = passkeys;
const service = `/v2/Services/${serviceSid}`;
const told = ({ status, body }: Answer) => `${status} ${body.code ?? body.status}`;
const party = config.relying_party;

/** A service of its own, with those settings of passkeys. */
async function serviceWith(settings: Record<string, string>) {
  const given = Object.entries(settings).map(([name, value]) => [`Passkeys.${name}`, value]);
  return passkeysOf(() => sandbox.url, await api.createService(Object.fromEntries(given)));
}

const criteria = {
  AuthenticatorAttachment: "platform",
  DiscoverableCredentials: "required",
  UserVerification: "required",
};
const relyingParty = {
  "RelyingParty.Id": "Acme.Example.com",
  "RelyingParty.Name": "Acme",
  "RelyingParty.Origins": "acme.example.com",
};

test("what a request does not say the service says, member by member, and every library's way of not saying it is understood", async () => {
  const { begin } = await serviceWith({
    ...criteria,
    ...relyingParty,
    "RelyingParty.Origins": "acme.example.com,login.acme.example.com:8443",
  });
  const whole = {
    relying_party: { id: "acme.example.com", name: "Acme", origins: [origin, "https://login.acme.example.com:8443"] },
    authenticator_attachment: "platform",
    discoverable_credentials: "required",
    user_verification: "required",
  };
  const silent = { id: null, name: null, origins: null };
  const camel = { relyingParty: { name: "Other" }, userVerification: "preferred", authenticatorAttachment: "any" };
  const anywhere = { config: camel };
  for (const [more, expected] of [
    [{ config: undefined }, whole],
    [{ config: null }, whole],
    [{ config: {} }, whole],
    [{ config: { relying_party: {} } }, whole],
    [{ config: { relying_party: silent, authenticator_attachment: null, user_verification: "" } }, whole],
    [{ config: { relying_party: { origins: [] }, authenticator_attachment: "" } }, whole],
    [
      anywhere,
      {
        ...whole,
        relying_party: { ...whole.relying_party, name: "Other" },
        user_verification: "preferred",
        authenticator_attachment: "any",
      },
    ],
    [{ config: undefined, friendly_name: undefined, friendlyName: "Laptop" }, whole],
  ] as [object, object][]) {
    const { status, body, options } = await begin("settings-0001", more);
    expect([status, body], JSON.stringify(more)).toMatchObject([201, { config: expected }]);
    const selection = options.authenticatorSelection;
    expect(selection).toMatchObject({ residentKey: "required", requireResidentKey: true });
    expect(selection?.authenticatorAttachment).toBe(more === anywhere ? undefined : "platform");
  }
});

test.each<[string, object, number, object]>([
  [
    "nothing",
    {},
    60393,
    { message: expect.stringContaining(": authenticator_attachment, discoverable_credentials, user_verification") },
  ],
  ["what Go sends for nothing", { relying_party: {} }, 60393, {}],
  [
    "two of three criteria",
    { ...config, user_verification: null },
    60393,
    { message: expect.stringMatching(/request: user_verification$/) },
  ],
  ["criteria alone", { ...config, relying_party: null }, 60371, { details: { member: "relying_party" } }],
  ["no id", { ...config, relying_party: { ...party, id: "" } }, 60372, { details: { member: "relying_party.id" } }],
  ["an address for an id", { ...config, relying_party: { ...party, id: "https://acme.example.com" } }, 60372, {}],
  ["a port in the id", { ...config, relying_party: { ...party, id: "localhost:3000" } }, 60372, {}],
  ["numbers for an id", { ...config, relying_party: { ...party, id: "127.0.0.1" } }, 60372, {}],
  ["a number for an id", { ...config, relying_party: { ...party, id: 7 } }, 60372, {}],
  [
    "no name",
    { ...config, relying_party: { ...party, name: " " } },
    60371,
    { details: { member: "relying_party.name" } },
  ],
  [
    "no origins",
    { ...config, relying_party: { ...party, origins: [""] } },
    60371,
    { details: { member: "relying_party.origins" } },
  ],
  [
    "an origin of another domain",
    { ...config, relying_party: { ...party, origins: ["https://example.com"] } },
    60371,
    {},
  ],
  [
    "an origin that only ends alike",
    { ...config, relying_party: { ...party, origins: ["https://notacme.example.com"] } },
    60371,
    {},
  ],
  [
    "an origin without a lock",
    { ...config, relying_party: { ...party, origins: ["http://acme.example.com"] } },
    60371,
    {},
  ],
  ["an origin with a path", { ...config, relying_party: { ...party, origins: [`${origin}/login`] } }, 60371, {}],
  ["origins as one text", { ...config, relying_party: { ...party, origins: origin } }, 60371, {}],
  ["a text for the relying party", { ...config, relying_party: "acme.example.com" }, 60371, {}],
  ["another attachment", { ...config, authenticator_attachment: "usb" }, 60377, {}],
  ["another criterion", { ...config, user_verification: "maybe" }, 60370, { details: { member: "user_verification" } }],
])("a config with %s is refused", async (_, config, code, more) => {
  expect((await begin("config-0001", { config })).body).toMatchObject({ code, ...more });
  expect((await api.call("GET", `${service}/Entities/config-0001`)).status).toBe(404);
});

test("a config of a text, a name or an identity that is none, and a body that is no JSON are refused, each with its code", async () => {
  expect(told(await begin("config-0001", { config: "all" }))).toBe("400 60370");
  for (const name of [undefined, null, "", " ", 7, "x".repeat(65)])
    expect(told(await begin("config-0001", { friendly_name: name }))).toBe("400 60388");
  expect((await post("Factors", { friendly_name: "Laptop", config })).body.code).toBe(60367);
  expect((await begin("ada@example.com")).body).toMatchObject({ code: 60367, details: { identity: "email_address" } });
  // What gives no text, in the place of one.
  for (const identity of [{ toString: 1 }, [{ toString: 1 }], 7, true]) {
    expect((await post("Factors", { friendly_name: "Laptop", identity, config })).body.code).toBe(60367);
    expect((await post("Challenges", { identity })).status).toBe(400);
  }
  for (const body of ["", "{", "[]", "7", "friendly_name=Laptop"])
    expect(told(await post("Challenges", body))).toMatch(/^400 60(200|393)$/);
  const form = await post("Factors", "friendly_name=Laptop", "application/x-www-form-urlencoded");
  expect(form.body).toMatchObject({ code: 60388, details: { parameter: "Content-Type" } });
});

test("a service's settings obey the same rules, together, and what an earlier version took does not stand in the way of others", async () => {
  const settings = (given: Record<string, string>) =>
    Object.fromEntries(Object.entries(given).map(([name, value]) => [`Passkeys.RelyingParty.${name}`, value]));
  const change = (given: Record<string, string>) => api.call("POST", service, settings(given));
  const create = (given: Record<string, string>) =>
    api.call("POST", "/v2/Services", { FriendlyName: "Acme", ...settings(given) });
  for (const call of [change, create]) {
    expect((await call({ Id: "https://acme.example.com" })).body).toMatchObject({
      code: 60372,
      details: { member: "Passkeys.RelyingParty.Id" },
    });
    expect((await call({ Origins: "https://a.example, ftp://b.example" })).body).toMatchObject({
      code: 60371,
      details: { member: "Passkeys.RelyingParty.Origins" },
    });
    expect(told(await call({ Id: "acme.example.com", Origins: "https://example.com" }))).toBe("400 60371");
  }
  expect((await change({ Origins: "www.example.com" })).status).toBe(200);
  expect(told(await change({ Id: "acme.example.com" }))).toBe("400 60371");
  expect((await change({ Id: "example.com" })).body).toMatchObject({
    passkeys: { relying_party: { id: "example.com", origins: ["www.example.com"] } },
  });
  expect((await change({ Id: "", Origins: "" })).body).toMatchObject({
    passkeys: { relying_party: { id: null, origins: null } },
  });
});

/** Whoever logs in below. */
let ada: ReturnType<typeof person> | undefined;
const hexOf = (text: string) => Buffer.from(text, "base64url").toString("hex");

test.each<[string, (given: LoggedIn) => object, string]>([
  ["as it is", (given) => given, "200 approved"],
  ["with rawId in hexadecimal digits", ({ rawId, ...given }) => ({ ...given, rawId: hexOf(rawId) }), "200 approved"],
  ["with that alone", ({ rawId, id: _, ...given }) => ({ ...given, rawId: hexOf(rawId) }), "200 approved"],
  ["without id", ({ id: _, ...given }) => given, "200 approved"],
  ["without rawId, with padding", ({ rawId: _, ...given }) => ({ ...given, id: `${given.id}=` }), "200 approved"],
  [
    "with nulls",
    (given) => ({
      ...given,
      type: null,
      authenticatorAttachment: null,
      response: { ...given.response, userHandle: null },
    }),
    "200 approved",
  ],
  ["with an attachment of tomorrow", (given) => ({ ...given, authenticatorAttachment: "implanted" }), "200 approved"],
  ["with neither id nor rawId", ({ id: _, rawId: __, ...given }) => given, "400 60375"],
  ["with an id that is none", (given) => ({ ...given, id: "!" }), "400 60375"],
  ["with a number for an id", (given) => ({ ...given, id: 7 }), "400 60375"],
  ["with another rawId", (given) => ({ ...given, rawId: hexOf("b3RoZXI") }), "400 60376"],
  ["with another passkey's name", ({ rawId: _, ...given }) => ({ ...given, id: "b3RoZXI" }), "404 60390"],
  ["with an attachment that is no text", (given) => ({ ...given, authenticatorAttachment: [] }), "400 60377"],
  ["of another kind", (given) => ({ ...given, type: "password" }), "400 60378"],
  ["without a response", ({ response: _, ...given }) => given, "400 60378"],
  ["with a text for a response", (given) => ({ ...given, response: "AAAA" }), "400 60378"],
  [
    "with no user handle of ours",
    (given) => ({ ...given, response: { ...given.response, userHandle: "b3RoZXI" } }),
    "400 60378",
  ],
  ["without authenticator data", (given) => without(given, "authenticatorData"), "400 60379"],
  [
    "with authenticator data cut short",
    (given) => ({ ...given, response: { ...given.response, authenticatorData: "AAAA" } }),
    "400 60379",
  ],
  ["without client data", (given) => without(given, "clientDataJSON"), "400 60380"],
  [
    "with client data that is no JSON",
    (given) => ({ ...given, response: { ...given.response, clientDataJSON: "AAAA" } }),
    "400 60380",
  ],
  ["without a signature", (given) => without(given, "signature"), "403 60381"],
  ["with an empty signature", (given) => ({ ...given, response: { ...given.response, signature: "" } }), "403 60381"],
])("what a browser gives at a login is read %s", async (_, change, expected) => {
  ada ??= person("said-0001");
  const { browser, identity } = await ada;
  const given = browser.get((await challenge({ identity })).options, origin);
  expect(told(await approve(change(given)))).toBe(expected);
});

test("a login of which any byte is another is refused, and never by a failure of the server", async () => {
  ada ??= person("said-0001");
  const { browser, identity } = await ada;
  const { options } = await challenge({ identity });
  const given = browser.get(options, origin);
  const parts = ["authenticatorData", "clientDataJSON", "signature"] as const;
  for (let round = 0; round < budget(300); round += 1) {
    const part = parts[round % parts.length] ?? "signature";
    const bytes = Buffer.from(given.response[part], "base64url");
    // The frame around the two numbers of a signature may be written in more than one way.
    const at = part === "signature" ? bytes.length - 1 - randomInt(30) : randomInt(bytes.length);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << randomInt(8)), at);
    const answer = await approve({ ...given, response: { ...given.response, [part]: bytes.toString("base64url") } });
    expect(told(answer), `${part} ${at}`).toMatch(/^(400 603(79|80)|403 6038[12]|404 60391)$/);
  }
  expect(told(await approve(given))).toBe("200 approved");
});

function without({ response, ...given }: LoggedIn, name: string) {
  return { ...given, response: Object.fromEntries(Object.entries(response).filter(([each]) => each !== name)) };
}

test("what a browser gives at a registration is read likewise, and told what is wrong with it", async () => {
  const { options } = await begin("said-registration");
  const { rawId, response, ...given } = createAuthenticator().create(options, origin);
  const with_ = (more: object) => verify({ ...given, rawId, response: { ...response, ...more } });
  expect(told(await with_({ attestationObject: "" }))).toBe("400 60386");
  expect(told(await with_({ attestationObject: "AAAA" }))).toBe("400 60386");
  expect(told(await with_({ clientDataJSON: null }))).toBe("400 60380");
  expect(told(await with_({ transports: "internal" }))).toBe("400 60378");
  expect(told(await verify({ ...given, rawId, id: "b3RoZXI", response }))).toBe("400 60376");
  expect(told(await verify({ id: "b3RoZXI", response }))).toBe("400 60375");
  expect(
    (await with_({ clientDataJSON: Buffer.from('{"type":"webauthn.get"}').toString("base64url") })).body,
  ).toMatchObject({ code: 60380, details: { member: "clientDataJSON.type" } });
  const odd = JSON.stringify({ type: "webauthn.create", challenge: [{ toString: "" }], origin });
  expect((await with_({ clientDataJSON: Buffer.from(odd).toString("base64url") })).body).toMatchObject({
    ...{ code: 60380, details: { member: "clientDataJSON.challenge" } },
  });
  expect(told(await verify({ rawId: hexOf(rawId), type: null, response: { ...response, transports: null } }))).toBe(
    "200 verified",
  );
});

test("who is asked for must be there: an entity, a passkey of it, and one that is verified", async () => {
  const { identity, factorSid } = await person("asked-0001");
  const other = await person("asked-0002");
  const { body } = await begin(identity);
  const totp = await api.call("POST", `${service}/Entities/${identity}/Factors`, {
    FriendlyName: "Phone",
    FactorType: "totp",
  });
  for (const [asked, expected] of [
    [{ identity: "nobody-0001" }, "404 60392"],
    [{ identity: "ada@example.com" }, "400 60367"],
    [{ factor_sid: factorSid }, "400 60366"],
    [{ identity, factor_sid: "YF1" }, "400 60362"],
    [{ identity, factorSid: other.factorSid }, "404 60390"],
    [{ identity, factor_sid: totp.body.sid }, "404 60390"],
    [{ identity, factor_sid: body.sid }, "403 60318"],
    [{ identity, factorSid }, "201 pending"],
  ] as const) {
    expect(told(await challenge(asked)), JSON.stringify(asked)).toBe(expected);
  }
  await begin("asked-0003");
  expect(told(await challenge({ identity: "asked-0003" }))).toBe("404 60390");
  expect((await (await serviceWith(criteria)).challenge({})).body.code).toBe(60371);
  expect((await (await serviceWith(relyingParty)).challenge({})).body.code).toBe(60393);
});

test("a challenge ends after ten minutes, a factor that nobody verifies after a day, and an entity has twenty passkeys", async () => {
  const { identity, browser } = await person("ends-0001");
  const { options, body } = await challenge({ identity });
  const started = await begin("ends-0002");
  await api.call("POST", "/sandbox/clock", { Seconds: "600" });
  expect(told(await approve(browser.get(options, origin)))).toBe("403 60383");
  const path = `${service}/Entities/${identity}`;
  expect((await api.call("GET", `${path}/Challenges/${body.sid}`)).body).toMatchObject({ status: "expired" });
  await api.call("POST", "/sandbox/clock", { Seconds: "85800" });
  expect(told(await verify(createAuthenticator().create(started.options, origin)))).toBe("404 60390");
  const more = await Promise.all(Array.from({ length: 20 }, () => begin("ends-0003")));
  expect(more.map(told)).toEqual(Array(20).fill("201 unverified"));
  expect(told(await begin("ends-0003"))).toBe("400 60315");
});

test("the ordinary operations show, rename and delete a passkey, and make none and answer none", async () => {
  const { identity, factorSid, browser, logIn } = await person("ordinary-0001");
  const entity = `${service}/Entities/${identity}`;
  const { options, body } = await challenge({ identity });
  const call = (path: string, fields: Record<string, string>) => api.call("POST", `${entity}/${path}`, fields);
  expect((await call("Factors", { FriendlyName: "Laptop", FactorType: "passkeys" })).body).toMatchObject({
    code: 60306,
    message: "Invalid Request: FactorType",
  });
  expect((await call("Challenges", { FactorSid: factorSid })).body).toMatchObject({
    code: 60306,
    details: { factor: "other_type" },
  });
  expect((await call(`Challenges/${body.sid}`, { AuthPayload: "123456" })).body).toMatchObject({
    code: 60306,
    details: { factor: "other_type" },
  });
  expect((await call(`Factors/${factorSid}`, { AuthPayload: "123456" })).body).toMatchObject({ code: 60306 });
  expect((await call(`Factors/${factorSid}`, { FriendlyName: "New" })).body).toMatchObject({ friendly_name: "New" });
  expect(told(await approve(browser.get(options, origin)))).toBe("200 approved");
  expect((await api.call("GET", `${entity}/Factors`)).body).toMatchObject({
    factors: [{ sid: factorSid, friendly_name: "New" }],
  });
  expect(told(await logIn())).toBe("200 approved");
  expect((await api.call("DELETE", `${entity}/Factors/${factorSid}`)).status).toBe(204);
  expect((await api.call("GET", `${entity}/Challenges`)).body).toMatchObject({ challenges: [] });
});

test("what is signed for a required PIN, for an app and for a frame is looked at", async () => {
  const app = "android:apk-key-hash:pNiP5iKyQ8JwgGOaKA1zGPUPJIS-0H1xKCQcfIoGLck";
  const required = { ...config, user_verification: "required", relying_party: { ...party, origins: [origin, app] } };
  const { browser, logIn } = await person("verified-0001", { more: { config: required } });
  expect(told(await logIn({ flags: 1 }))).toBe("400 60379");
  expect(told(await logIn({ origin: app }))).toBe("200 approved");
  const { options } = await challenge({ identity: "verified-0001" });
  const { response, ...given } = browser.get(options, origin);
  const data = JSON.parse(Buffer.from(response.clientDataJSON, "base64url").toString());
  const framed = Buffer.from(JSON.stringify({ ...data, topOrigin: "https://example.org" })).toString("base64url");
  expect(told(await approve({ ...given, response: { ...response, clientDataJSON: framed } }))).toBe("400 60380");
});

test("pages that the service was given since count at a login by identity", async () => {
  const { begin, verify, challenge, approve } = passkeys;
  const browser = createAuthenticator();
  const { options } = await begin("since-0001");
  await verify(browser.create(options, origin));
  const since = "https://new.acme.example.com";
  const later = async () => approve(browser.get((await challenge({ identity: "since-0001" })).options, since));
  expect(told(await later())).toBe("400 60380");
  const all = { ...criteria, ...relyingParty, "RelyingParty.Origins": since };
  await api.call(
    "POST",
    service,
    Object.fromEntries(Object.entries(all).map(([name, value]) => [`Passkeys.${name}`, value])),
  );
  expect(told(await later())).toBe("200 approved");
});

test("an attestation by certificates, of which none is trusted, is passed over: nothing looks into one", async () => {
  const { options } = await begin("certified-0001");
  const { response, ...given } = createAuthenticator({ attestation: "packed" }).create(options, origin);
  const object = Buffer.concat([
    ...[Buffer.from([0xa3]), cbor("fmt"), cbor("packed"), cbor("attStmt"), Buffer.from([0xa1])],
    ...[cbor("x5c"), Buffer.from([0x81]), cbor(Buffer.from("http://127.0.0.1:9/list.crl"))],
    ...[cbor("authData"), cbor(Buffer.from(response.authenticatorData, "base64url"))],
  ]);
  const attestationObject = object.toString("base64url");
  expect(told(await verify({ ...given, response: { ...response, attestationObject } }))).toBe("200 verified");
});

test("every error of these operations is had on demand", async () => {
  expect(told(await begin("error-60393"))).toBe("400 60393");
  expect(told(await challenge({ identity: "error-60392" }))).toBe("404 60392");
  const response = { attestationObject: "AAAA", clientDataJSON: "AAAA", authenticatorData: "AAAA", signature: "AAAA" };
  expect(told(await verify({ id: "error-60387", response }))).toBe("400 60387");
  expect(told(await approve({ id: "error-60381", response }))).toBe("403 60381");
});

test("a passkey that was made to verify its user never logs in without, whatever other passkeys and the service ask for", async () => {
  const ofService = await serviceWith({ ...criteria, ...relyingParty, UserVerification: "preferred" });
  const asking = (user_verification: string) => ({ more: { config: { ...config, user_verification } } });
  const strict = await ofService.person("strict-0001", asking("required"));
  const lax = createAuthenticator();
  const { options } = await ofService.begin("strict-0001", { config: { ...config, user_verification: "discouraged" } });
  await ofService.verify(lax.create(options, origin));
  const both = await ofService.challenge({ identity: "strict-0001" });
  expect(both.options).toMatchObject({ userVerification: "preferred" });
  const unverified = { flags: 0x01 };
  expect(told(await ofService.approve(strict.browser.get(both.options, origin, unverified)))).toBe("400 60379");
  expect(told(await ofService.approve(lax.get(both.options, origin, unverified)))).toBe("200 approved");
  const anybody = await ofService.challenge({});
  expect(told(await ofService.approve(strict.browser.get(anybody.options, origin, unverified)))).toBe("400 60379");
  expect(told(await ofService.approve(strict.browser.get(anybody.options, origin)))).toBe("200 approved");
});

test("each passkey of a person logs in on its own pages and on no other passkey's", async () => {
  const page = (name: string) => `https://${name}.acme.example.com`;
  const onPage = (name: string) => ({ config: { ...config, relying_party: { ...party, origins: [page(name)] } } });
  const [one, other] = [createAuthenticator(), createAuthenticator()];
  for (const [browser, name] of [
    [one, "one"],
    [other, "other"],
  ] as const) {
    await verify(browser.create((await begin("pages-0001", onPage(name))).options, page(name)));
  }
  const logIn = async (browser: typeof one, name: string) =>
    told(await approve(browser.get((await challenge({ identity: "pages-0001" })).options, page(name))));
  expect([await logIn(one, "one"), await logIn(other, "other")]).toEqual(["200 approved", "200 approved"]);
  expect([await logIn(one, "other"), await logIn(other, "one")]).toEqual(["400 60380", "400 60380"]);
});

test("a page within another's page is none, however its browser says so", async () => {
  const { identity, browser } = await person("framed-0001");
  const loggedIn = browser.get((await challenge({ identity })).options, origin);
  const data = JSON.parse(Buffer.from(loggedIn.response.clientDataJSON, "base64url").toString());
  for (const more of [{ crossOrigin: true }, { topOrigin: "https://other.example.com" }]) {
    const clientDataJSON = Buffer.from(JSON.stringify({ ...data, ...more })).toString("base64url");
    const framed = { ...loggedIn, response: { ...loggedIn.response, clientDataJSON } };
    expect(told(await approve(framed))).toBe("400 60380");
  }
});

test("what nobody knows may be of any depth, and what is null in one spelling is said in the other", async () => {
  const deep = (open: string, close: string) => `${open.repeat(2_000)}1${close.repeat(2_000)}`;
  for (const unknown of [deep('{"a":', "}"), deep("[", "]")]) {
    const body = `{"friendly_name":"Laptop","identity":"deep-0001","a":${unknown},"config":{"a":${unknown}}}`;
    for (const path of ["Factors", "VerifyFactor", "Challenges", "ApproveChallenge"]) {
      expect((await post(path, body)).status).toBeLessThan(500);
    }
  }
  const both = {
    friendly_name: null,
    friendlyName: "Laptop",
    config: { ...config, user_verification: null, userVerification: "required" },
  };
  const made = await post("Factors", { identity: "both-0001", ...both });
  expect(made.body).toMatchObject({ friendly_name: "Laptop", config: { user_verification: "required" } });
  expect(
    told(await post("Challenges", { identity: "both-0001", factor_sid: null, factorSid: `YF${"0".repeat(32)}` })),
  ).toBe("404 60390");
});
