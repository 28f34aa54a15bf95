import { examplesOf, type Media, operationOf, type RequestBody, resolve } from "@countersign/document";
import { afterAll, describe, expect, test } from "vitest";
import { budget } from "../../../../scripts/budget.ts";
import type { Answer } from "../../test-support/api.ts";
import { dump, readSql, runSql, startDatabases, type TestDatabases } from "../../test-support/databases.ts";
import { bundle, exampleOf } from "../../test-support/fake-app.ts";
import { config, createAuthenticator, origin, passkeysOf, type Wrong } from "../../test-support/passkeys.ts";
import { describeOnDatabases, useSandbox } from "../../test-support/sandbox.ts";
import { sandboxServiceSid as serviceSid } from "../sandbox/sandbox.ts";

const tally = (answers: Answer[]) => answers.map(told).sort();
const told = ({ status, body }: Answer) => `${status} ${body.code ?? body.status}`;
const base64Url = (text: string) => Buffer.from(text).toString("base64url");
const logins = budget(100);
const service = `/v2/Services/${serviceSid}`;

describeOnDatabases((sandbox) => {
  const { api } = sandbox;
  const { begin, verify, challenge, approve, person } = passkeysOf(() => sandbox.url);
  const count = async (from: string) =>
    Number((await readSql(sandbox.databaseUrl, `SELECT count(*) AS n FROM ${from}`))[0]?.n);

  test("a person registers a passkey and logs in with it, once for each challenge, and everything that is told of it agrees", async () => {
    const { factorSid, browser, verified } = await person("passkey-0001");
    expect(verified.body).toMatchObject({ sid: factorSid, status: "verified", factor_type: "passkeys", config });
    expect(verified.body).not.toHaveProperty("options");
    const entity = `${service}/Entities/passkey-0001`;
    expect((await api.call("GET", `${entity}/Factors/${factorSid}`)).text).toBe(verified.text);
    const asked = await challenge({ identity: "passkey-0001" });
    expect(asked.body).toMatchObject({ identity: "passkey-0001", factor_sid: "", expiration_date: null, links: null });
    const loggedIn = browser.get(asked.options, origin);
    const approved = await approve(loggedIn);
    expect([told(approved), approved.body]).toMatchObject(["200 approved", { factor_sid: factorSid }]);
    expect(told(await approve(loggedIn))).toBe("403 60383");
    const fetched = await api.call("GET", `${entity}/Challenges/${approved.body.sid}`);
    expect(fetched.body).toMatchObject({ status: "approved", factor_sid: factorSid, expiration_date: null });
    expect(fetched.body).toMatchObject({ url: expect.stringMatching(/\/Challenges\/YC/) });
  });

  test("whoever has a passkey logs in without a name, and the approval says who it is", async () => {
    const { identity, factorSid, browser } = await person("passkey-0002", { more: { config } });
    await api.call("POST", service, serviceSettings);
    const asked = await challenge({});
    expect(asked.body).toMatchObject({ entity_sid: "", identity: "", factor_sid: "" });
    expect(asked.options).toMatchObject({ rpId: "acme.example.com", allowCredentials: [] });
    const approved = await approve(browser.get(asked.options, origin));
    expect(approved.body).toMatchObject({ status: "approved", identity, factor_sid: factorSid });
    const { body } = await api.call("GET", `${service}/Entities/${identity}/Challenges?FactorSid=${factorSid}`);
    expect(body).toMatchObject({ challenges: [{ sid: asked.body.sid, status: "approved" }] });
    expect((await challenge({ identity, factor_sid: factorSid })).body).toMatchObject({ factor_sid: factorSid });
  });

  test("a second passkey is beside the first, never in its place, and a passkey is in a service once", async () => {
    const { browser, registered, logIn } = await person("passkey-0003");
    const second = await begin("passkey-0003");
    expect(second.options.excludeCredentials).toMatchObject([{ id: registered.id, transports: ["internal"] }]);
    expect(() => browser.create(second.options, origin)).toThrow(
      expect.objectContaining({ name: "InvalidStateError" }),
    );
    expect(told(await verify(registered))).toBe("403 60383");
    // What a page makes of another factor's options with the same authenticator is another passkey.
    const other = createAuthenticator();
    expect(told(await verify(other.create(second.options, origin)))).toBe("200 verified");
    expect(told(await logIn())).toBe("200 approved");
    const copied = await begin("passkey-0004");
    const again = createAuthenticator().create(copied.options, origin, { id: registered.id });
    expect(told(await verify(again))).toBe("409 60317");
    expect(told(await logIn())).toBe("200 approved");
  });

  test("nobody logs in by another's passkey, nor by one that is deleted", async () => {
    const [ada, bob] = [await person("passkey-0005"), await person("passkey-0006")];
    const { options } = await challenge({ identity: ada.identity });
    const anybody = { ...options, allowCredentials: [] };
    expect(told(await approve(bob.browser.get(anybody, origin)))).toBe("403 60383");
    const asAda = bob.browser.get({ ...(await challenge({ identity: bob.identity })).options }, origin);
    const handle = ada.browser.get(options, origin).response.userHandle;
    expect(told(await approve({ ...asAda, response: { ...asAda.response, userHandle: handle } }))).toBe("400 60378");
    const path = `${service}/Entities/${bob.identity}/Factors/${bob.factorSid}`;
    const waiting = await challenge({ identity: bob.identity, factor_sid: bob.factorSid });
    expect(told(await api.call("DELETE", path))).toBe("204 undefined");
    expect(told(await approve(bob.browser.get(waiting.options, origin)))).toMatch(/404 6039[01]/);
    expect(told(await challenge({ identity: bob.identity }))).toBe("404 60390");
  });

  test(`of ${logins} logins at once with one count one is approved, and of 20 answers to one challenge as well`, async () => {
    const { identity, browser } = await person("passkey-0007");
    const asked = await Promise.all(Array.from({ length: logins }, () => challenge({ identity })));
    const answers = await Promise.all(
      asked.map(({ options }) => approve(browser.get(options, origin, { counter: 1 }))),
    );
    expect(tally(answers)).toEqual(["200 approved", ...Array(logins - 1).fill("403 60381")]);
    const one = browser.get((await challenge({ identity })).options, origin, { counter: 2 });
    const same = await Promise.all(Array.from({ length: 20 }, () => approve(one)));
    expect(tally(same)).toEqual(["200 approved", ...Array(19).fill("403 60383")]);
    const { options } = await challenge({ identity });
    expect(told(await approve(browser.get(options, origin, { counter: 2 })))).toBe("403 60381");
    const steady = await person("passkey-0008", { counts: false });
    expect([told(await steady.logIn()), told(await steady.logIn())]).toEqual(["200 approved", "200 approved"]);
  });

  test("a challenge of anybody is answered once, whoever answers at the same time", async () => {
    const people = await Promise.all(["passkey-0010", "passkey-0011", "passkey-0012"].map((each) => person(each)));
    await api.call("POST", service, serviceSettings);
    const { options } = await challenge({});
    const answers = await Promise.all(people.map(({ browser }) => approve(browser.get(options, origin))));
    expect(tally(answers)).toEqual(["200 approved", "403 60383", "403 60383"]);
  });

  test("the name of a passkey stands nowhere in clear, and all goes with the entity, or 30 days after the login", async () => {
    await api.call("POST", "/sandbox/reset");
    const { identity, registered, browser } = await person("passkey-0013", { more: { friendly_name: "Canary" } });
    await api.call("POST", service, serviceSettings);
    await challenge({});
    const { options, body } = await challenge({ identity });
    const loggedIn = browser.get(options, origin);
    await approve(loggedIn);
    const all = await dump(sandbox.databaseUrl);
    for (const text of [
      registered.id,
      Buffer.from(registered.id, "base64url").toString("hex"),
      "Canary",
      "passkey-0013",
    ])
      expect(all).not.toContain(text);
    const { text } = await api.call("GET", `${service}/Entities/${identity}/Challenges/${body.sid}`);
    expect(text).not.toContain(registered.id);
    expect(await count("challenges")).toBe(2);
    // What was asked of anybody, and nobody answered, goes first.
    await api.call("POST", "/sandbox/clock", { Seconds: String(86_400 + 602) });
    expect(await count("challenges")).toBe(1);
    await api.call("POST", "/sandbox/clock", { Seconds: String(29 * 86_400) });
    expect([await count("challenges"), await count("factors")]).toEqual([0, 1]);
    expect(told(await approve(browser.get((await challenge({ identity })).options, origin)))).toBe("200 approved");
    await api.call("DELETE", `${service}/Entities/${identity}`);
    expect([await count("challenges"), await count("factors")]).toEqual([0, 0]);
  });
});

