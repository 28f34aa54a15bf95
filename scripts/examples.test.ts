import { readFileSync } from "node:fs";
import { unwrap } from "@countersign/client";
import { createAuthenticator, createDevice, type Sandbox, startSandbox } from "@countersign/testing";
import type { Browser, Page, Route } from "playwright-core";
import decodeQR from "qr/decode.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../apps/docs/test-support/chromium.ts";
import { startApp } from "../apps/examples/authenticator/log-in.ts";
import { startApp as startPasskeyApp } from "../apps/examples/passkey/log-in.ts";
import { startApp as startPushApp } from "../apps/examples/push/log-in.ts";
import { isWhole } from "./budget.ts";
import { deviceOf } from "./console/device.ts";
import { looks, visit } from "./console/visit.ts";
import { browserOf, faultsOf, onPage } from "./examples-page.ts";

let browser: Browser;
let sandbox: Sandbox;
let app: Awaited<ReturnType<typeof startApp>>;
let pushApp: typeof app;
let passkeyApp: typeof app;
const phone = looks.at(-1) as (typeof looks)[number];
beforeAll(async () => {
  [browser, sandbox] = await Promise.all([launchChromium(), startSandbox()]);
  [app, pushApp, passkeyApp] = await Promise.all([startApp(sandbox), startPushApp(sandbox), startPasskeyApp(sandbox)]);
});
afterAll(async () => {
  await browser.close();
  for (const each of [app, pushApp, passkeyApp]) each.close();
  await sandbox.close();
});

test.each([
  ["login-form.md", "login-form/codes.ts"],
  ["authenticator-apps.md", "authenticator/authenticator.ts"],
  ["approve-on-the-phone.md", "push/phones.ts"],
  ["log-in-with-a-passkey.md", "passkey/passkeys.ts"],
])("the guide %s shows the calls of the example as they are", (guide, file) => {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
  expect(read(`../spec/guides/${guide}`)).toContain(read(`../apps/examples/${file}`).replace(/^import [^;]*;\n/gm, ""));
});

