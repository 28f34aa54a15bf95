import { describe, expect, test } from "vitest";
import { useSandbox } from "../../test-support/sandbox.ts";
import type { Locale } from "../kernel/locale.ts";
import { sandboxServiceSid } from "../sandbox/account.ts";
import { builtInTemplates } from "./built-ins.ts";
import { type Template, type Translation, templateSid } from "./template.ts";

const translation = (text: string, more: Partial<Translation> = {}): Translation => ({
  ...{ text, warns: false, isDefault: false, status: "approved", createdAt: 0, updatedAt: 0 },
  ...more,
});

function template(
  friendlyName: string,
  translations: { [Tag in Locale]?: Translation },
  more: Partial<Template> = {},
): Template {
  return {
    sid: templateSid(friendlyName),
    friendlyName,
    channels: ["sms", "call", "email", "whatsapp"],
    variables: [],
    links: [],
    translations: new Map(Object.entries(translations) as [Locale, Translation][]),
    createdAt: 0,
    ...more,
  };
}

const order = template(
  "order",
  {
    en: translation("{{code}} confirms order {{order}} at {{friendly_name}}, for {{ttl}} min.", { isDefault: true }),
    de: translation("{{code}} bestätigt {{order}}."),
    fr: translation("{{code}} {{order}}", { status: "pending" }),
    it: translation("{{code}}", { status: "rejected" }),
  },
  { variables: ["order"] },
);
const spanish = template("spanish", {
  es: translation("Código: {{code}}", { isDefault: true }),
  pt: translation("Cifra {{code}}"),
});
const smsOnly = template("sms", { en: translation("SMS {{code}}", { isDefault: true }) }, { channels: ["sms"] });
const payment = template("payment", { en: translation("{{code}} pays {{payee}} {{amount}}", { isDefault: true }) });
const link = template(
  "link",
  {
    en: translation("{{code}} {{name}} {{url}}", {
      isDefault: true,
      subject: "Hello {{name}}",
      html: `<!doctype html><a href="{{url}}">{{name}}</a> <b>{{code}}</b>`,
    }),
  },
  { variables: ["name", "url"], links: ["url"], alias: "welcome" },
);
const secret = template("secret", { en: translation("{{code}} is secret", { isDefault: true, warns: true }) });
const long = template(
  "long",
  { en: translation(`{{code}} ${"x".repeat(450)} {{a}} {{b}} {{c}}`, { isDefault: true }) },
  { variables: ["a", "b", "c"] },
);
const sandbox = useSandbox(() => ({ templates: [order, spanish, smsOnly, payment, link, secret, long] }));
const { api, v1 } = sandbox;

let last = 0;
/** Every one has its own, whose code is 123456. */
const newNumber = () => `+1${202 + Math.floor(last / 100)}55501${String(last++ % 100).padStart(2, "0")}`;

async function sent(fields: Record<string, string>, serviceSid = sandboxServiceSid) {
  const To = fields.To ?? newNumber();
  const { status, body } = await api.start(serviceSid, { ...fields, To });
  if (status !== 201) return { code: body.code, message: body.message, details: body.details };
  const [message] = (await api.messages(To)) as unknown as Record<string, string>[];
  return { ...message, to: undefined } as Record<string, unknown>;
}

const withOrder = (order: string) => ({ TemplateCustomSubstitutions: JSON.stringify({ order }) });

