import { describe, expect, test } from "vitest";
import type { Request } from "../kernel/handler.ts";
import { messageTexts } from "../kernel/locale.ts";
import { accepted } from "../kernel/refusal.ts";
import { createTemplates } from "./catalogue.ts";
import { chooseTemplate } from "./choice.ts";
import { templateHandlers } from "./templates.ts";

const accountSid = "AC00000000000000000000000000000001";

describe("the list of templates", () => {
  const { listTemplates } = templateHandlers({ templates: createTemplates() });
  const list = async (address = "") => {
    const url = new URL(`http://127.0.0.1/v2/Templates${address}`);
    const { PageSize, Page, ...query } = Object.fromEntries(url.searchParams);
    const numbers = { ...(PageSize && { PageSize: Number(PageSize) }), ...(Page && { Page: Number(Page) }) };
    const answer = await listTemplates({
      accountSid,
      url: () => url,
      query: { ...query, ...numbers },
    } as Request<"listTemplates">);
    if (!answer.ok) throw new Error(String(answer.refusal.code));
    return answer.value;
  };
  const queryOf = (url: string | null) => new URL(url ?? "").search;

  test("has the built-in ones in every language, in the caller's own account", async () => {
    const { templates, meta } = await list();
    expect([templates.length, meta.key, meta.next_page_url]).toEqual([25, "templates", null]);
    for (const { account_sid, channels, translations, ...template } of templates) {
      expect(Object.keys(template)).toEqual(["sid", "friendly_name"]);
      expect(account_sid).toBe(accountSid);
      expect(channels).toEqual(["sms", "voice", "email", "whatsapp"]);
      expect(Object.keys(translations ?? {}).sort()).toEqual(Object.keys(messageTexts).sort());
      for (const [locale, translation] of Object.entries(translations ?? {})) {
        expect(translation).toMatchObject({ locale, status: "approved", is_default_translation: locale === "en" });
        expect(
          translation.text
            .match(/\{\{(\w+)\}\}/g)
            ?.sort()
            .join(),
        ).toMatch(/^\{\{code\}\},\{\{friendly_name\}\}(,\{\{ttl\}\})?$/);
        expect(translation.text.replace(/\{\{\w+\}\}/g, "")).not.toMatch(/[{}]/);
      }
    }
    expect(new Set(templates.map(({ sid }) => sid)).size).toBe(25);
  });

  test("keeps the sids for ever, since they follow from the names", async () => {
    const { templates } = await list("?FriendlyName=Base%20Verification%20Template");
    expect(templates.map(({ sid }) => sid)).toEqual(["HJ25bd7be50a581eb88a39c60aa9ba406b"]);
  });

  test("comes in pages there and back, with its filter", async () => {
    const first = await list("?PageSize=10");
    const second = await list(queryOf(first.meta.next_page_url));
    const third = await list(queryOf(second.meta.next_page_url));
    expect([first, second, third].map(({ templates }) => templates.length)).toEqual([10, 10, 5]);
    expect(third.meta.next_page_url).toBeNull();
    const back = await list(queryOf(third.meta.previous_page_url));
    expect(back.templates).toEqual(second.templates);
    expect((await list(queryOf(back.meta.previous_page_url))).templates).toEqual(first.templates);
    expect((await list("?FriendlyName=base+verification+template")).templates).toEqual([]);
  });

  test.each(["x", `PA1-HJ${"0".repeat(32)}`])("refuses a token that no page had: %s", async (token) => {
    await expect(list(`?PageToken=${token}`)).rejects.toThrow("21481");
  });
});

test("a service whose template is gone has the usual text, and is told of once", () => {
  const heard: string[][] = [];
  const templates = createTemplates([], (...gone) => heard.push(gone));
  const service = { sid: "VA1", settings: { defaultTemplateSid: "HJ1" } };
  const occasion = { channel: "sms", locale: "en", localeBy: "country", isPayment: false } as const;
  for (const _ of [1, 2]) expect(chooseTemplate(templates, {}, service, occasion)).toEqual(accepted(undefined));
  expect(heard).toEqual([["VA1", "HJ1"]]);
});
