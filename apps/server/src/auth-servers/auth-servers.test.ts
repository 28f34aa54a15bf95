import { beforeEach, describe, expect, test } from "vitest";
import { asAuthServer, post, signed } from "../../test-support/auth-servers.ts";
import { useSandbox } from "../../test-support/sandbox.ts";
import { sandboxAuthServers } from "../sandbox/account.ts";
import { sandboxServiceSid } from "../sandbox/sandbox.ts";
import type { AuthServerName } from "./auth-server.ts";
import { readCode } from "./body.ts";

const sandbox = useSandbox();
beforeEach(() => sandbox.api.call("POST", "/sandbox/reset"));

const to = "14155552671";
/** The oldest first. */
const messages = async () => ((await sandbox.api.call("GET", "/sandbox/messages")).body.messages ?? []).reverse();
const codes = async () => (await messages()).map(({ code }) => code);
const advance = (seconds: number) => sandbox.api.call("POST", "/sandbox/clock", { Seconds: String(seconds) });
const statuses = async () => {
  const { body } = await sandbox.api.call("GET", "/console/verifications");
  return (body as { verifications?: { status: string }[] }).verifications?.map(({ status }) => status);
};

describe.each(Object.keys(asAuthServer) as AuthServerName[])("for %s", (name) => {
  const ask = (code: string, more: Partial<Parameters<(typeof asAuthServer)[AuthServerName]>[1]> = {}) =>
    asAuthServer[name](sandbox.url, { code, to, ...more });

  test("the code that it made is delivered, to a number without a plus sign, and is a verification like any other", async () => {
    expect(await ask("561166")).toBe("sent");
    const [message, ...more] = await messages();
    expect(more).toEqual([]);
    expect(message).toMatchObject({ to: `+${to}`, code: "561166" });
    expect(message?.text).toContain("561166");
    const { body } = await sandbox.api.call("GET", `/console/verifications/${message?.verification_sid}`);
    expect(body).toMatchObject({ status: "pending", service_sid: sandboxServiceSid, to: `+${to}` });
  });

  test("each code after another ends the one before, in its own name, and is delivered", async () => {
    for (const code of ["111111", "222222", "333333"]) expect(await ask(code)).toBe("sent");
    expect(await codes()).toEqual(["111111", "222222", "333333"]);
    expect(await statuses()).toEqual(["pending", "canceled", "canceled"]);
    const { body } = await sandbox.api.call("GET", "/console/audit?action=canceled");
    const { entries = [] } = body as { entries?: { actor: string }[] };
    expect(entries.map(({ actor }) => actor)).toEqual([name, name]);
  });

  test("wrong codes in another service, however many, are no reason to send none: nobody can guess here", async () => {
    const other = `/v2/Services/${await sandbox.api.createService({ CustomCodeEnabled: "true" })}`;
    for (let starts = 1; starts <= 6; starts++) {
      await sandbox.api.call("POST", `${other}/Verifications`, { To: `+${to}`, Channel: "sms" });
      for (let checks = 1; checks <= 5; checks++)
        await sandbox.api.call("POST", `${other}/VerificationCheck`, { To: `+${to}`, Code: "1000" });
      await advance(601);
    }
    const own = { To: `+${to}`, Channel: "sms", CustomCode: "561166" };
    expect(await sandbox.api.call("POST", `${other}/Verifications`, own)).toMatchObject({ body: { code: 60202 } });
    expect(await ask("561166")).toBe("sent");
  });

  test("the same code again is the request whose answer was lost: nothing is sent twice, nor counted", async () => {
    for (let tries = 1; tries <= 8; tries++) expect(await ask("561166")).toBe("sent");
    expect(await codes()).toEqual(["561166"]);
    for (const code of ["1111", "2222", "3333", "4444"]) expect(await ask(code)).toBe("sent");
  });

  test("a code after the last one has expired begins anew", async () => {
    await ask("111111");
    await advance(601);
    expect(await ask("222222")).toBe("sent");
    expect(await statuses()).toEqual(["pending", "expired"]);
  });

  test("after five codes in ten minutes the person reads that, and how long to wait, which is true", async () => {
    for (let sends = 1; sends <= 5; sends++) expect(await ask(`10000${sends}`)).toBe("sent");
    const told = await ask("100006");
    expect(told).toEqual({
      status: 429,
      message: expect.stringMatching(/^Too many codes were asked for\. Try again in \d+ minutes\.$/),
    });
    expect(await codes()).toHaveLength(5);
    expect(await statuses(), "the last code that was sent is still good").toEqual([
      "pending",
      ..."canceled ".repeat(4).trim().split(" "),
    ]);
    await advance(60 * Number(/\d+(?= minutes)/.exec(JSON.stringify(told))?.[0]));
    expect(await ask("100006")).toBe("sent");
  });

  test.each([
    [60205, 400, "This number is a landline, which gets no text messages."],
    [60605, 403, "No codes are sent to phone numbers of this country or of this kind."],
    [20429, 429, "Too many codes were asked for. Try again in"],
    [60410, 429, "No codes are sent to numbers like this one right now. Try again in"],
    [60202, 429, "Too many wrong codes were tried for this number. Try again in"],
    [60203, 429, "Too many codes were sent to this number. Try again in"],
    [20503, 503, "The code cannot be sent right now. Try again in a minute."],
    [60223, 500, "Codes cannot be sent right now."],
  ])(
    "of the refusal %i the person reads what to do about it, and it is in the log of refused starts",
    async (code, status, words) => {
      const told = await ask("561166", { to: `150055${code}` });
      expect(told).toEqual({ status, message: expect.stringContaining(words) });
      expect(await codes()).toEqual([]);
      const { body } = await sandbox.api.call("GET", "/console/refused_starts");
      const { refused_starts = [] } = body as { refused_starts?: { error_code: number; to: string }[] };
      expect(refused_starts).toMatchObject([{ error_code: code, to: `+150055${code}` }]);
    },
  );

  test.each(["15551", "1555123456789", "00000000"])("%s is no number, and the person reads so", async (number) => {
    expect(await ask("561166", { to: number })).toEqual({
      status: 400,
      message: "No message can be sent to this phone number. Type it with its country code.",
    });
  });

  test("what is no code is refused and not sent", async () => {
    for (const code of ["", "123", "12345678901", "12 345", "12345;"]) {
      expect(await ask(code)).toMatchObject({ status: 400, message: expect.stringContaining("no code") });
    }
    expect(await codes()).toEqual([]);
  });

  test("the message is in the person's language where it is spoken here, else in the country's", async () => {
    await ask("111111", { locale: "fr-CA" });
    await ask("222222", { locale: "xx" });
    await ask("333333", { locale: "no language" });
    const [french, ...english] = (await messages()).map(({ text }) => text);
    expect(french).toMatch(/vérification/);
    for (const text of english) expect(text).toMatch(/verification code/);
  });

  test("who does not prove to be it has nothing sent, and learns nothing", async () => {
    const secret = name === "supabase" ? `v1,whsec_${btoa("another secret, as long as it")}` : "Sandbox";
    expect(await ask("561166", { secret })).toMatchObject({ status: 401 });
    expect(await ask("561166", { secret, to: "no number" })).toMatchObject({ status: 401 });
    const { status } = await post(`${sandbox.url}/auth-servers/${name}`, "{}", {});
    expect(status).toBe(401);
    expect(await codes()).toEqual([]);
  });

  test("what is too long, no JSON, or no request of its own is refused by name, and other methods are not there", async () => {
    const url = `${sandbox.url}/auth-servers/${name}`;
    const proven = (body: string) =>
      post(url, body, name === "supabase" ? signed(body, sandboxAuthServers.supabase) : { authorization: "sandbox" });
    const long = JSON.stringify({ to: "x".repeat(65 * 1024) });
    expect(await proven(long)).toMatchObject({ status: 413, text: expect.stringContaining("too long") });
    expect((await post(url, long, {})).status, "nobody's").toBe(413);
    for (const body of ["", "{", "[]", "null", '"to"', '{"__proto__":{"to":"+14155552671"}}', "\ufffd"]) {
      expect((await proven(body)).text).toContain("There is no phone number in the request.");
    }
    expect((await fetch(url)).status).toBe(405);
    expect((await post(`${sandbox.url}/auth-servers/other`, "{}", {})).status).toBe(404);
  });
});

