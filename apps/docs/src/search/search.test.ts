import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { type OpenApiDocument, operationsOf } from "@countersign/document";
import errors from "@countersign/spec/errors.json" with { type: "json" };
import guides from "@countersign/spec/guides.json" with { type: "json" };
import openapi from "@countersign/spec/openapi.json" with { type: "json" };
import type { CatalogueEntry } from "@countersign/types";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../../test-support/chromium.ts";
import { phone, visit } from "../../test-support/visit.ts";
import { errorPath, operationsPath } from "../addresses.ts";
import { type Docs, startDocs } from "../serve.ts";

const files = new URL("../../dist/site/", pathToFileURL(import.meta.filename)).href;
/** What readers type, and where it is answered: a page, or the section of it. */
const asked: [query: string, answer: string][] = [
  ["60203", "errors/60203/index.html"],
  ["max send attempts", "errors/60203/index.html"],
  // Whoever types it wants to send a code again, or wonders what that does.
  ["resend", "guides/lifecycle/index.html#Start-and-send-again"],
  // Of a code; a challenge that expired is asked for by that name.
  ["expired", "guides/lifecycle/index.html#After-the-end"],
  // That it is no error is what has to be known.
  ["wrong code", "guides/lifecycle/index.html#Check"],
  ["rate limit", "guides/rate-limits/index.html"],
  ["totp", "guides/authenticator-apps/index.html"],
  ["passkey", "guides/log-in-with-a-passkey/index.html"],
  ["webhook signature", "guides/webhooks/index.html#Check-the-signature"],
  ["test without sending", "guides/testing/index.html"],
  // As errors are pasted.
  ["error 60203", "errors/60203/index.html"],
  ["Error: 60203", "errors/60203/index.html"],
  ["{ code: 60202, status: 429 }", "errors/60202/index.html"],
  [`at send (app.js:20404) ${"verification code expired ".repeat(3_500)}`, "errors/20404/index.html"],
  // In other forms, and with slips.
  ["re-send", "guides/lifecycle/index.html#Start-and-send-again"],
  ["wrong codes", "guides/lifecycle/index.html#Check"],
  ["expi", "guides/lifecycle/index.html#After-the-end"],
  ["Rate Limits", "guides/rate-limits/index.html"],
  ["rate lim", "guides/rate-limits/index.html"],
  ["webhok signature", "guides/webhooks/index.html#Check-the-signature"],
  ["passky", "guides/log-in-with-a-passkey/index.html"],
  ["max chek attempts", "errors/60202/index.html"],
  ["how do I test without sending an sms?", "guides/testing/index.html"],
  ["verification code is incorrect", "errors/v1/60022/index.html"],
  ["how to install", "guides/getting-started/index.html"],
  ["countersign init", "guides/cli/index.html#Write-a-first-test"],
  ["import from twilio", "guides/seed/index.html#From-the-hosted-service"],
  ["paste code", "guides/login-form/index.html#One-field-never-six-boxes"],
  ["invalid parameter", "errors/60200/index.html"],
  ["challenge expired", "errors/60323/index.html"],
  ["bucket", "guides/buckets/index.html"],
  ["entity", "guides/entities/index.html"],
  ["max send", "errors/60203/index.html"],
  // By what others call it.
  ["recovery codes", "guides/authenticator-apps/index.html#When-the-phone-is-lost"],
  ["Authorization", "guides/overview/index.html#Authentication"],
  ["Access-Control-Allow-Origin", "guides/operating/index.html#Start"],
  ["too many attempts", "errors/60202/index.html"],
  ["unauthorized", "errors/20003/index.html"],
  ["sms not delivered", "guides/see-what-happened/index.html"],
  ["line type", "guides/lookup/index.html"],
  ["better-auth", "guides/auth-servers/index.html#better-auth"],
  ["audit log", "guides/operating/index.html#Who-changed-what"],
  ["swagger", "guides/overview/index.html"],
  ["2fa", "guides/authenticator-apps/index.html"],
  ["google authenticator", "guides/authenticator-apps/index.html"],
  ["webauthn", "guides/log-in-with-a-passkey/index.html"],
  ["otp input", "guides/login-form/index.html"],
  ["webotp", "guides/login-form/index.html#Have-the-phone-fill-it-in"],
  ["ios autofill", "guides/login-form/index.html#Have-the-phone-fill-it-in"],
  ["user enumeration", "guides/login-form/index.html#Tell-nobody-who-has-an-account"],
  ["a11y", "guides/login-form/index.html#For-everybody"],
  ["apple", "guides/operating/index.html#Pushes"],
  ["docker", "guides/deploying/index.html#Docker-image"],
  ["kubernetes", "guides/deploying/index.html#Kubernetes"],
  ["postgres", "guides/operating/index.html#Start"],
  ["prometheus", "guides/deploying/index.html#Prometheus-and-Grafana"],
  ["metrics", "guides/operating/index.html#Watch"],
  ["ECONNRESET", "guides/getting-started/index.html#When-nothing-answers"],
  ["socket hang up", "guides/getting-started/index.html#When-nothing-answers"],
  ["delete account", "guides/operating/index.html#What-is-kept-of-people"],
  ["gdpr", "guides/operating/index.html#What-is-kept-of-people"],
  ["sms pumping", "guides/operating/index.html#Limits-and-blocks"],
  ["backup", "guides/operating/index.html#Back-up"],
  ["api key", "guides/operating/index.html#Keys"],
  ["smtp", "guides/providers/index.html#Mail-servers"],
  ["vonage", "guides/providers/index.html#Vonage"],
  ["sendgrid", "guides/providers/index.html#E-mail"],
  ["sdk python", "guides/sdks/index.html#Python"],
  ["C#", "guides/sdks/index.html#C"],
  ["golang", "guides/sdks/index.html#Go"],
  ["authy", "guides/migrating/index.html"],
  ["twilio", "guides/from-the-sdk/index.html"],
  ["magic numbers", "guides/testing/index.html#Numbers-to-test-with"],
  ["vitest", "guides/testing/index.html#In-your-test-runner"],
  ["quickstart", "guides/getting-started/index.html"],
  ["pagination", "guides/overview/index.html#Paging"],
  ["basic auth", "guides/overview/index.html#Authentication"],
  ["details.reason", "guides/errors/index.html#Why-nothing-is-pending"],
  ["delivery report", "guides/receipts/index.html"],
  ["jwt", "guides/access-tokens/index.html"],
  ["create service", "reference/services/index.html#operation/createService"],
  ["start a verification", "reference/verifications/index.html#operation/createVerification"],
  ["VerificationCheck", "reference/verification-checks/index.html#operation/createVerificationCheck"],
  ["inbox", "reference/sandbox/index.html#operation/listMessages"],
  // Numbers by what they are for, in whatever they stand.
  ["+15005560203", "guides/testing/index.html#Errors-by-number"],
  ["15005520404", "guides/testing/index.html#Errors-by-number"],
  ["To=+15005560605", "guides/testing/index.html#Errors-by-number"],
  ["+15005550006", "guides/testing/index.html#Numbers-to-test-with"],
  ["+12025550123", "guides/testing/index.html#Numbers-to-test-with"],
  // Of who cannot begin.
  ["fetch failed", "guides/getting-started/index.html#When-nothing-answers"],
  ["EADDRINUSE", "guides/getting-started/index.html#When-nothing-answers"],
  ["Error: connect ECONNREFUSED 127.0.0.1:4010", "guides/getting-started/index.html#When-nothing-answers"],
  ["license", "guides/overview/index.html#Licence-and-price"],
  ["pricing", "guides/overview/index.html#Licence-and-price"],
  ["requirements", "guides/getting-started/index.html"],
  // Of who builds with it.
  ["CustomCode", "guides/verifications/index.html#A-code-of-your-own"],
  ["custom code", "guides/verifications/index.html#A-code-of-your-own"],
  ["SendDigits", "guides/verifications/index.html#What-each-parameter-does"],
  ["idempotency key", "guides/lifecycle/index.html#Start-and-send-again"],
  ["Idempotency-Key", "guides/lifecycle/index.html#Start-and-send-again"],
  ["captcha", "guides/login-form/index.html#Tell-nobody-who-has-an-account"],
  ["csrf", "guides/login-form/index.html"],
  ["logout", "guides/login-form/index.html"],
  ["nextjs", "guides/login-form/index.html#From-nothing-to-a-tested-login-form"],
  ["invalid phone number", "errors/60200/index.html"],
  ["e164", "guides/overview/index.html#Requests-and-answers"],
  ["request id", "guides/overview/index.html#Errors"],
  ["cloudflare workers", "guides/from-the-sdk/index.html"],
  ["validate phone number", "guides/lookup/index.html"],
  ["wait for sms", "reference/sandbox/index.html#operation/fetchNextMessage"],
  ["selenium", "guides/testing/index.html#Without-the-package"],
  ["bundle size", "guides/from-the-sdk/index.html"],
  // Of who runs it.
  ["report a vulnerability", "guides/operating/index.html#Threats"],
  ["https", "guides/operating/index.html#Start"],
  ["mysql", "guides/operating/index.html#Start"],
  ["healthcheck", "guides/operating/index.html#Watch"],
  ["log level", "guides/operating/index.html#Watch"],
  ["rolling update", "guides/operating/index.html#Upgrade"],
  ["rbac", "guides/operating/index.html#Keys"],
  ["unlock user", "guides/lifecycle/index.html#Cancel-or-approve"],
  ["delete user data", "guides/operating/index.html#What-is-kept-of-people"],
];