describe("on one machine", () => {
  let databases: TestDatabases;
  const sandbox = useSandbox(async () => {
    databases = await startDatabases();
    return { databaseUrl: await databases.create("SQLite") };
  });
  afterAll(() => databases.stop());
  const { api } = sandbox;
  const { begin, verify, challenge, approve, person } = passkeysOf(() => sandbox.url);
  let ada: ReturnType<typeof person> | undefined;
  const elsewhere = "https://login.example.org";

  test.each<[string, Wrong, string]>([
    ["another origin", { origin: elsewhere }, "400 60380"],
    ["another page of the domain", { origin: `${origin}:8443` }, "400 60380"],
    ["another relying party", { rpId: "example.org" }, "403 60382"],
    ["a challenge that is none", { challenge: base64Url("challenge") }, "400 60380"],
    ["a challenge that is not there", { challenge: base64Url(`YC${"0".repeat(32)}`) }, "404 60391"],
    ["nobody there", { flags: 0 }, "400 60379"],
    ["a backup of what may not be backed up", { flags: 0x15 }, "400 60379"],
    ["another key's signature", { signature: "another key" }, "403 60381"],
    ["no signature", { signature: "garbled" }, "403 60381"],
  ])("a login with %s is refused, and the right one may follow", async (_, wrong, code) => {
    ada ??= person("passkey-0001");
    const { browser, identity } = await ada;
    const asked = await challenge({ identity });
    expect(told(await approve(browser.get(asked.options, origin, wrong)))).toBe(code);
    expect(told(await approve(browser.get(asked.options, origin)))).toBe("200 approved");
  });

  test.each<[string, Wrong, string]>([
    ["another origin", { origin: elsewhere }, "400 60380"],
    ["another relying party", { rpId: "example.org" }, "403 60382"],
    ["a challenge that is none", { challenge: base64Url("challenge") }, "400 60380"],
    ["a challenge that is not there", { challenge: base64Url(`YF${"0".repeat(32)}`) }, "404 60390"],
    ["nobody there", { flags: 0x40 }, "400 60379"],
    ["no passkey in it", { flags: 0x05 }, "400 60387"],
    ["a statement by another key", { signature: "another key" }, "400 60386"],
  ])("a registration with %s is refused, and the right one may follow", async (_, wrong, code) => {
    const browser = createAuthenticator({ attestation: "packed" });
    const { options } = await begin("registration");
    expect(told(await verify(browser.create(options, origin, wrong)))).toBe(code);
    expect(told(await verify(browser.create(options, origin)))).toBe("200 verified");
  });

  test("the examples of the document verify, and so does the one of the official document", async () => {
    await api.call("POST", "/sandbox/reset");
    const rename = (sql: string) => runSql(sandbox.databaseUrl, sql);
    await begin("passkey-0014", { config: { ...config, relying_party: officialParty } });
    await rename("UPDATE factors SET sid = 'YF048d1a7ec3a2a6970059c2766bbc7e0f'");
    expect(told(await verify(official))).toBe("200 verified");
    expect(told(await approve({ ...official, response: officialLogin }))).toBe("400 60380");
    await api.call("POST", "/sandbox/reset");
    const { options } = await begin("passkey-0015");
    expect(bodyExample("createNewFactorPasskey")).toMatchObject({ friendly_name: "Ana’s laptop" });
    expect(Object.keys(options)).toEqual(Object.keys(shown.options.publicKey));
    await rename("UPDATE factors SET sid = 'YF00000000000000000000000000000005'");
    await rename("UPDATE factors SET entity_sid = 'YE00000000000000000000000000000001'");
    await rename("UPDATE entities SET sid = 'YE00000000000000000000000000000001'");
    expect(told(await verify(bodyExample("updatePasskeysFactor")))).toBe("200 verified");
    await challenge({ identity: "passkey-0015" });
    await rename("UPDATE challenges SET sid = 'YC00000000000000000000000000000005'");
    expect(told(await approve(bodyExample("updateChallengePasskeys")))).toBe("200 approved");
  });
});

