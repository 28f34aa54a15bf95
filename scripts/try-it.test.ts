import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient, unwrap } from "@countersign/client";
import { updateService } from "@countersign/client/operations";
import { type Docs, startDocs } from "@countersign/docs";
import { type OpenApiDocument, operationsOf } from "@countersign/document";
import { sandboxAccount, sandboxServiceSid, startSandbox } from "@countersign/server";
import guides from "@countersign/spec/guides.json" with { type: "json" };
import openapi from "@countersign/spec/openapi.json" with { type: "json" };
import axe from "axe-core";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../apps/docs/test-support/chromium.ts";
import { isWhole, share } from "./budget.ts";
import { looks } from "./console/visit.ts";

const operations = operationsOf(openapi as unknown as OpenApiDocument);

let browser: Browser;
let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let docs: Docs;
beforeAll(async () => {
  [browser, sandbox, docs] = await Promise.all([launchChromium(), startSandbox(), startDocs()]);
  const { accountSid, authToken } = sandboxAccount;
  const client = createClient({ accountSid, authToken, baseUrl: sandbox.url });
  const passkeys = {
    "Passkeys.RelyingParty.Id": "localhost",
    "Passkeys.RelyingParty.Name": "Acme",
    "Passkeys.RelyingParty.Origins": sandbox.pagesUrl,
    "Passkeys.AuthenticatorAttachment": "any",
    "Passkeys.DiscoverableCredentials": "preferred",
    "Passkeys.UserVerification": "preferred",
  } as const;
  await unwrap(updateService(client, { Sid: sandboxServiceSid, ...passkeys }));
});
afterAll(async () => {
  await Promise.all([browser.close(), sandbox.close(), docs.close()]);
});

test("who reads the docs of a sandbox tries an operation there by keys alone, and nothing is sent before", async () => {
  const { page, called } = await opened(`${sandbox.pagesUrl}/docs/`, "verifications", "createVerification");
  const open = page.getByRole("button", { name: "Try it: Start a verification", exact: true });
  const dialog = page.getByRole("dialog", { name: "Start a verification" });
  await open.focus();
  await page.keyboard.press("Enter");
  await dialog.waitFor();
  await dialog.getByLabel("To", { exact: true }).fill("+12025550170");
  expect(await dialog.getByLabel("Address", { exact: true }).inputValue()).toBe(sandbox.pagesUrl);
  for (const look of isWhole ? looks : looks.slice(1, 3)) {
    await page.setViewportSize(look);
    await page.emulateMedia({ colorScheme: look.colorScheme });
    expect(await faultsIn(page), JSON.stringify(look)).toEqual([]);
  }
  expect(await dialog.getByLabel("To", { exact: true }).inputValue(), "in other colours").toBe("+12025550170");
  await page.emulateMedia({ colorScheme: "light" });
  expect(called).toEqual([]);
  expect(new Set(await page.locator(".untried").allTextContents()), "where there is no button").toEqual(
    new Set(["There is nothing to try: a server posts it to you."]),
  );

  await dialog.getByLabel("To", { exact: true }).fill("+12025550171");
  await page.keyboard.press("Enter");
  await dialog.getByText(/^201 Created in \d+ ms$/).waitFor();
  expect(await dialog.locator("pre").textContent()).toContain('"to": "+12025550171"');
  expect(await dialog.getByText("countersign-code-length").isVisible()).toBe(true);
  expect(called).toEqual([
    `POST ${sandbox.pagesUrl}/v2/Services/VA00000000000000000000000000000001/Verifications To=%2B12025550171&Channel=sms`,
  ]);

  await dialog.getByLabel("To", { exact: true }).fill("+15005560203");
  await page.keyboard.press("Enter");
  await dialog.getByText(/^429 /).waitFor();
  expect(await faultsIn(page)).toEqual([]);
  const meaning = dialog.getByRole("link", { name: "What 60203 means, and what to do" });
  expect(await meaning.evaluate((link: HTMLAnchorElement) => link.href)).toBe(
    `${sandbox.pagesUrl}/docs/errors/60203/index.html`,
  );
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  expect(await open.evaluate((button) => button === document.activeElement)).toBe(true);
  await page.close();
});