let browser: Browser;
let docs: Docs;
beforeAll(async () => {
  [browser, docs] = await Promise.all([launchChromium(), startDocs({ basePath: "/countersign/" })]);
});
afterAll(async () => {
  await Promise.all([browser.close(), docs.close()]);
});

describe("what readers type finds first", () => {
  let page: Page;
  beforeAll(async () => {
    ({ page } = await visit(browser, docs.url, "index.html"));
    await searchFor(page, "code");
  });
  afterAll(() => page.close());

  test.each(asked)("of %j the right place", async (query, answer) => {
    expect(await firsts(page, [query])).toEqual([answer]);
  });

  test("each error by its number, that of v2 where both have it", async () => {
    const catalogue = errors as CatalogueEntry[];
    const isOwn = ({ api, code }: CatalogueEntry) =>
      api === "v2" || !catalogue.some((other) => other.api === "v2" && other.code === code);
    const own = catalogue.filter(isOwn);
    const found = await firsts(
      page,
      own.map(({ code }) => String(code)),
    );
    expect(found).toEqual(own.map(errorPath));
  });

  test("each error by its message, as it stands in a log", async () => {
    const messages = (errors as CatalogueEntry[]).map(({ message }) => message);
    const ofSame = (message: string) =>
      (errors as CatalogueEntry[])
        .filter((error) => error.message.toLowerCase() === message.toLowerCase())
        .map(errorPath);
    const found = await firsts(page, messages);
    expect(messages.filter((message, index) => !ofSame(message).includes(found[index] ?? ""))).toEqual([]);
  });

  test("each operation by its id", async () => {
    const operations = operationsOf(openapi as unknown as OpenApiDocument).map(({ operation }) => operation);
    const places = operations.map(({ operationId, tags = [] }) => {
      const [tag = ""] = tags;
      return `${operationsPath((guides as Record<string, string>)[tag] ?? "")}#operation/${operationId}`;
    });
    expect(
      await firsts(
        page,
        operations.map(({ operationId }) => operationId),
      ),
    ).toEqual(places);
  });
});

