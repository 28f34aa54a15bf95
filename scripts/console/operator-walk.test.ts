import { setTimeout } from "node:timers/promises";
import { type OpenApiDocument, operationsOf } from "@countersign/document";
import bundled from "@countersign/spec/openapi.json" with { type: "json" };
import type { Browser, Request } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../../apps/docs/test-support/chromium.ts";
import { apiOf, type Credentials } from "../../apps/server/test-support/api.ts";
import { readSql } from "../../apps/server/test-support/databases.ts";
import { type OperatedServer, route, startOperatedServer } from "./operated-server.ts";
import { open, type Visit, visit } from "./visit.ts";

let browser: Browser;
let server: OperatedServer;
let service: string;
beforeAll(async () => {
  [browser, server] = await Promise.all([launchChromium(), startOperatedServer()]);
  const { body } = await server.api.call("POST", "/v2/Services", { FriendlyName: "Acme", CodeLength: "10" });
  service = body.sid ?? "";
  await server.api.call("POST", `/v2/Services/${service}/Entities`, { Identity: identity });
});
afterAll(async () => {
  await Promise.all([browser.close(), server.close()]);
});

const identity = "user-00000053";
const sought = "+13035550123";
const pumped = Array.from({ length: 14 }, (_, index) => `+120255501${String(index).padStart(2, "0")}`);
const tester = "grace.hopper@example.com";
const waiting = "+14155550123";
const routed = "+4915112345678";
const others = ["ada.lovelace", tester, waiting, routed];

test("an operator looks with a key that reads, mends with one that writes, and the trail has it all, and no recipient", async () => {
  for (const To of [sought, ...pumped]) await server.api.start(service, { To });
  await server.api.start(service, { To: "ada.lovelace@example.com", Channel: "email" });
  await expect.poll(() => server.mail.mails.length).toBe(1);
  const [reader, writer] = [await server.makeKey("console:read"), await server.makeKey("console:write")];
  const visited = await visit(browser, server.url, { width: 1440, height: 900, colorScheme: "light" });
  const { page, complaints } = visited;
  page.setDefaultTimeout(10_000);
  const seen = listen(visited);

  await logIn(visited, reader);
  const verification = await find(visited);
  await seeWhyRefused(visited);
  await expectNoWay(visited, [verification, `/services/${service}`, `/entities/${service}/${identity}`]);
  await expectRefusals(visited, reader);
  const before = await seen();
  expect(before).toContain("+•••••••0123");
  await reveal(visited, verification);
  const revealing = await seen();
  expect(revealing).toContain(sought);
  await logOut(visited);

  await logIn(visited, writer);
  const looking = await seen();
  await letPass(visited);
  const passing = await seen();
  await takeOff(visited);
  await lift(visited);
  await sendTest(visited);
  await pauseAndResume(visited);
  await rename(visited);
  await sendByRoute(visited);
  await readTrail(visited, { reader, writer, verification });
  await logOut(visited);
  const after = looking + (await seen());

  expect(complaints).toEqual([]);
  await page.context().close();
  const texts = [...server.smsc.submitted.map(({ text }) => text), ...server.mail.mails.map(({ source }) => source)];
  const codes = texts.flatMap((text) => text.match(/\b\d{10}\b/g) ?? []);
  expect(codes.length).toBeGreaterThan(10);
  const trail = JSON.stringify(await readSql(server.databaseUrl, "SELECT * FROM audit_entries"));
  const log = await server.close();
  expect(log).toContain('"msg":"listening"');
  for (const recipient of [sought, ...pumped, ...others].map((each) => each.replace("+1", ""))) {
    for (const text of [before, after, trail, log]) expect(text).not.toContain(recipient);
  }
  for (const text of [trail, log]) expect(text).not.toContain(identity);
  const secrets = [reader, writer].map(({ authToken }) => authToken);
  for (const secret of [...codes, ...secrets])
    expect(before + revealing + passing + after + trail + log).not.toContain(secret);
}, 60_000);

