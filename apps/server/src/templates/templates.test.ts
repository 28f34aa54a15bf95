import type { Template as TemplateBody } from "@countersign/types";
import { describe, expect, test } from "vitest";
import { useSandbox } from "../../test-support/sandbox.ts";
import { messageTexts } from "../kernel/locale.ts";
import { sandboxAccount } from "../sandbox/account.ts";

const { api } = useSandbox();

describe("the list of templates", () => {
  const list = async (query = "") => {
    const { status, body } = await api.call("GET", `/v2/Templates${query}`);
    const { code, templates = [], meta } = body as { code?: number; templates?: TemplateBody[]; meta?: Meta };
    return { status, code, templates, meta };
  };
  type Meta = { key: string; previous_page_url: string | null; next_page_url: string | null };
  const pathOf = (url: string | null | undefined) => (url ?? "").replace(/^.*\/v2\/Templates/, "");

  test("has the built-in ones in every language, in the caller's own account", async () => {
    const { templates, meta } = await list();
    expect([templates.length, meta?.key, meta?.next_page_url]).toEqual([25, "templates", null]);
    for (const { account_sid, channels, translations, ...template } of templates) {
      expect(Object.keys(template)).toEqual(["sid", "friendly_name"]);
      expect(account_sid).toBe(sandboxAccount.accountSid);
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
    const second = await list(pathOf(first.meta?.next_page_url));
    const third = await list(pathOf(second.meta?.next_page_url));
    expect([first, second, third].map(({ templates }) => templates.length)).toEqual([10, 10, 5]);
    expect(third.meta?.next_page_url).toBeNull();
    const back = await list(pathOf(third.meta?.previous_page_url));
    expect(back.templates).toEqual(second.templates);
    expect((await list(pathOf(back.meta?.previous_page_url))).templates).toEqual(first.templates);
    const none = await list("?FriendlyName=base+verification+template");
    expect([none.status, none.templates]).toEqual([200, []]);
  });

  test.each([
    ["PageToken=x", 21481],
    [`PageToken=PA1-HJ${"0".repeat(32)}`, 21481],
    ["PageSize=0", 60200],
  ])("refuses %s", async (query, code) => {
    expect(await list(`?${query}`)).toMatchObject({ status: 400, code });
  });
});
