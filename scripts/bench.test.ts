import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Database from "libsql";
import { expect, test } from "vitest";
import { chartOf } from "./bench/chart.ts";
import { sandboxCaller } from "./bench/cycles-over-http.ts";
import { figure, inTurn, median, ratio, reach } from "./bench/figures.ts";
import { capacityGuideWith } from "./bench/guide-tables.ts";
import { expectAnswer, load, openConversation, post } from "./bench/load.ts";
import { benchFolder, countersign, openApiDocument, rootFolder } from "./bench/processes.ts";
import { pumpingChartOf } from "./bench/pumping-chart.ts";
import { guideWith, readmeWith } from "./bench/readme.ts";
import type { Results } from "./bench/results.ts";

const fileOf = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

test("the README, the guides and the charts tell what the last run of the benchmarks found", () => {
  const results: Results = JSON.parse(fileOf("scripts/bench/results.json"));
  const readme = fileOf("README.md");
  expect(readmeWith(readme, results)).toBe(readme);
  expect(chartOf(results)).toBe(fileOf("scripts/bench/chart.svg"));
  const guide = fileOf("spec/guides/operating.md");
  expect(guideWith(guide, results)).toBe(guide);
  const capacity = fileOf("spec/guides/how-much-it-takes.md");
  expect(capacityGuideWith(capacity, results)).toBe(capacity);
  expect(pumpingChartOf(results)).toBe(fileOf("spec/guides/guard.svg"));
});

test("what the benchmarks run lies where they look for it", () => {
  const files = ["package-lock.json", "peers/bare-loop.mjs"].map((name) => `${benchFolder}${name}`);
  const all = [...files, countersign, openApiDocument, `${rootFolder}apps/mock/dist/main.js`];
  expect(all.filter((file) => !existsSync(file))).toEqual([]);
});

test("a ratio is the median of those of neighbours, and what falls short of its promise is told", async () => {
  const speeds = { a: [30, 20, 40], b: [3, 1, 5] };
  const runs = await inTurn(["a", "b"], 3, (name) => speeds[name].shift() ?? 0);
  expect([median(runs.a), ratio(runs.a, runs.b)]).toEqual([30, 10]);
  const work = "PostgreSQL, 32 connections";
  const part = {
    ...{ date: "2026-03-02", commit: "abc", runs: 3, seconds: 1 },
    figures: [figure(work, "cycles/s", "Countersign", runs.a), figure(work, "cycles/s", "b", runs.b)],
    reaches: [
      reach(work, "cycles/s beside b", 10, "x", { least: 12 }),
      reach("PostgreSQL, 128 connections", "cycles/s beside b", 14, "x", { least: 12 }),
      reach("Build", "cold", 3, "s", { most: 30 }),
    ],
  };
  const machine = { cpu: "A processor", cores: 2, memoryGb: 4, node: "20.20.2", platform: "linux x64" };
  const results = { machine, parts: { cycles: part } };
  const readme = readmeWith("a\n<!-- npm run bench writes this -->\nold\n<!-- until here -->\nz\n", results);
  expect(readme).toContain("2026-03-02, medians of 3 runs: A processor, 2 cores, 4 GB, linux x64, Node 20.20.2.");
  const rows = [...readme.matchAll(/^\| (\w.*?) +\| (.*?) +\| (.*?) +\|$/gm)].map(([, ...cells]) => cells);
  expect(rows).toEqual([
    ["PostgreSQL: cycles/s beside b", "**10x at 32 connections**, 14x at 128 connections", "at least 12x"],
    ["Build: cold", "3 s", "at most 30 s"],
  ]);
  expect(chartOf(results).match(/<rect/g)).toHaveLength(2);
});

test("the minimal server keeps what it is the least of: a re-send has the same code, checks are counted, and one is approved", async () => {
  const { createMinimal, rowsInSqlite } = await import(`${benchFolder}peers/minimal-core.mjs`);
  const answer = createMinimal(rowsInSqlite(new Database(":memory:")), "http://localhost");
  const { accountSid, authToken, serviceSid } = sandboxCaller;
  const send = (resource: string, body: string, token = authToken) =>
    answer(`/v2/Services/${serviceSid}/${resource}`, `Basic ${btoa(`${accountSid}:${token}`)}`, body);
  const to = "To=%2B12025550123";
  const [started, again] = [
    await send("Verifications", `${to}&Channel=sms`),
    await send("Verifications", `${to}&Channel=sms`),
  ];
  expect([started.status, again.status, again.code]).toEqual([201, 201, started.code]);
  const wrong = started.code === "000000" ? "000001" : "000000";
  const checks = await Promise.all(
    [wrong, started.code, started.code].map((code) => send("VerificationCheck", `${to}&Code=${code}`)),
  );
  expect(checks.map(({ status, body }) => [status, JSON.parse(body).status])).toEqual([
    [200, "pending"],
    [200, "approved"],
    [404, 404],
  ]);
  await send("Verifications", `${to}&Channel=sms`);
  for (let count = 0; count < 5; count += 1) await send("VerificationCheck", `${to}&Code=x`);
  const refused = [
    send("VerificationCheck", `${to}&Code=x`),
    send("Verifications", `${to}&Channel=sms`, "no"),
    send("Verifications", "To=1"),
  ];
  expect((await Promise.all(refused)).map(({ status }) => status)).toEqual([404, 401, 400]);
});

test("load begins once a service has taken all connections, and only what it is about is counted", async () => {
  const asked: string[] = [];
  const server = createServer(({ method = "" }, response) => {
    asked.push(method);
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  function* cycle() {
    expectAnswer(yield post("/", "json", "{}"), 200);
  }
  const services = [{ port: (server.address() as AddressInfo).port, pid: process.pid }];
  const all = { services, connections: 8, seconds: Number.POSITIVE_INFINITY, cyclesMax: 20, cycle };
  const { rate, p99 } = await load(all);
  server.close();
  expect(asked).toEqual([...Array(8).fill("GET"), ...Array(20).fill("POST")]);
  expect([rate > 0, p99 > 0]).toEqual([true, true]);
});

test("a request that was due before it could be sent has waited since then", async () => {
  const server = createServer((_, response) => response.end("{}"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const waits: number[] = [];
  const conversation = await openConversation((server.address() as AddressInfo).port, waits);
  function* cycle() {
    yield post("/", "json", "{}");
    yield post("/", "json", "{}");
  }
  await conversation.play(cycle, performance.now() - 60_000);
  await conversation.end();
  server.close();
  expect(waits.map((wait) => wait > 60_000)).toEqual([true, false]);
});