/**
 * Keeps what the page gets and shows.
 * @returns what gives all since it was last asked, without the number that somebody searched by, where an answer gives the
 *   address that it was asked by
 */
function listen({ page }: Visit): () => Promise<string> {
  let kept: Promise<string | undefined>[] = [];
  const got = async (request: Request) => {
    const response = await request.response();
    return response?.status() === 204 ? "" : response?.text();
  };
  page.on("requestfinished", (request) => {
    if (request.resourceType() === "fetch") kept.push(got(request), page.content());
  });
  return async () => {
    const all = await Promise.all([...kept, page.content()]);
    kept = [];
    return all.join("\n").replaceAll(`to=${encodeURIComponent(sought)}`, "to=");
  };
}

async function logIn({ page }: Visit, { accountSid, authToken }: Credentials): Promise<void> {
  await page.getByLabel("Key", { exact: true }).fill(accountSid);
  await page.getByLabel("Secret").fill(authToken);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByText(accountSid).waitFor();
}

async function logOut({ page }: Visit): Promise<void> {
  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByRole("heading", { level: 1, name: "Log in" }).waitFor();
  expect(await page.evaluate(statusOf, "/console/verifications")).toBe(401);
}

/** In the page. The body is read, since the browser keeps none that is not. */
async function statusOf(path: string): Promise<number> {
  const answer = await fetch(path);
  await answer.text();
  return answer.status;
}

/** By its whole number, of which the log shows the end. @returns the path of its screen */
async function find({ page }: Visit): Promise<string> {
  await open(page, "/verifications");
  await page.getByRole("searchbox").fill(sought);
  await page.getByRole("button", { name: "Search" }).click();
  const rows = page.locator("main tbody tr");
  await expect.poll(() => rows.count()).toBe(1);
  expect(await rows.textContent()).toContain("+•••••••0123Reveal");
  await rows.getByRole("link").click();
  await page.getByRole("heading", { level: 1, name: "Verification", exact: true }).waitFor();
  await page.locator(".timeline").getByText("Handed over").waitFor();
  expect(await page.locator("main").textContent()).toContain("+•••••••0123Reveal");
  return new URL(page.url()).hash.slice(1);
}

/** Goes to the latest start that the guard refused. */
async function openRefused({ page }: Visit): Promise<void> {
  await open(page, "/verifications");
  await page.getByLabel("Error").fill("60410");
  await page.getByLabel("Error").press("Enter");
  const row = page.locator("main tbody tr").filter({ hasText: "refused" }).first();
  expect(await row.getByRole("link", { name: "60410" }).getAttribute("href")).toBe("/docs/errors/60410/");
  await row.getByRole("link").first().click();
  await page.getByRole("heading", { level: 1, name: "Refused start" }).waitFor();
}

async function seeWhyRefused(visited: Visit): Promise<void> {
  await openRefused(visited);
  const { page } = visited;
  const problem = page.getByRole("alert");
  await problem.getByText("Remedy").waitFor();
  expect(await problem.textContent()).toMatch(/60410.*Cause.*Remedy/);
  const docs = await problem.getByRole("link", { name: "Read about 60410" }).getAttribute("href");
  expect(await page.evaluate(statusOf, docs ?? "")).toBe(200);
  expect(await ask({ page }, pumped.at(-1) ?? "")).toMatch(/^refused.*Read about 60410$/);
}

/** @returns what Guard says of sending to a number */
async function ask({ page }: Pick<Visit, "page">, number: string): Promise<string | null> {
  await open(page, "/guard");
  await page.getByLabel("Number", { exact: true }).fill(number);
  await page.getByRole("button", { name: "Ask" }).click();
  const verdict = page.locator("main [role=status] .actions");
  await verdict.waitFor();
  return verdict.textContent();
}