const serviceSettings = {
  "Passkeys.RelyingParty.Id": "acme.example.com",
  "Passkeys.RelyingParty.Name": "Acme",
  "Passkeys.RelyingParty.Origins": origin,
  "Passkeys.AuthenticatorAttachment": "any",
  "Passkeys.DiscoverableCredentials": "preferred",
  "Passkeys.UserVerification": "preferred",
};

const shown = exampleOf("createNewFactorPasskey") as { options: { publicKey: object } };

function bodyExample(operationId: string): object {
  const { requestBody } = operationOf(bundle, operationId).operation;
  const { content } = resolve<RequestBody>(bundle, requestBody as RequestBody);
  return examplesOf(bundle, content["application/json"] as Media)[0]?.[1] as object;
}

/** The example of the official document: its challenge is the SID, and `rawId` is `id` in hexadecimal digits. */
const official = {
  id: "6ySmhJd6qGUMCthiqszyb4Od4U6TFn0v3DLz-1EZrNQ",
  rawId: "eb24a684977aa8650c0ad862aaccf26f839de14e93167d2fdc32f3fb5119acd4",
  authenticatorAttachment: "platform",
  type: "public-key",
  response: {
    attestationObject:
      "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YViko3mm9u6vuaVeN4wRgDTidR5oL6ufLTCrE9ISVYbOGUdFAAAAAAAAAAAAAAAAAAAAAAAAAAAAIOskpoSXeqhlDArYYqrM8m-DneFOkxZ9L9wy8_tRGazUpQECAyYgASFYIOP8op-6gZJ1H0wHNLe2k7cgBqaSUR4pdcBqtOHPaYUhIlggsXZWuWfZS-6YpbeU9dsB2UoroACSKXJOrdE_auaUIf4",
    clientDataJSON:
      "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiV1VZd05EaGtNV0UzWldNellUSmhOamszTURBMU9XTXlOelkyWW1Kak4yVXdaZyIsIm9yaWdpbiI6Imh0dHBzOi8vZXhhbXBsZS5jb20iLCJjcm9zc09yaWdpbiI6ZmFsc2V9",
    transports: ["internal"],
  },
};

/** Its example of a login is of another type, and cut short. */
const officialLogin = {
  clientDataJSON: official.response.clientDataJSON,
  signature: "MEYCIQDDs662ykELzpmxkQaOR6HY5GwO7n",
  userHandle: "WUU0ZmQzYWFmNGU0NT",
  authenticatorData: "o3mm9u6vuaVeN4wRgDTid",
};

const officialParty = { id: "example.com", name: "Example", origins: ["https://example.com"] };
