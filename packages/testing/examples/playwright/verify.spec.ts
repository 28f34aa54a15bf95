import { test as base, expect } from "@countersign/testing/playwright";
import { startApp } from "./app.ts";

const test = base.extend<object, { app: string }>({
  app: [
    async ({ sandbox }, use) => {
      const app = await startApp(sandbox.env);
      await use(app.url);
      app.close();
    },
    { scope: "worker" },
  ],
  baseURL: ({ app }, use) => use(app),
});

const To = "+14155552671";

test("the code in the message signs in, once", async ({ page, request, sandbox }) => {
  await page.goto("/");
  await page.getByLabel("Phone").fill(To);
  await page.getByRole("button").click();
  const code = await sandbox.inbox.code(To);
  await page.getByLabel("Code").fill(code);
  await page.getByRole("button").click();
  await expect(page.getByText("Welcome.")).toBeVisible();

  const again = await request.post("/check", { form: { To, Code: code } });
  await expect(again.text()).resolves.toContain("Ask for a new code.");
});

test("errors are explained", async ({ request, sandbox }) => {
  for (const [code, advice] of [
    [60203, "Too many codes were sent. Try again later."],
    [60410, "This number cannot be verified."],
  ] as const) {
    const answer = await request.post("/send", { form: { To: sandbox.outcome(code) } });
    await expect(answer.text()).resolves.toContain(advice);
  }
});

test("a code is too old after ten minutes", async ({ request, sandbox }) => {
  await request.post("/send", { form: { To } });
  const Code = await sandbox.inbox.code(To);
  await sandbox.clock.advance({ minutes: 11 });
  const answer = await request.post("/check", { form: { To, Code } });
  await expect(answer.text()).resolves.toContain("That code is too old.");
});

test("the sandbox begins with the seed file that the project names, and is so again before each test", async ({
  sandbox,
}) => {
  const { data } = await sandbox.client.GET("/v2/Services");
  expect(data?.services.map((service) => service.friendly_name)).toContain("Seeded");
});