/** On no screen there is anything to press that would change something. */
async function expectNoWay({ page }: Visit, paths: string[]): Promise<void> {
  const links = page.locator('nav[aria-label="Screens"] a');
  const screens = await links.evaluateAll((found) => found.map((link) => link.getAttribute("href")?.slice(1) ?? ""));
  expect(screens.length).toBeGreaterThan(6);
  const names = new Set<string>();
  for (const path of [...screens, ...paths]) {
    await open(page, path);
    const tabs = await page.getByRole("tab").all();
    for (const tab of [undefined, ...tabs]) {
      await tab?.click();
      for (const button of await page.locator("main button:not([role=tab])").allTextContents()) names.add(button);
    }
  }
  const reading = /^(Copy.*|Ask|Clear|Export CSV|Find|Reveal|Search|Show as a table|Show older)$/;
  expect([...names].filter((name) => !reading.test(name))).toEqual([]);
}

/** Nor does the API change anything for who may read, whether a cookie says so or the key itself. */
async function expectRefusals({ page }: Visit, reader: Credentials): Promise<void> {
  const document = bundled as unknown as OpenApiDocument;
  const writes = operationsOf(document).flatMap(({ method, path, operation }) => {
    const scopes = (operation.security ?? document.security ?? []).flatMap(({ basicAuth = [] }) => basicAuth);
    const isWrite = scopes.some((scope) => !["read", "console:read"].includes(scope));
    return isWrite && !operation["x-sandbox-only"] ? [{ method, path: path.replaceAll(/\{\w+\}/g, "1") }] : [];
  });
  expect(writes.length).toBeGreaterThan(20);
  const byCookie = await page.evaluate(async (requests) => {
    const { csrf_token } = await (await fetch("/console/session")).json();
    const send = async ({ method, path }: { method: string; path: string }) => {
      const answer = await fetch(path, { method, headers: { "X-CSRF-Token": csrf_token } });
      return `${method} ${path}: ${answer.status} ${(await answer.json()).code}`;
    };
    return Promise.all(requests.map(send));
  }, writes);
  const { call } = apiOf(server.apiUrl, reader);
  const byKey = await Promise.all(
    writes.map(async ({ method, path }) => {
      const { status, body } = await call(method, path);
      return `${method} ${path}: ${status} ${body.code}`;
    }),
  );
  const refusals = writes.map(({ method, path }) => `${method} ${path}: 403 20403`);
  expect(byCookie).toEqual(refusals);
  expect(byKey).toEqual(refusals);
}

async function reveal({ page }: Visit, verification: string): Promise<void> {
  await open(page, verification);
  await page.getByRole("button", { name: "Reveal" }).click();
  await page.locator("main .facts").getByText(sought).waitFor();
}

/** Nobody types the number, and only the trail tells that it was looked up. */
async function letPass(visited: Visit): Promise<void> {
  const { page } = visited;
  await openRefused(visited);
  await page.getByRole("button", { name: "Put the number on the safe list" }).click();
  await page.getByRole("button", { name: "Put it on the list" }).click();
  await page.getByText(/^\+•+01\d\d is on the safe list$/).waitFor();
  expect((await server.api.start(service, { To: pumped.at(-1) ?? "" })).status).toBe(201);
}

async function takeOff({ page }: Visit): Promise<void> {
  await open(page, "/guard");
  await page.getByRole("button", { name: /^Take off \+•+01\d\d$/ }).click();
  await page.getByRole("button", { name: "Take it off" }).click();
  await page.getByText("The account has put no number on it.").waitFor();
  expect(await ask({ page }, pumped.at(-2) ?? "")).toMatch(/^refused/);
}

/** From the next start on, what goes to Germany leaves by the route. */
async function sendByRoute({ page }: Visit): Promise<void> {
  await page.getByRole("tab", { name: "Messaging configurations" }).click();
  await page.getByText("Choose a route for a country").click();
  await page.getByLabel(/^Country/).selectOption("DE");
  await page.getByLabel(/^MessagingServiceSid/).selectOption(route);
  await page.getByRole("button", { name: "Choose the route" }).click();
  await page.getByText(/^Germany \(DE\) by MG0+1: smpp /).waitFor();
  expect((await server.api.start(service, { To: routed })).status).toBe(201);
  await expect.poll(() => server.smsc.submitted.at(-1)?.fields).toMatchObject({ source_addr: "Route" });
}

