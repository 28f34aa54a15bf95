import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runCommand } from "../../test-support/cli.ts";
import { spawnCommand } from "../../test-support/cli-process.ts";

const folder = mkdtempSync(join(tmpdir(), "countersign-serve-"));
afterAll(() => rmSync(folder, { recursive: true }));

const secret = "a secret of no less than 32 characters";

test("runs until SIGTERM, and ends with 0; a token for commands may stand in its environment", async () => {
  const { child, firstLine, ended } = spawnCommand(["serve", "--port", "0"], {
    COUNTERSIGN_DATABASE_URL: `sqlite:${join(folder, "countersign.db")}`,
    COUNTERSIGN_SECRET: secret,
    COUNTERSIGN_HOST: "127.0.0.1",
    COUNTERSIGN_TOKEN: "for commands",
  });
  const { url } = JSON.parse(await firstLine);
  expect((await fetch(`${url}/v2/Services`)).status).toBe(401);
  child.kill("SIGTERM");
  const { code, err } = await ended;
  expect([code, err]).toEqual([0, ""]);
});

test("a wrong configuration is told in a line for each problem, and ends with 78", async () => {
  const { code, out, err } = await runCommand(["serve"], { env: { COUNTERSIGN_DATABASE_URL: "mysql://x" } });
  expect([code, out, err.trimEnd().split("\n").length]).toEqual([78, "", 2]);
});

test("a database that cannot be reached is told in one line, and ends with 1", async () => {
  const env = { COUNTERSIGN_DATABASE_URL: "postgres://me:hunter2@127.0.0.1:2/x", COUNTERSIGN_SECRET: secret };
  const { code, out, err } = await runCommand(["serve", "--port", "0"], { env });
  expect([code, out, err]).toEqual([1, "", "The database cannot be used: The database cannot be reached.\n"]);
});
