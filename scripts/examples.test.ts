import { readFileSync } from "node:fs";
import { type Sandbox, startSandbox } from "@countersign/testing";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import decodeQR from "qr/decode.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../apps/docs/test-support/chromium.ts";
import { startApp } from "../apps/examples/authenticator/log-in.ts";
import { isWhole } from "./budget.ts";
import { looks, visit } from "./console/visit.ts";

let browser: Browser;
let sandbox: Sandbox;
let app: Awaited<ReturnType<typeof startApp>>;
beforeAll(async () => {
  [browser, sandbox] = await Promise.all([launchChromium(), startSandbox()]);
  app = await startApp(sandbox);
});
afterAll(async () => {
  await browser.close();
  app.close();
  await sandbox.close();
});

test("the guide shows the calls of the example as they are", () => {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
  const calls = read("../apps/examples/authenticator/authenticator.ts").replace(/^import .*\n/gm, "");
  expect(read("../spec/guides/authenticator-apps.md")).toContain(calls);
});

describe.each(isWhole ? looks : looks.slice(-1))("at $width px, $colorScheme", (look) => {
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
  expect((await ask("leave", {}, { cookie, "content-type": "text/plain" })).status).toBe(415);
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

/** What axe finds wrong, and whether something runs out of the window. */
async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  const isWider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  return isWider ? [...found, "it is wider than the window"] : found;
}