async function lift({ page }: Visit): Promise<void> {
  const number = pumped.at(-2) ?? "";
  await open(page, "/guard");
  await page.getByRole("button", { name: /^Let \+1202555\d* go$/ }).click();
  await page.getByRole("button", { name: "Let it go" }).click();
  await page.getByText(/^\+1202555\d* is let go$/).waitFor();
  expect(await ask({ page }, number)).toMatch(/^would be sent to/);
  expect((await server.api.start(service, { To: number })).status).toBe(201);
}

async function sendTest({ page }: Visit): Promise<void> {
  await open(page, "/deliveries");
  await page.getByRole("button", { name: /^Test smtp / }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("To").fill(tester);
  await dialog.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByText(/^smtp .*: sent$/).waitFor();
  expect(server.mail.mails.at(-1)).toMatchObject({ to: tester, source: expect.stringContaining("test message") });
}

async function pauseAndResume({ page }: Visit): Promise<void> {
  const before = server.smsc.submitted.length;
  await page.getByRole("button", { name: /^Pause smpp / }).click();
  const row = page.locator("main tbody tr").filter({ hasText: "smpp" });
  await row.getByText("paused").waitFor();
  // It is passed over within a second.
  await setTimeout(1_000);
  expect((await server.api.start(service, { To: waiting })).status).toBe(201);
  await page.getByText(/^1 message waits, the oldest for /).waitFor();
  expect(server.smsc.submitted).toHaveLength(before);
  await row.getByRole("button", { name: /^Resume smpp / }).click();
  await row.getByText("up", { exact: true }).waitFor();
  await expect.poll(() => server.smsc.submitted.length, { timeout: 5_000 }).toBe(before + 1);
}

async function rename({ page }: Visit): Promise<void> {
  await open(page, "/services");
  await page.getByRole("link", { name: "Acme", exact: true }).click();
  await page.getByLabel(/^FriendlyName/).fill("Acme Bank");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { level: 1, name: "Acme Bank" }).waitFor();
}

async function readTrail({ page }: Visit, walked: { reader: Credentials; writer: Credentials; verification: string }) {
  await open(page, "/audit");
  const rows = await page.locator("main tbody tr").all();
  const cells = await Promise.all(rows.map((row) => row.locator("td").allTextContents()));
  const [reader, writer] = [walked.reader.accountSid, walked.writer.accountSid];
  const entries = cells.map(([, action, what, by, , change]) => ({ entry: `${action}: ${what?.trim()}`, by, change }));
  const [mail, smsc] = [/smtp localhost:\d+/, /smpp 127\.0\.0\.1:\d+/].map((name) => expect.stringMatching(name));
  const kind = (beginning: string) => expect.stringMatching(`^${beginning}[0-9a-f]{32}$`);
  const told = (entry: unknown, by: string, change: unknown = expect.anything()) => ({ entry, by, change });
  expect(entries).toEqual([
    told(kind("created: messaging configuration MC"), writer, expect.stringMatching(/country DE.*MG0+1/)),
    told(`changed: service ${service}`, writer, expect.stringMatching(/friendly_name\s*Acme Acme Bank/)),
    told("resumed: provider", writer, smsc),
    told("paused: provider", writer, smsc),
    told("tested: provider", writer, mail),
    told("lifted: prefix", writer, expect.stringContaining("+1202555")),
    told(kind("deleted: safe number GN"), writer, "none"),
    told(kind("created: safe number GN"), writer, "none"),
    told(kind("revealed: refused start RQ"), writer, "none"),
    told(`logged in: console session ${writer}`, writer),
    told(`logged out: console session ${reader}`, reader),
    told(`revealed: ${walked.verification.replace("/verifications/", "verification ")}`, reader, "none"),
    told(`logged in: console session ${reader}`, reader),
    told(`created: key ${writer}`, "operator"),
    told(`created: key ${reader}`, "operator"),
    told(kind("created: entity YE"), server.accountSid),
    told(`created: service ${service}`, server.accountSid),
    told(`created: account ${server.accountSid}`, "operator"),
  ]);
}
