import { expect, test } from "vitest";
import { sandboxServiceSid as serviceSid } from "../src/sandbox/sandbox.ts";
import { useSandbox } from "../test-support/sandbox.ts";

/** Of the last three the document says that no name has them. */
const unseen = ["", "  ", "\u3164", "\u202e", "\u200b", "\u2800"];

const sandbox = useSandbox();
const { api } = sandbox;

test.each(unseen)("no message shows a name of which nobody sees anything: %j", async (name) => {
  const status = unseen.indexOf(name) < 3 ? 201 : 400;
  const To = "+12025550161";
  const named = await api.createService({ FriendlyName: "Acme" });
  expect((await api.start(named, { To, CustomFriendlyName: name })).status).toBe(status);
  const mail = { To: "ada@example.com", Channel: "email" };
  expect((await api.start(named, { ...mail, CustomFriendlyName: name })).status).toBe(status);
  for (const to of [To, mail.To]) {
    const messages: { text: string; subject?: string | null }[] = await api.messages(to);
    for (const { text, subject } of messages) expect(subject ?? text).toContain("Acme");
  }
  const created = await api.call("POST", "/v2/Services", { FriendlyName: name });
  expect([created.status, created.body.code]).toEqual([400, 60200]);
});

test("an empty text at an update unsets what may be null, and leaves the name", async () => {
  const sid = await api.createService({
    TtsName: "x",
    DefaultTemplateSid: "HJ25bd7be50a581eb88a39c60aa9ba406b",
    "Totp.Issuer": "Acme",
  });
  const empty = { FriendlyName: "", TtsName: "", DefaultTemplateSid: "", "Totp.Issuer": "" };
  const { status, body } = await api.call("POST", `/v2/Services/${sid}`, empty);
  expect([status, body]).toMatchObject([
    200,
    { friendly_name: "Acme", tts_name: null, default_template_sid: null, totp: { issuer: null } },
  ]);
});

test("a language that is not to be had is named, in v1 none is", async () => {
  const { status, body } = await api.start(serviceSid, { To: "+12025550162", Locale: "tlh" });
  expect([status, body.code, body.details]).toEqual([404, 20404, { parameter: "Locale" }]);
  expect((await api.start(serviceSid, { To: "+5511961234567", Locale: "pt_BR" })).status).toBe(201);
  const unknown = await api.start(`VA${"f".repeat(32)}`, { To: "+12025550162" });
  expect([unknown.status, unknown.body.details]).toEqual([404, undefined]);
  for (const [locale, text] of [
    ["pt_BR", "código"],
    ["tlh", "code"],
    ["", "code"],
  ] as const) {
    const parameters = new URLSearchParams({ via: "sms", country_code: "1", phone_number: "2025550163", locale });
    const headers = { "content-type": "application/x-www-form-urlencoded", "x-authy-api-key": "sandbox" };
    const path = `${sandbox.url}/protected/json/phones/verification/start`;
    expect((await fetch(path, { method: "POST", headers, body: parameters })).status).toBe(200);
    const [message] = (await api.messages("+12025550163")) as { text?: string }[];
    expect(message?.text).toContain(text);
    await api.call("POST", "/sandbox/reset", {});
  }
});

test("an empty optional text changes no start, check or list", async () => {
  const names = [
    "CustomMessage",
    "SendDigits",
    "Locale",
    "CustomCode",
    "Amount",
    "Payee",
    "AppHash",
    "TemplateSid",
    "DeviceIp",
  ];
  const To = "+12025550123";
  const empty = Object.fromEntries(names.map((name) => [name, ""]));
  expect((await api.start(serviceSid, { To, ...empty })).status).toBe(201);
  const rest = { VerificationSid: "", Amount: "", Payee: "", SnaClientToken: "" };
  expect((await api.check(serviceSid, { To, Code: "123456", ...rest })).body.status).toBe("approved");
  expect((await api.check(serviceSid, { To, Code: "" })).body.message).toBe("Invalid parameter: Code");
  expect((await api.check(serviceSid, { To: "", Code: "123456" })).body.code).toBe(60221);
  const { body } = await api.call(
    "GET",
    "/v2/Attempts?Status=&Country=&VerificationSid=&DateCreatedAfter=&ChannelData.To=",
  );
  expect(body.attempts?.length).toBeGreaterThan(0);
});
