import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { isWhole } from "./budget.ts";
import { readSteps } from "./strangers-hour/steps.ts";

const steps = readSteps();
const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const fileOf = (name: string) =>
  steps.flatMap((step) => (step.does === "write" && step.file === name ? step.text : []))[0];

test("the guide from nothing to a tested login form has the program and the tests that run here, as they are", () => {
  const example = "../apps/examples/hono";
  expect(fileOf("app.ts")).toBe(`// app.ts\n${read(`${example}/app.ts`).replace("../login-form/codes", "./codes")}`);
  expect(fileOf("app.test.ts")).toBe(`// app.test.ts\n${read(`${example}/app.test.ts`)}`);
  expect(fileOf("codes.ts")?.replace("createClient, ", "")).toBe(`${read("../apps/examples/login-form/codes.ts")}\n`);
});

test("its workflow has what GitHub asks of one, and runs what the guide had the reader run", () => {
  const { on, permissions, jobs } = parse(fileOf(".github/workflows/test.yml") ?? "");
  expect(on).toEqual(["push", "pull_request"]);
  expect(permissions).toEqual({ contents: "read" });
  expect(jobs.test["runs-on"]).toBe("ubuntu-latest");
  const { steps: work } = jobs.test as { steps: { uses?: string; run?: string }[] };
  expect(work.map(({ uses, run }) => uses ?? run)).toEqual([
    "actions/checkout@v4",
    "actions/setup-node@v4",
    "npm ci",
    "npm test",
  ]);
  const commands = steps.flatMap((step) => ("command" in step ? step.command : []));
  expect(commands.filter((command) => command === "npm test")).toHaveLength(2);
});

test.runIf(isWhole)(
  "a stranger who follows it has a log-in that works, tested in CI, in less than a quarter of an hour",
  async () => {
    // Loaded with a browser and a registry, which nothing else here needs.
    const { followGuide } = await import("./strangers-hour/follow.ts");
    const done: string[] = [];
    expect(await followGuide((what) => done.push(what))).toBeLessThan(15 * 60);
    expect(done.slice(-3)).toEqual(["git clone, and then what CI runs:", "npm ci", "npm test"]);
  },
  15 * 60_000,
);

test.runIf(isWhole)("the examples run as a project of their own, which has the packages alone", async () => {
  const { asStranger } = await import("./strangers-hour/stranger.ts");
  const folder = new URL("../apps/examples/", import.meta.url);
  const names = readdirSync(folder).filter((name) => existsSync(new URL(`${name}/main.ts`, folder)));
  expect(names).toContain("login-form");
  await asStranger(async (stranger) => {
    stranger.copy("apps/examples");
    await stranger.run({ command: "npm install" });
    for (const name of names) {
      const told = await stranger.serve({ command: `npx tsx ${name}/main.ts` });
      expect(await (await fetch(told)).text(), name).toContain("<h1>");
      stranger.leave();
    }
  });
});