/** The first that each query finds. */
async function firsts(page: Page, queries: string[]): Promise<(string | undefined)[]> {
  const found = await page.evaluate((queries) => {
    const field = document.getElementById("search") as HTMLInputElement;
    return queries.map((query) => {
      field.value = query;
      field.dispatchEvent(new Event("input"));
      return (document.querySelector("#found a") as HTMLAnchorElement | null)?.href;
    });
  }, queries);
  return found.map((address) => address && decodeURI(address.slice(docs.url.length)));
}

/** Types as a reader does, and waits for what is found. */
async function searchFor(page: Page, query: string): Promise<void> {
  await page.keyboard.press("/");
  await page.keyboard.type(query);
  await page.getByRole("option").first().waitFor();
}

test("what is loaded to search has at most 130 kB compressed", () => {
  const assets = fileURLToPath(new URL("../../dist/site/assets/", pathToFileURL(import.meta.filename)));
  const [name = ""] = readdirSync(assets).filter((each) => each.startsWith("search-"));
  expect(gzipSync(readFileSync(assets + name)).length).toBeLessThan(130_000);
});

test.each([
  ["a folder of a host", () => docs.url],
  ["files", () => files],
])("from %s a reader searches by keys alone, from any depth, and nothing is loaded before", async (_, site) => {
  const { page, foreignRequests, complaints } = await visit(browser, site(), "errors/v1/60022/index.html", phone);
  const loaded: string[] = [];
  page.on("request", (request) => loaded.push(request.url()));
  const field = page.getByRole("combobox", { name: "Search the documentation" });
  await searchFor(page, "rate limit");
  expect(loaded.map((address) => address.replace(/-[\w-]{8}\.js$/, ""))).toEqual([`${site()}assets/search`]);
  expect(await field.inputValue()).toBe("rate limit");
  const option = (state: object) => page.getByRole("option", state).getAttribute("id");
  for (const [key, id] of [
    ["ArrowDown", "found-0"],
    ["ArrowDown", "found-1"],
    ["ArrowUp", "found-0"],
    ["ArrowUp", "found-7"],
    ["ArrowDown", "found-0"],
  ] as const) {
    await page.keyboard.press(key);
    expect(await field.getAttribute("aria-activedescendant")).toBe(id);
    expect(await option({ selected: true })).toBe(id);
  }
  expect(await faultsOf(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await page.keyboard.press("Escape");
  expect(await field.getAttribute("aria-expanded")).toBe("false");
  await field.fill("qqqq");
  await page.getByText("Nothing has these words.").waitFor();
  await field.fill("rate limit");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${site()}guides/rate-limits/index.html`);
  await searchFor(page, "how it counts");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${site()}guides/rate-limits/index.html#How-it-counts`);
  expect(await page.getByRole("option").count(), "the list has gone, on the same page too").toBe(0);
  expect(foreignRequests).toEqual([]);
  expect(complaints).toEqual([]);
  await page.close();
});

/** What axe finds wrong. */
async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run({ preload: false }),
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}