describe.each(isWhole ? looks : [phone])("at $width px, $colorScheme", (look) => {
  test("a person sets an authenticator app up, logs in by it, and again when the phone is lost", async () => {
    const { page, complaints } = await visit(browser, app.url, look);
    const told: string[] = [];
    page.on("request", (request) => told.push(`${request.url()} ${request.postData()}`));
    const email = `ada-${look.width}-${look.colorScheme}@example.com`;
    const submit = (name: string) => page.getByRole("button", { name, exact: true }).click();
    const looked = new Set<string>();
    const see = async (name: string) => {
      await page.getByRole("heading", { level: 2, name, exact: true }).waitFor();
      if (!looked.has(name)) expect.soft(await faultsOf(page), name).toEqual([]);
      looked.add(name);
    };
    const type = async (code: string, button: string) => {
      const field = page.locator("input:visible");
      expect(await field.getAttribute("autocomplete")).toBe("one-time-code");
      expect(await field.evaluate((input) => input === document.activeElement)).toBe(true);
      await page.keyboard.type(code);
      await submit(button);
    };

    const inApp = async () => (await page.getByRole("link").getAttribute("href")) ?? "";

    await page.getByLabel("Your e-mail address", { exact: true }).fill(email);
    await submit("Continue");
    await see("Set up your authenticator app");
    const uri = await readPicture(page);
    expect(await inApp()).toBe(uri);
    expect(new URL(uri).searchParams.get("secret")).toBe(
      (await page.locator("#secret").textContent())?.replaceAll(" ", ""),
    );
    const right = await sandbox.totp(uri);
    await type(String((Number(right) + 1) % 1e6).padStart(6, "0"), "Turn it on");
    await page.getByRole("alert").getByText("That code is not right.").waitFor();
    await type("12", "Turn it on");
    await page.getByText("Type the digits that the app shows.").waitFor();
    expect(await inApp(), "the picture stays").toBe(uri);
    await type(right, "Turn it on");
    await see("You are logged in");
    await page.reload();
    await see("You are logged in");

    await submit("Log out");
    await page.getByLabel("Your e-mail address", { exact: true }).fill(email);
    await submit("Continue");
    await see("Your second step");
    await sandbox.clock.advance({ seconds: 30 });
    const used = await sandbox.totp(uri);
    await type(used.replace(/(?<=^...)/, " "), "Log in");
    await see("You are logged in");

    await submit("Log out");
    await page.getByLabel("Your e-mail address", { exact: true }).fill(email);
    await submit("Continue");
    await see("Your second step");
    await type(used, "Log in");
    await page.getByText("each works once").waitFor();
    await submit("I do not have my phone");
    await see("Without your phone");
    await type(await sandbox.inbox.code(email), "Set up another app");
    await see("Set up your authenticator app");
    const other = await inApp();
    expect(other).not.toBe(uri);
    await type(await sandbox.totp(other), "Turn it on");
    await see("You are logged in");

    const secrets = [uri, other].map((each) => new URL(each).searchParams.get("secret") ?? each);
    expect(told.filter((text) => [...secrets, "otpauth", "sandbox"].some((word) => text.includes(word)))).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

test("nobody gets past a step by asking for the next, nor sends one from another site's form", async () => {
  const ask = (action: string, body: object, headers: Record<string, string> = {}) =>
    fetch(`${app.url}/${action}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  const start = await ask("start", { email: "eve@example.com" });
  expect(start.headers.get("set-cookie")).toMatch(/; HttpOnly; SameSite=Strict$/);
  expect(start.headers.get("cache-control")).toBe("no-store");
  const cookie = start.headers.get("set-cookie")?.split(";")[0] ?? "";
  for (const action of ["code", "lost", "recover"]) {
    expect(await (await ask(action, { code: "123456" }, { cookie })).json()).toMatchObject({ view: "enrol" });
  }
  expect(await (await ask("code", { code: "123456" })).json()).toEqual({ view: "start" });

  const read = async (answer: Promise<Response>) => (await (await answer).json()) as { view: string; uri: string };
  const { uri } = await read(ask("session", {}, { cookie }));
  const entered = await ask("confirm", { code: await sandbox.totp(uri) }, { cookie });
  const renewed = entered.headers.get("set-cookie")?.split(";")[0] ?? "";
  expect((await read(Promise.resolve(entered))).view).toBe("in");
  expect((await read(ask("session", {}, { cookie }))).view, "the cookie of before").toBe("start");
  expect((await read(ask("start", { email: "mallory@example.com" }, { cookie: renewed }))).view).toBe("enrol");
  expect((await ask("toString", {}, { cookie })).status).toBe(404);
  const posted = ["null", "{bad", '{"code":{"toString":1}}', `{"code":"${"1".repeat(20_000)}"}`].map(async (body) => {
    const headers = { "content-type": "application/json", cookie };
    return (await fetch(`${app.url}/code`, { method: "POST", headers, body })).status;
  });
  expect(await Promise.all(posted)).toEqual([400, 400, 400, 400]);
  expect((await ask("leave", {}, { cookie, "content-type": "text/plain" })).status).toBe(415);
});

describe("with passkeys", () => {
  test("a person makes one, logs in by it in three ways, adds another, and removes the first", async () => {
    const { page, complaints } = await visit(browser, passkeyApp.url, phone);
    const device = await deviceOf(page);
    const { submit, see, isTold, address } = onPage(page);

    expect(await address().getAttribute("autocomplete")).toBe("username webauthn");
    await submit("Create an account");
    await address().fill("ada@example.com");
    await submit("Create a passkey");
    await see("You are logged in");
    const [first] = await device.passkeys();
    expect(first).toMatchObject({ rpId: "localhost", isResidentCredential: true, userName: "ada@example.com" });

    await submit("Add a passkey");
    await isTold("This device has a passkey of this account already");
    expect(await device.passkeys()).toEqual([first]);

    // The field offers the passkey, and this device takes each offer.
    const leaveAndComeBack = () => Promise.all([page.waitForResponse("**/answer"), submit("Log out")]);
    await leaveAndComeBack();
    await see("You are logged in");
    for (const [button, email] of [["Log in", "ada@example.com"], ["Log in without typing it"]] as const) {
      await device.leave();
      await Promise.all([page.waitForResponse("**/ask"), submit("Log out")]);
      if (email) await address().fill(email);
      // By then the offer has ended, and nobody has been asked for anything else yet.
      const comes = (route: Route) => device.come().then(() => route.continue());
      await page.route("**/ask", comes, { times: 1 });
      await submit(button);
      await see("You are logged in");
    }
    await page.reload();
    await see("You are logged in");

    await submit(/^Remove/);
    await isTold("This is your only passkey");
    await device.replace();
    await submit("Add a passkey");
    await page.getByRole("listitem").nth(1).waitFor();
    await page
      .getByRole("button", { name: /^Remove/ })
      .last()
      .click();
    await page.getByRole("listitem").nth(1).waitFor({ state: "detached" });
    expect(await device.passkeys()).toHaveLength(1);
    await leaveAndComeBack();
    await see("You are logged in");
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("a person is told what is wrong with the device, the passkey or the address, and how to go on", async () => {
    const { page } = await visit(browser, passkeyApp.url.replace("localhost", "127.0.0.1"), phone);
    const { submit, see, isTold, address } = onPage(page);
    await see("Passkeys need a name");
    await page.getByRole("link", { name: "by its name" }).click();
    await page.waitForURL(`${passkeyApp.url}/`);
    const device = await deviceOf(page);
    await device.replace({ isUserVerified: false });
    await submit("Create an account");
    await address().fill("eve@example.com");
    await submit("Create a passkey");
    await isTold("your device could not see that it is you");
    expect(await device.passkeys()).toEqual([]);

    await device.replace();
    await settle({ Id: "example.com", Origins: "https://example.com" });
    await submit("Create a passkey");
    await isTold("Passkeys of this site are for another address");
    await settle({ Id: "localhost", Origins: passkeyApp.url });
    await submit("Create a passkey");
    await see("You are logged in");

    await forgetAll();
    await submit("Log out");
    await isTold("That passkey is of no account any more.");
    await expect.poll(device.passkeys).toEqual([]);
    await page.context().close();
  });

  test("nobody adds one to another's account, nor logs in by an answer that another browser was asked for", async () => {
    const { url } = passkeyApp;
    const device = createAuthenticator();
    const [ada, bob, eve] = [browserOf(url), browserOf(url), browserOf(url)];
    const made = async (creation: Parameters<typeof device.create>[0]) => JSON.stringify(device.create(creation, url));
    const { creation } = await ada("begin", { email: "ada@example.net" });
    expect(await ada("keep", { credential: await made(creation) })).toMatchObject({ view: "in" });
    expect(await eve("begin", { email: "ada@example.net" })).toMatchObject({
      problem: expect.stringContaining("has an account"),
    });
    await eve("begin", { email: "eve@example.net" });
    const { creation: bobs } = await bob("begin", { email: "bob@example.net" });
    expect(await eve("keep", { credential: await made(bobs) })).toMatchObject({
      view: "start",
      problem: expect.stringContaining("Try again"),
    });
    const { request } = await bob("ask", { email: "ada@example.net" });
    const credential = JSON.stringify(device.get(request, url));
    expect(await eve("answer", { credential })).toMatchObject({
      view: "start",
      problem: expect.stringContaining("Try again"),
    });
    expect(await eve("remove", { sid: "YF00000000000000000000000000000001" })).toEqual({ view: "start", passkeys: [] });
    expect((await eve("ask", { email: "nobody@example.net" })).request.allowCredentials).toEqual([]);
  });

  const settle = async (settings: { Id: string; Origins: string }) => {
    const named = Object.entries(settings).map(([name, value]) => [`Passkeys.RelyingParty.${name}`, value]);
    const params = { path: { Sid: sandbox.serviceSid } };
    await unwrap(sandbox.client.POST("/v2/Services/{Sid}", { params, body: Object.fromEntries(named) }));
  };

  /** What nobody does whose page this is: the passkeys go without a word to the browser. */
  const forgetAll = async () => {
    const path = { ServiceSid: sandbox.serviceSid };
    const entities = sandbox.client.paginate("/v2/Services/{ServiceSid}/Entities", { params: { path } });
    for await (const { identity } of entities) {
      const params = { path: { ...path, Identity: identity ?? "" } };
      await unwrap(sandbox.client.DELETE("/v2/Services/{ServiceSid}/Entities/{Identity}", { params }));
    }
  };
});

describe("with a phone that approves", () => {
  test("a person enrols it by the picture, and is logged in by who types the page's number there, and by nobody else", async () => {
    const { page, complaints } = await visit(browser, pushApp.url, phone);
    const { submit, see, isTold } = onPage(page);
    const start = async () => {
      await page.locator("input:visible").fill("ada@example.com");
      await submit("Continue");
    };
    await start();
    await see("Enrol your phone");
    const link = new URL(await readPicture(page));
    const read = (name: string) => link.searchParams.get(name) ?? "";
    const known = { baseUrl: sandbox.url, serviceSid: read("service"), identity: read("identity") };
    const device = createDevice({ ...known, accessToken: read("token") });
    await device.enrol();
    await see("You are logged in");
    await page.reload();
    await see("You are logged in");

    const ask = async () => {
      await submit("Log out");
      await start();
      await see("Look at your phone");
      const [challenge] = await device.pending();
      expect(challenge?.details).toMatchObject({ fields: [{ label: "Account", value: "ada@example.com" }] });
      const number = await page.locator("#number").textContent();
      expect(JSON.stringify(challenge)).not.toContain(`"${number}"`);
      return { sid: challenge?.sid ?? "", metadata: { number: number ?? "" } };
    };
    const { sid, metadata } = await ask();
    await device.approve(sid, { metadata });
    await see("You are logged in");
    await device.approve((await ask()).sid, { metadata: { number: "0" } });
    await isTold("That was another number");
    await start();
    await see("Look at your phone");
    await device.deny((await device.pending())[0]?.sid ?? "");
    await isTold("You said no on the phone.");
    await start();
    await see("Look at your phone");
    await sandbox.clock.advance({ minutes: 6 });
    await isTold("Nobody answered on the phone.");
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("nobody gets past the phone by asking for the next step", async () => {
    const [zoe, eve] = [browserOf(pushApp.url), browserOf(pushApp.url)];
    for (const action of ["look", "simulate", "approve", "forget"])
      expect(await eve(action)).toEqual({ view: "start" });
    await zoe("start", { email: "zoe@example.com" });
    expect(await zoe("simulate")).toMatchObject({ view: "in" });
    expect(await eve("start", { email: "zoe@example.com" })).toMatchObject({ view: "wait" });
    for (const action of ["simulate", "forget", "session"]) expect(await eve(action)).toMatchObject({ view: "wait" });
    expect(await eve("approve", { number: "0" })).toMatchObject({
      view: "start",
      problem: expect.stringContaining("another number"),
    });
  });

  // What is simulated there is the device of the test before.
  test.runIf(isWhole)("who has no phone at hand plays it on the page", async () => {
    const { page, complaints } = await visit(browser, pushApp.url, phone);
    const { submit, see, isTold } = onPage(page);
    const start = async () => {
      await page.locator("input:visible").fill("eve@example.com");
      await submit("Continue");
    };
    await start();
    await submit("Simulate a phone");
    await see("You are logged in");
    await submit("Log out");
    await start();
    await see("Look at your phone");
    await page.getByText("Log in to Owl Books?").waitFor();
    await page.getByLabel("The number on the page").fill((await page.locator("#number").textContent()) ?? "");
    await submit("Approve");
    await see("You are logged in");
    await submit("Log out");
    await start();
    await submit("It was not me");
    await isTold("You said no on the phone.");
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

/** What a camera makes of the picture, as it is on the screen. */
async function readPicture(page: Page): Promise<string> {
  const seen = await page.locator("#picture").screenshot();
  const { width, height, dark } = await page.evaluate(async (png) => {
    const image = Object.assign(new Image(), { src: `data:image/png;base64,${png}` });
    await image.decode();
    const { width, height } = image;
    const context = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d");
    context?.drawImage(image, 0, 0);
    const reds = (context?.getImageData(0, 0, width, height).data ?? []).filter((_, index) => index % 4 === 0);
    return { width, height, dark: Array.from(reds, (red) => (red < 128 ? "#" : " ")).join("") };
  }, seen.toString("base64"));
  const data = Uint8Array.from(Array.from(dark).flatMap((pixel) => Array(3).fill(pixel === "#" ? 0 : 255)));
  return decodeQR({ width, height, data });
}