const another: [what: string, guide: string, operationId: string, fields: Record<string, string>, answer: RegExp][] = [
  ["what pages of this machine alone may read", "sandbox", "listMessages", { To: "+12025550172" }, /^200 /],
  ["JSON", "passkeys", "createNewFactorPasskey", {}, /^201 /],
];
test.each(share(another))(
  "from the docs alone, which have another origin, it calls a sandbox with %s",
  async (_, guide, operationId, fields, answer) => {
    const { page } = await opened(docs.url, guide, operationId);
    expect(await tried(page, operationId, { Address: sandbox.url, ...fields }), operationId).toMatch(answer);
    await page.close();
  },
);

test("all forms of a page call the server that they show, and one gives up what is under way by a button, by closing and by what is wrong", async () => {
  const silent = await startSilent();
  const { page } = await opened(docs.url, "services", "listServices");
  expect(await tried(page, "listServices", { Address: sandbox.url, "Token or secret": "wrong" })).toMatch(/^401 /);
  expect(await tried(page, "createService", { Address: silent.url, "Token or secret": "other" }, /^Sending/)).toBe(
    "Sending…",
  );
  await expect.poll(silent.open, { message: "closed with its form" }).toBe(0);

  const dialog = await dialogOf(page, "listServices");
  const address = dialog.getByLabel("Address", { exact: true });
  const told = dialog.getByRole("status");
  expect(await address.inputValue()).toBe(silent.url);
  expect(await dialog.getByLabel("Token or secret", { exact: true }).inputValue()).toBe("other");
  const send = dialog.getByRole("button", { name: "Send", exact: true });
  await send.focus();
  await page.keyboard.press("Enter");
  await expect.poll(silent.open, { message: "sent to what is shown" }).toBe(1);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await told.filter({ hasText: /^Cancelled/ }).waitFor();
  await expect.poll(silent.open, { message: "cancelled" }).toBe(0);
  expect(await send.evaluate((button) => button === document.activeElement), "its button is gone").toBe(true);
  expect(await dialog.getByRole("button", { name: "Cancel" }).count()).toBe(0);

  await address.fill("localhost:4010");
  await page.keyboard.press("Enter");
  await told.filter({ hasText: "Nothing is sent: Address is wrong." }).waitFor();
  expect(await address.evaluate((field) => [field === document.activeElement, field.ariaInvalid])).toEqual([
    true,
    "true",
  ]);
  await dialog.getByText("An address begins with http://").waitFor();
  expect(await faultsIn(page)).toEqual([]);
  await address.fill(sandbox.url);
  expect(await dialog.locator(".fault:not(:empty)").count()).toBe(0);
  await page.close();
  silent.close();
});

test("it calls no other machine, and what is typed is kept nowhere and gone with the page", async () => {
  const { page, called } = await opened(docs.url, "services", "listServices");
  const known = { Address: "http://localhost:4010", "Token or secret": "sandbox" };
  expect(await typedIn(page, "listServices", Object.keys(known))).toEqual(Object.values(known));
  expect(await tried(page, "listServices", { Address: "https://verify.twilio.com" })).toContain("Nothing is sent");
  expect(called).toEqual([]);
  const ask = () =>
    fetch("http://example.com").then(
      () => "asked",
      () => "kept back",
    );
  expect(await page.evaluate(ask), "by the policy, whatever the field says").toBe("kept back");

  const secret = "a-token-that-nobody-knows";
  expect(await tried(page, "listServices", { Address: sandbox.url, "Token or secret": secret })).toMatch(/^401 /);
  const kept = await page.evaluate(async () => {
    const databases = await indexedDB.databases();
    return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href, databases]);
  });
  expect(kept).not.toContain(secret);
  await page.reload();
  expect(await typedIn(page, "listServices", Object.keys(known))).toEqual(Object.values(known));
  await page.close();
});

