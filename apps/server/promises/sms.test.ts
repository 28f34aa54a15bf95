import { expect, test } from "vitest";
import { builtInTemplates } from "../src/templates/built-ins.ts";
import { useSandbox } from "../test-support/sandbox.ts";

const sandbox = useSandbox();
const { api } = sandbox;

const To = "+12025550143";
const AppHash = "He42w354ol9";

test("an app's message that has no room for the warning goes without, with a long name in fewer words, and one that is too long all the same is refused and counts for nothing", async () => {
  const serviceSid = await api.createService({ FriendlyName: "n".repeat(30), DoNotShareWarningEnabled: "true" });
  const inRomanian = { To, AppHash, Locale: "ro" };
  await api.start(serviceSid, { ...inRomanian, CustomFriendlyName: "Acme" });
  expect((await api.messages(To))[0]?.text).toBe("<#> Codul dumneavoastră de verificare Acme este: 123456 He42w354ol9");
  await api.start(serviceSid, inRomanian);
  expect((await api.messages(To))[0]?.text).toBe(`<#> Cod ${"n".repeat(30)}: 123456 He42w354ol9`);
  const psd2Sid = await api.createService({ FriendlyName: "n".repeat(30), Psd2Enabled: "true" });
  const refused = await api.start(psd2Sid, { ...inRomanian, To: "+12025550147", Amount: "39 EUR", Payee: "Acme" });
  expect(refused).toMatchObject({
    status: 400,
    body: { code: 60200, message: "Invalid parameter: AppHash", details: { sms_parts: 2 } },
  });
  expect(await api.messages("+12025550147")).toEqual([]);
});

test("a service's own template gives way where an app would not be shown it, and one that the start names is refused", async () => {
  const { sid = "" } = builtInTemplates().find(({ friendlyName }) => friendlyName.endsWith(" with never ask")) ?? {};
  const serviceSid = await api.createService({ FriendlyName: "Acme", DefaultTemplateSid: sid });
  const started = { AppHash, To: "+12025550149", Locale: "ru" };
  expect(await api.start(serviceSid, { ...started, TemplateSid: sid })).toMatchObject({
    status: 400,
    body: { code: 60200, message: "Invalid parameter: AppHash", details: { sms_parts: 2 } },
  });
  expect(await api.start(serviceSid, started)).toMatchObject({ status: 201 });
  expect((await api.messages(started.To))[0]?.text).toBe("<#> Код Acme: 123456 He42w354ol9");
  expect(await api.start(serviceSid, { ...started, Locale: "en" })).toMatchObject({ status: 201 });
  expect((await api.messages(started.To))[0]?.text).toContain("Our employees will never ask for it.");
});

test("security 38: a caller's texts hold no address, no line break and no code of their own", async () => {
  const serviceSid = await api.createService({ FriendlyName: "Acme", Psd2Enabled: "true" });
  const payment = { Amount: "€39.99", Payee: "Acme Inc." };
  const unfit = {
    CustomFriendlyName: ["evil.com", "https://evil", "Acme\nBank", "Acme 12345", "call +1202", "a@b"],
    Payee: [
      "evil.com",
      "Shop http://evil",
      "Acme\r\nBank",
      "Acme\u2028Bank",
      "code 123456",
      "１２３４５",
      "evil。com",
      "booking.com",
      "evil．com",
      "evil․com",
      "evil.\u200bcom",
      "moc\u202e.live",
      "1.2.3.4",
    ],
    Amount: ["10 EUR evil.com", "10\nEUR", "10 EUR 123456", "your code is rather 123456", "1 EUR//evil"],
  };
  for (const [name, texts] of Object.entries(unfit)) {
    for (const text of texts) {
      const { status, body } = await api.start(serviceSid, { To: "+12025550146", ...payment, [name]: text });
      expect([text, status, body.message]).toEqual([text, 400, `Invalid parameter: ${name}`]);
    }
  }
  expect(await api.messages("+12025550146")).toEqual([]);
  const fit = {
    CustomFriendlyName: ["Acme Bank 24", "Bücher_Zürich-7", "ज़ोमैटो"],
    Payee: ["Fiat S.p.A.", "J.P. Morgan & Co.", "7-Eleven", "O’Neill (Books)", "株式会社サンプル"],
    Amount: ["1,234,567.89 EUR", "Rs.500", "10,00\u00a0€", "CHF 1'000.50", "100 Kč", "US$ 5", "٥٠ د.إ", "1000000"],
  };
  let line = 10;
  for (const [name, texts] of Object.entries(fit)) {
    for (const text of texts) {
      line += 1;
      const { status } = await api.start(serviceSid, { To: `+120255501${line}`, ...payment, [name]: text });
      expect([text, status]).toEqual([text, 201]);
    }
  }
});

test("security 38: one start is one message of at most two SMS parts, or three for a payment", async () => {
  const serviceSid = await api.createService({
    FriendlyName: "Acme",
    Psd2Enabled: "true",
    DoNotShareWarningEnabled: "true",
  });
  const payment = { To: "+12025550144", Amount: "10 EUR", Payee: `${"Жанна ".repeat(10)}Ко` };
  // The warning would make four of it.
  const named = { ...payment, Locale: "mr", CustomFriendlyName: "ж".repeat(24) };
  expect(await api.start(serviceSid, named)).toMatchObject({ status: 201 });
  expect((await api.messages(payment.To))[0]?.text).not.toContain("\n");
  const long = { ...payment, CustomFriendlyName: "ж".repeat(30), Amount: "10 000 000 000 000 000 000 гривень" };
  expect(await api.start(serviceSid, { ...long, To: "+12025550145", Locale: "hu" })).toMatchObject({
    status: 400,
    body: { code: 60200, message: "Invalid parameter: Payee", details: { sms_parts: 4 } },
  });
  expect(await api.messages("+12025550145")).toEqual([]);
  const plainSid = await api.createService({ FriendlyName: "Acme", DoNotShareWarningEnabled: "true" });
  const plain = { To: "+12025550148", Locale: "de", CustomFriendlyName: "ж".repeat(30) };
  expect(await api.start(plainSid, plain)).toMatchObject({ status: 201 });
  expect((await api.messages(plain.To))[0]?.text).not.toContain("\n");
});
