import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runCommand } from "../../test-support/cli.ts";
import { spawnCommand } from "../../test-support/cli-process.ts";
import { youngGeneration } from "./workers.ts";

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

test("security: a start with all wrong is told in one message, with a line for each problem, no stack, and 78", async () => {
  const { ended } = spawnCommand(["serve", "--port", "0"], {
    COUNTERSIGN_DATABASE_URL: "mysql://root:hunter2@db",
    COUNTERSIGN_SECRET: "hunter2",
    COUNTERSIGN_PUBLIC_URL: "ftp://hunter2",
    COUNTERSIGN_DATABSE_URL: "hunter2",
  });
  const { code, out, err } = await ended;
  expect([code, out]).toEqual([78, ""]);
  const names = err
    .trimEnd()
    .split("\n")
    .map((line) => line.split(" ")[0]);
  expect(names.sort()).toEqual([
    "COUNTERSIGN_DATABASE_URL",
    "COUNTERSIGN_DATABSE_URL",
    "COUNTERSIGN_PUBLIC_URL",
    "COUNTERSIGN_SECRET",
  ]);
  expect(err).not.toMatch(/hunter2|\n {4}at /);
});

test("security 38: where callers reach it must be said, or it does not start; doctor tells it, too", async () => {
  const env = { COUNTERSIGN_DATABASE_URL: "sqlite::memory:", COUNTERSIGN_SECRET: secret };
  const said = "COUNTERSIGN_PUBLIC_URL must say where callers reach the service: else whoever calls could say it.";
  expect(await runCommand(["serve"], { env })).toEqual({ code: 78, out: "", err: `${said}\n` });
  const { code, out } = await runCommand(["doctor"], { env });
  expect([code, out]).toEqual([78, `✗ configuration  ${said}\n`]);
});

test("a database that cannot be reached is told beside the other problems, without its password, and ends with 78", async () => {
  const env = {
    COUNTERSIGN_PUBLIC_URL: "https://verify.example.com",
    COUNTERSIGN_DATABASE_URL: "postgres://me:hunter2@127.0.0.1:2/x",
    COUNTERSIGN_NOTHING: "x",
  };
  const { code, out, err } = await runCommand(["serve", "--port", "0"], { env });
  const lines = err.trimEnd().split("\n");
  expect([code, out, lines.length]).toEqual([78, "", 3]);
  expect(lines.at(-1)).toBe("COUNTERSIGN_DATABASE_URL: PostgreSQL cannot be reached: ECONNREFUSED.");
  expect(err).not.toMatch(/hunter2|\n {4}at /);
});

test("several processes on a database in memory are refused, since each would have its own", async () => {
  const COUNTERSIGN_PUBLIC_URL = "https://verify.example.com";
  const env = { COUNTERSIGN_PUBLIC_URL, COUNTERSIGN_DATABASE_URL: "sqlite::memory:", COUNTERSIGN_SECRET: secret };
  const { code, err } = await runCommand(["serve", "--workers", "2"], { env });
  expect([code, err]).toEqual([2, "--workers needs a database that they share; one in memory is not.\n"]);
});

test("security 36: a worker that dies is replaced, after a pause when it does so again and again, and one that hangs, too; the figures of all are one sum", async () => {
  const { child, firstLine, ended } = spawnCommand(["serve", "--port", "0", "--workers", "2"], {
    COUNTERSIGN_DATABASE_URL: `sqlite:${join(folder, "workers.db")}`,
    COUNTERSIGN_SECRET: secret,
    COUNTERSIGN_HOST: "127.0.0.1",
    COUNTERSIGN_METRICS_PORT: "29465",
  });
  const { url, pid } = JSON.parse(await firstLine);
  const ready = () => fetch("http://127.0.0.1:29465/readyz").then(({ status }) => status);
  await expect.poll(ready, { timeout: 20_000 }).toBe(200);
  for (let call = 0; call < 10; call += 1) {
    await fetch(`${url}/v2/Services`, { headers: { connection: "close" } });
  }
  const figures = await (await fetch("http://127.0.0.1:29465/metrics")).text();
  expect(figures).toContain('countersign_requests_total{operation="listServices",status="401"} 10');
  if (process.platform === "linux") {
    expect(readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")).toEqual(
      expect.arrayContaining([...youngGeneration]),
    );
  }
  const workers = () =>
    readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim().split(" ").map(Number);
  const others = workers().filter((each) => each !== pid);
  process.kill(pid, "SIGKILL");
  await expect.poll(ready, { timeout: 20_000, interval: 5 }).toBe(503);
  await expect.poll(ready, { timeout: 20_000 }).toBe(200);
  const [second = 0] = workers().filter((each) => !others.includes(each));
  process.kill(second, "SIGKILL");
  // It hangs, and answers nobody.
  for (const other of others) process.kill(other, "SIGSTOP");
  await expect.poll(ready, { timeout: 20_000, interval: 5 }).toBe(503);
  await expect.poll(() => workers().some((each) => others.includes(each)), { timeout: 30_000 }).toBe(false);
  await expect.poll(ready, { timeout: 20_000 }).toBe(200);
  expect((await fetch(`${url}/v2/Services`)).status).toBe(401);
  child.kill("SIGTERM");
  const { code, out } = await ended;
  expect(code).toBe(0);
  const told = out
    .split("\n")
    .flatMap((line) => (line.includes('"worker"') ? [JSON.parse(line)] : []))
    .map(({ worker, pauseMs, msg }) => [worker, pauseMs, msg]);
  const replaced = "a worker ended, and is replaced";
  expect(told, out).toEqual([
    [pid, 0, replaced],
    [second, expect.any(Number), replaced],
    [others[0], undefined, "a worker hangs, and is ended"],
    [others[0], 0, replaced],
  ]);
  expect(told[1]?.[1]).toBeGreaterThanOrEqual(1_000);
});