test("a link, which Logto may have in place of a code, is refused by name", async () => {
  const body = JSON.stringify({ to, type: "OrganizationInvitation", payload: { link: "https://acme.example.com/in" } });
  const { status, text } = await post(`${sandbox.url}/auth-servers/logto`, body, { authorization: "sandbox" });
  expect([status, text]).toEqual([400, "No links are sent by SMS, only codes."]);
});

test("the address of a person's device is counted, and no private one, which is that of a proxy and so everybody's", () => {
  const clientOf = (client: unknown) => {
    const read = readCode({ to, code: "561166" }, { locale: null, client });
    return read.ok && read.value.client;
  };
  expect(["203.0.113.7", "8.8.8.8", "2a00:1450::1"].map(clientOf)).toEqual([undefined, "8.8.8.8", "2a00:1450::1"]);
  for (const none of ["172.18.0.3", "10.0.0.1", "127.0.0.1", "::1", "fd00::1", "::ffff:10.0.0.1", "no address", "", 7])
    expect(clientOf(none), String(none)).toBeUndefined();
});

describe("a hook of Supabase", () => {
  const url = () => `${sandbox.url}/auth-servers/supabase`;
  const bodyOf = (otp: string, more: object = {}) => JSON.stringify({ user: {}, sms: { otp, phone: to, ...more } });
  const { supabase: secret } = sandboxAuthServers;

  test("comes again by its id when it is replayed, and sends nothing, a newer code or not", async () => {
    const [first, second] = [bodyOf("111111"), bodyOf("222222")];
    const headers = signed(first, secret);
    expect((await post(url(), first, headers)).status).toBe(204);
    expect((await post(url(), second, signed(second, secret))).status).toBe(204);
    expect((await post(url(), first, headers)).status).toBe(204);
    expect(await codes()).toEqual(["111111", "222222"]);
    await advance(700);
    expect((await post(url(), first, headers)).status).toBe(204);
    expect(await codes()).toEqual(["111111", "222222"]);
  });

  test("of two at once with one id one code is sent", async () => {
    const body = bodyOf("111111");
    const headers = signed(body, secret);
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(url(), body, headers)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 204));
    expect(await codes()).toEqual(["111111"]);
  });

  test("is taken by any of several signatures with commas between, and is five minutes old at most", async () => {
    const body = bodyOf("111111", { sms_type: "mfa" });
    const other = `v1,whsec_${btoa("another secret, as long as it")}`;
    expect((await post(url(), body, signed(body, `${other}|${secret}`))).status).toBe(204);
    const twice = signed(body, `${other}|${secret}`);
    const joined = { ...twice, "webhook-signature": twice["webhook-signature"].replace(", ", ",") };
    expect((await post(url(), body, joined)).status).toBe(204);
    for (const at of [Date.now() - 310_000, Date.now() + 310_000]) {
      expect((await post(url(), body, signed(body, secret, { at }))).status).toBe(401);
    }
    expect((await post(url(), bodyOf("222222"), signed(body, secret))).status, "another body").toBe(401);
    expect(await codes()).toEqual(["111111"]);
  });
});