describe("a start with a template", () => {
  test.each(["sms", "whatsapp"])("reads by %s as the template has it, with the caller's values", async (Channel) => {
    expect(await sent({ Channel, TemplateSid: order.sid, ...withOrder("A-17") })).toMatchObject({
      text: "123456 confirms order A-17 at Acme, for 10 min.",
      locale: "en",
    });
  });

  test("reads by e-mail as the template has it, in HTML of its own with what comes from outside escaped", async () => {
    const mail = { To: "ada@example.com", Channel: "email" };
    const plain = await sent({ ...mail, TemplateSid: order.sid, ...withOrder("Q&A") });
    expect(plain).toMatchObject({
      subject: "Your Acme verification code",
      text: expect.stringMatching(/^123456 confirms order Q&A at Acme, for 10 min\.\n\nIf you did not ask/),
      html: expect.stringContaining("<p><strong>123456</strong> confirms order Q&amp;A at Acme, for 10 min.</p>"),
    });
    const values = { name: `O'Hara "&" Co`, url: "https://acme.example/?a=1&b=22222" };
    expect(
      await sent({ ...mail, TemplateSid: link.sid, TemplateCustomSubstitutions: JSON.stringify(values) }),
    ).toMatchObject({
      subject: `Hello O'Hara "&" Co`,
      text: `123456 O'Hara "&" Co https://acme.example/?a=1&b=22222\n`,
      html: `<!doctype html><a href="https://acme.example/?a=1&amp;b=22222">O&#39;Hara &quot;&amp;&quot; Co</a> <b>123456</b>`,
    });
  });

  test("shows in the inbox what a call says", async () => {
    const { text } = await sent({ Channel: "call", TemplateSid: order.sid, ...withOrder("A-17") });
    expect(text).toBe("123456 confirms order A-17 at Acme, for 10 min.");
  });

  test("puts values in once: what looks like a variable stays as it is", async () => {
    const { text } = await sent({ TemplateSid: order.sid, ...withOrder("{{code}} $& {{order}}") });
    expect(text).toBe("123456 confirms order {{code}} $& {{order}} at Acme, for 10 min.");
  });

  test("is in the language asked for or a shorter form of it, else the number's country's, else the template's", async () => {
    const texts = async (fields: Record<string, string>) => {
      const { text, locale, code } = await sent({ ...fields, ...(fields.TemplateSid === order.sid && withOrder("A")) });
      return text === undefined ? code : [text, locale];
    };
    const bySid = (sid: string, more = {}) => texts({ TemplateSid: sid, ...more });
    expect(await bySid(order.sid, { Locale: "de-AT" })).toEqual(["123456 bestätigt A.", "de"]);
    expect(await bySid(spanish.sid, { Locale: "pt_BR" })).toEqual(["Cifra 123456", "pt"]);
    expect(await bySid(spanish.sid)).toEqual(["Código: 123456", "es"]);
    expect(await bySid(spanish.sid, { Locale: "de" })).toBe(60229);
    expect(await bySid(spanish.sid, { Locale: "tlh" })).toBe(20404);
    expect(await bySid(spanish.sid, { To: "grace@example.com", Channel: "email" })).toEqual([
      expect.stringMatching(/^Código: 123456\n\nSi no/),
      "es",
    ]);
    const german = { To: "+4930231250" };
    expect((await sent({ ...german, TemplateSid: order.sid, ...withOrder("A") })).text).toMatch(
      /^\d{6} bestätigt A\.$/,
    );
  });

  test("tells the minutes that are left", async () => {
    const To = newNumber();
    const fields = { To, TemplateSid: order.sid, ...withOrder("A") };
    await sent(fields);
    await api.call("POST", "/sandbox/clock", { Seconds: "295" });
    expect((await sent(fields)).text).toContain("for 5 min.");
    await api.call("POST", "/sandbox/clock", { Seconds: "250" });
    expect((await sent({ ...fields, ...withOrder("B") })).text).toBe("123456 confirms order B at Acme, for 1 min.");
    expect((await sent({ To, TemplateSid: smsOnly.sid })).text).toBe("SMS 123456");
  });

  test.each([
    ["nobody has", { TemplateSid: `HJ${"0".repeat(32)}` }, 60228],
    ["for other channels", { TemplateSid: smsOnly.sid, Channel: "call" }, 60227],
    ["for other channels, an e-mail's", { TemplateSid: smsOnly.sid, Channel: "email", To: "x@example.com" }, 60227],
    ["that silent authentication has no use for", { TemplateSid: order.sid, Channel: "sna" }, 60408],
    ["that silent authentication has no use for", { Templates: `[{"sid":"${order.sid}"}]`, Channel: "sna" }, 60408],
    ["that is to be approved", { TemplateSid: order.sid, Locale: "fr", ...withOrder("A") }, 60201],
    ["that was rejected", { TemplateSid: order.sid, Locale: "it" }, 60201],
    ["whose variable nothing is given for", { TemplateSid: order.sid }, 60224],
    ["whose variable would be invisible", { TemplateSid: order.sid, ...withOrder("\u200b ") }, 60224],
    ["for a payment where there is none", { TemplateSid: payment.sid }, 60200],
  ])("is refused for one %s: %j", async (_, fields, code) => {
    expect((await sent(fields as Record<string, string>)).code).toBe(code);
  });

  test.each([
    ["https://evil.example"],
    ["acme.com"],
    ["two\nlines"],
    ["\u202egnp"],
    ["call 12345"],
    ["<b>"],
    ["x".repeat(101)],
  ])("takes no text that is a message of its own: %j", async (text) => {
    expect(await sent({ TemplateSid: order.sid, ...withOrder(text) })).toEqual({
      code: 60200,
      message: "Invalid parameter: TemplateCustomSubstitutions",
      details: { member: "order" },
    });
  });

  test.each(["acme.example", "javascript:alert(1)", "https://a@evil.example", "https://аcme.example", 'https://a/"'])(
    "takes an address where the template wants one, and nothing else there: %j",
    async (url) => {
      const values = JSON.stringify({ name: "Ada", url });
      expect((await sent({ TemplateSid: link.sid, TemplateCustomSubstitutions: values })).details).toEqual({
        member: "url",
      });
    },
  );

  test("has no use for values that no variable takes, or that are for no template", async () => {
    const substitutions = JSON.stringify({ order: "A", ["x".repeat(80)]: "B" });
    expect(await sent({ TemplateSid: order.sid, TemplateCustomSubstitutions: substitutions })).toMatchObject({
      code: 60200,
      details: { member: "x".repeat(64) },
    });
    expect(await sent({ TemplateCustomSubstitutions: '{"code":"000000"}', TemplateSid: order.sid })).toMatchObject({
      code: 60200,
    });
    expect(await sent(withOrder("A"))).toMatchObject({ message: "Invalid parameter: TemplateCustomSubstitutions" });
    expect((await sent({ TemplateCustomSubstitutions: "{}" })).text).toBe("Your Acme verification code is: 123456");
    for (const faulty of ["[]", "x", '{"order":1}', '{"toString":"x"}']) {
      const answer = await sent({ TemplateSid: order.sid, TemplateCustomSubstitutions: faulty });
      expect([faulty, answer.code]).toEqual([faulty, 60200]);
    }
  });

  test("is refused where the caller's values make the SMS longer than the operator's text is by itself", async () => {
    const values = (text: string) => ({ TemplateCustomSubstitutions: JSON.stringify({ a: text, b: text, c: text }) });
    expect((await sent({ TemplateSid: long.sid, ...values("y") })).text).toContain("xxx y y y");
    expect(await sent({ TemplateSid: long.sid, ...values("y".repeat(100)) })).toMatchObject({
      message: "Invalid parameter: TemplateCustomSubstitutions",
      details: { sms_parts: 5 },
    });
    expect((await sent({ Channel: "whatsapp", TemplateSid: long.sid, ...values("y".repeat(100)) })).text).toContain(
      "yyy",
    );
  });

  test("has the hash for an app, and is refused where both do not fit 140 bytes", async () => {
    const AppHash = "FA+9qCX9VSu";
    expect((await sent({ TemplateSid: smsOnly.sid, AppHash })).text).toBe(`<#> SMS 123456 ${AppHash}`);
    const values = JSON.stringify({ a: "y", b: "y", c: "y" });
    expect(await sent({ TemplateSid: long.sid, AppHash, TemplateCustomSubstitutions: values })).toMatchObject({
      message: "Invalid parameter: AppHash",
    });
  });
});

