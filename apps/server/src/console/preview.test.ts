import { operationOf } from "@countersign/document";
import { expect, test } from "vitest";
import { useSandbox } from "../../test-support/sandbox.ts";
import { bundledDocument } from "../http/bundled-document.ts";
import { messageTexts } from "../kernel/locale.ts";
import { sandboxServiceSid } from "../sandbox/account.ts";

const { api } = useSandbox();
const preview = (query: Record<string, string>, sid = sandboxServiceSid) =>
  api.call("GET", `/console/services/${sid}/preview?${new URLSearchParams(query)}`);

test.each([
  ["sms", "en"],
  ["whatsapp", "de"],
  ["email", "fr"],
])("by %s in %s it is what a start with that code sends", async (channel, locale) => {
  const To = channel === "email" ? "ada@example.com" : "+12025550123";
  await api.start(sandboxServiceSid, { To, Channel: channel, Locale: locale });
  const [sent] = await api.messages(To);
  const { text, subject, html } = sent as unknown as Record<string, unknown>;
  expect((await preview({ channel, locale })).body).toMatchObject({ channel, locale, text, subject, html });
});

test("a call tells what it says before a key and after it; an SMS how many it is", async () => {
  const call = await preview({ channel: "call" });
  expect(call.body).toMatchObject({ press_key: expect.stringContaining("key"), sms_parts: null });
  expect(call.text).toContain("1, 2, 3, 4, 5, 6");
  expect((await preview({ locale: "ar" })).body).toMatchObject({ sms_parts: 1 });
});

test("a service with payments shows one, and a longer code is shown as long", async () => {
  const sid = await api.createService({ Psd2Enabled: "true", CodeLength: "8" });
  const { text } = await preview({}, sid);
  expect(text).toContain("12345678");
  expect(text).toContain("Owl Books");
});

test("a template shows as it is sent, the service's own as well, in its own language where none is asked for", async () => {
  const own = "HJ04860191c891212eb110ec8f5a07bb22";
  const sid = await api.createService({ DefaultTemplateSid: own });
  expect((await preview({}, sid)).body).toMatchObject({
    ...{ template_sid: own, locale: "en" },
    text: "Your Acme verification code is: 123456. It is valid for 10 min. Don't share it with anyone.",
  });
  const other = "HJ25bd7be50a581eb88a39c60aa9ba406b";
  expect((await preview({ template_sid: other, locale: "de", substitutions: "{}" }, sid)).body).toMatchObject({
    ...{ template_sid: other, locale: "de", text: "Ihr Bestätigungscode für Acme lautet: 123456" },
  });
  expect((await preview({})).body).toMatchObject({ template_sid: null });
});

test.each([
  [{ template_sid: `HJ${"0".repeat(32)}` }, 404, 60228],
  [{ template_sid: "HJ25bd7be50a581eb88a39c60aa9ba406b", substitutions: '{"a":"b"}' }, 400, 60200],
  [{ template_sid: "HJ25bd7be50a581eb88a39c60aa9ba406b", substitutions: '{"a":1}' }, 400, 60200],
  [{ substitutions: "[]" }, 400, 60200],
  [{ substitutions: "{" }, 400, 60200],
  [{ template_sid: "x" }, 400, 60200],
  [{ channel: "sna" }, 400, 60200],
  [{ locale: "xx" }, 400, 60200],
])("%j is refused", async (query, status, code) => {
  const answer = await preview(query as Record<string, string>);
  expect([answer.status, answer.body.code]).toEqual([status, code]);
});

test("the document names every language that there are texts in", () => {
  const { parameters } = operationOf(bundledDocument, "fetchMessagePreview");
  const locale = parameters.find(({ name }) => name === "locale");
  expect(locale?.schema?.enum).toEqual(Object.keys(messageTexts).sort());
});