/** Those that have to be signed are left to the samples. */
const callable = operations.filter(({ operation: { security = [] } }) =>
  security.every((each) => !("v1Signature" in each || "gatewaySignature" in each)),
);
const guideOf = ({ operation: { tags = [] } }: (typeof operations)[number]) =>
  (guides as Record<string, string>)[tags[0] ?? ""] ?? "";

describe.runIf(isWhole)("each operation, as its example is, has an answer that the document knows", () => {
  test.each([...new Set(callable.map(guideOf))])("of %s", async (guide) => {
    const placed = callable.filter((each) => guideOf(each) === guide);
    const { page } = await opened(docs.url, guide, placed[0]?.operation.operationId ?? "");
    expect(await page.getByRole("button", { name: /^Try it: / }).count()).toBe(placed.length);
    for (const { operation } of placed) {
      const words = await tried(page, operation.operationId, { Address: sandbox.url });
      expect(Object.keys(operation.responses), `${operation.operationId}: ${words}`).toContain(words.slice(0, 3));
    }
    await page.close();
  });
});

/** The page of a guide's operations, and what it calls that is none of the site's files. */
async function opened(site: string, guide: string, operationId: string): Promise<{ page: Page; called: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
  const called: string[] = [];
  page.on("request", (request) => {
    const address = request.url();
    if (!address.startsWith(site)) called.push(`${request.method()} ${address} ${request.postData() ?? ""}`.trim());
  });
  await page.goto(`${site}reference/${guide}/index.html#operation/${operationId}`);
  await page.locator(".try").first().waitFor();
  return { page, called };
}

/** A server that lets every page call it, and never answers; and how many calls still wait. */
async function startSilent() {
  const waiting = new Set<ServerResponse>();
  const server = createServer(({ method }, response) => {
    const headers = { "access-control-allow-origin": "*", "access-control-allow-headers": "authorization" };
    if (method === "OPTIONS") return response.writeHead(204, headers).end();
    waiting.add(response);
    response.on("close", () => waiting.delete(response));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, open: () => waiting.size, close: () => server.close() };
}

const answered = /^(?!Sending)./;

/** Sends an operation with these fields besides those of its example. @returns what is told of the answer */
async function tried(
  page: Page,
  operationId: string,
  fields: Record<string, string>,
  awaited = answered,
): Promise<string> {
  const dialog = await dialogOf(page, operationId);
  for (const [name, value] of Object.entries(fields)) {
    const field = dialog.getByLabel(name, { exact: true });
    if (!(await field.isVisible())) await dialog.locator("summary").click();
    await field.fill(value);
  }
  const told = dialog.getByRole("status");
  await dialog.getByRole("button", { name: "Send", exact: true }).click();
  await told.filter({ hasText: awaited }).waitFor();
  const words = (await told.textContent()) ?? "";
  await page.keyboard.press("Escape");
  return words;
}

async function typedIn(page: Page, operationId: string, names: string[]): Promise<string[]> {
  const dialog = await dialogOf(page, operationId);
  const values = await Promise.all(names.map((name) => dialog.getByLabel(name, { exact: true }).inputValue()));
  await page.keyboard.press("Escape");
  return values;
}

async function dialogOf(page: Page, operationId: string): Promise<Locator> {
  await page.locator(`[id="operation/${operationId}"] .try`).click();
  return page.getByRole("dialog");
}

/** What is wrong with what is open; the page below it has tests of its own. */
async function faultsIn(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const run = () => (globalThis as unknown as { axe: typeof axe }).axe.run("dialog", { preload: false });
  const { violations } = await page.evaluate(run);
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}