describe("a list of templates", () => {
  const choose = (...choices: object[]) => sent({ Templates: JSON.stringify(choices), TemplateSid: spanish.sid });

  test("takes the first that can be used, in place of TemplateSid", async () => {
    const { text } = await choose(
      { sid: `HJ${"0".repeat(32)}` },
      { sid: order.sid },
      { sid: order.sid, substitutions: { order: "A-17" } },
      { sid: smsOnly.sid },
    );
    expect(text).toBe("123456 confirms order A-17 at Acme, for 10 min.");
  });

  test("that none can be used of tells why of each", async () => {
    expect(
      await choose(
        { sid: `HJ${"0".repeat(32)}` },
        { sid: order.sid },
        { sid: payment.sid },
        { sid: order.sid, substitutions: { order: "a.co/x" } },
      ),
    ).toMatchObject({
      code: 60252,
      details: {
        templates: [
          { sid: `HJ${"0".repeat(32)}`, code: 60228 },
          { sid: order.sid, code: 60224 },
          { sid: payment.sid, code: 60200 },
          { sid: order.sid, code: 60200, member: "order" },
        ],
      },
    });
  });
});

describe("a service's own template", () => {
  test("is of every message that it is for, those of v1 as well, until a start names another", async () => {
    const DefaultTemplateSid = smsOnly.sid;
    const serviceSid = await api.createService({ DefaultTemplateSid });
    expect((await sent({}, serviceSid)).text).toBe("SMS 123456");
    expect((await sent({ Channel: "call" }, serviceSid)).text).toBe("Your Acme verification code is: 123456");
    expect((await sent({ TemplateSid: spanish.sid }, serviceSid)).text).toBe("Código: 123456");
    expect((await sent({ TemplateCustomSubstitutions: '{"x":"y"}' }, serviceSid)).code).toBe(60200);
    await api.call("POST", `/v2/Services/${sandboxServiceSid}`, { DefaultTemplateSid });
    await v1.start({ via: "sms", country_code: "1", phone_number: "2025550199" });
    expect((await api.messages("+12025550199"))[0]?.text).toBe("SMS 1234");
    await api.call("POST", `/v2/Services/${sandboxServiceSid}`, { DefaultTemplateSid: order.sid });
    expect((await sent({})).code).toBe(60224);
    for (const silent of [{ Channel: "sna" }, { Channel: "auto", DeviceIp: "192.0.2.7" }]) {
      const { status, body } = await api.start(sandboxServiceSid, { To: "+13055550101", ...silent });
      expect([silent.Channel, status, body.message ?? body.channel]).toEqual([silent.Channel, 201, "sna"]);
    }
    const named = { Channel: "auto", DeviceIp: "192.0.2.7", TemplateSid: `HJ${"0".repeat(32)}` };
    expect((await sent(named)).code).toBe(60228);
    expect((await sent(withOrder("A-17"))).text).toContain("A-17");
    await v1.start({ via: "sms", country_code: "1", phone_number: "2025550198" });
    expect((await api.messages("+12025550198"))[0]?.text).toBe("Your Acme verification code is: 1234");
    await api.call("POST", `/v2/Services/${sandboxServiceSid}`, { DefaultTemplateSid: "" });
  });

  test("must be there", async () => {
    const unknown = { FriendlyName: "Acme", DefaultTemplateSid: `HJ${"0".repeat(32)}` };
    for (const path of ["/v2/Services", `/v2/Services/${sandboxServiceSid}`]) {
      const { status, body } = await api.call("POST", path, unknown);
      expect([status, body.message]).toEqual([400, "Invalid parameter: DefaultTemplateSid"]);
    }
  });

  test("is of a payment where it shows one, and a payment's is of no other message", async () => {
    const money = { Amount: "€39.99", Payee: "Owl Books" };
    const serviceSid = await api.createService({ Psd2Enabled: "true", DefaultTemplateSid: smsOnly.sid });
    expect((await sent(money, serviceSid)).text).toContain("approve the payment of €39.99 to Owl Books");
    expect((await sent({ ...money, TemplateSid: payment.sid }, serviceSid)).text).toBe("123456 pays Owl Books €39.99");
    expect(await sent({ ...money, TemplateSid: smsOnly.sid }, serviceSid)).toMatchObject({
      message: "Invalid parameter: TemplateSid",
    });
    const other = await api.createService({ DefaultTemplateSid: payment.sid });
    expect((await sent({}, other)).text).toBe("Your Acme verification code is: 123456");
  });
});

