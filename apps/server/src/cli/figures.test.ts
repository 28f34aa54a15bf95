import { afterAll, beforeAll, expect, test } from "vitest";
import { apiOf } from "../../test-support/api.ts";
import { runCommand } from "../../test-support/cli.ts";
import { sandboxServiceSid, startSandbox } from "../sandbox/sandbox.ts";
import type { Running } from "../server.ts";

let sandbox: Running;
beforeAll(async () => {
  sandbox = await startSandbox();
  const api = apiOf(sandbox.url);
  await api.start(sandboxServiceSid, { To: "+12025550123" });
  await api.check(sandboxServiceSid, { To: "+12025550123", Code: "123456" });
});
afterAll(() => sandbox.close());

const run = (...words: string[]) => runCommand(["figures", "--server", sandbox.url, ...words]);

test("counts what happened, by the hour and channel or as it is asked for, as a table or as JSON", async () => {
  const { code, out } = await run();
  const [head = "", hour = "", ...others] = out.trimEnd().split("\n");
  expect([code, head.split(/ +/).slice(0, 4)]).toEqual([0, ["WHEN", "CHANNEL", "STARTS", "SENDS"]]);
  expect(hour.split(/ +/).slice(1, 7)).toEqual(["sms", "1", "1", "1", "0", "1"]);
  expect(others.map((line) => line.split(/ +/).slice(0, 3).join(" "))).toEqual([
    "in all sms",
    "in all 1",
    "before 0 0",
    "Approved: half within",
  ]);
  const json = JSON.parse((await run("--json", "--by", "day", "--group", "country", "--since", "7d")).out);
  expect(json).toMatchObject({
    by: "day",
    group: "country",
    totals: [{ group: "US", sends: 1 }],
    sum: { approvals: 1 },
  });
  expect(JSON.parse((await run("--json", "--service", `VA${"0".repeat(32)}`)).out).sum.sends).toBe(0);
});

test("says what it does not understand, and what the server refuses", async () => {
  expect((await run("--since", "yesterday")).err).toContain("as 24h");
  expect((await run("--since", "900d", "--by", "day")).err).toMatch(/^400 60200: .*after/);
});