test("the warning of a service is left out where a template says it", async () => {
  const serviceSid = await api.createService({ DoNotShareWarningEnabled: "true" });
  expect((await sent({ TemplateSid: secret.sid }, serviceSid)).text).toBe("123456 is secret");
  expect((await sent({ TemplateSid: smsOnly.sid }, serviceSid)).text).toMatch(/^SMS 123456\nDon't share/);
  const said = builtInTemplates().filter(({ translations }) => translations.get("en")?.warns);
  expect(said.map(({ friendlyName }) => friendlyName.replace(/^.* with /, "")).sort()).toEqual(
    [...Array(5).fill("do not share"), ...Array(5).fill("expiration and do not share")].sort(),
  );
});

describe("an e-mail whose settings name a template", () => {
  const started = (configuration: object, fields = {}) => {
    const ChannelConfiguration = JSON.stringify(configuration);
    return sent({ To: "ada@example.com", Channel: "email", ChannelConfiguration, ...fields });
  };
  const substitutions = { name: "Ada", url: "https://acme.example/a" };

  test("reads as that one, by its name or its sid, and comes from its own sender", async () => {
    for (const template_id of ["welcome", link.sid])
      expect(await started({ template_id, substitutions, from: "codes@example.com" })).toMatchObject({
        subject: "Hello Ada",
        text: expect.stringContaining("123456 Ada https://acme.example/a"),
        from: "codes@example.com",
      });
    const builtIn = builtInTemplates()[1]?.sid ?? "";
    expect(await started({ template_id: builtIn }, { Locale: "de" })).toMatchObject({ locale: "de" });
  });

  test("is refused by its own error, and by the name of what is at fault", async () => {
    const member = (name: string) => ({
      ...{ code: 60200, message: "Invalid parameter: ChannelConfiguration", details: { member: name } },
    });
    expect(await started({ template_id: "nobody" })).toMatchObject({ code: 60218 });
    expect(await started({ template_id: smsOnly.sid })).toMatchObject({ code: 60227 });
    expect(await started({ template_id: "welcome", substitutions: { name: "Ada" } })).toMatchObject({ code: 60224 });
    expect(await started({ template_id: "welcome", substitutions: { other: "x" } })).toMatchObject(member("other"));
    expect(await started({ template_id: "welcome", substitutions }, { TemplateSid: order.sid })).toMatchObject(
      member("template_id"),
    );
    expect(await started({ template_id: "welcome", substitutions }, withOrder("A-17"))).toMatchObject({
      message: "Invalid parameter: TemplateCustomSubstitutions",
    });
  });
});
