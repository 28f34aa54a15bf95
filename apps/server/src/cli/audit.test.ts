import { afterAll, beforeAll, expect, test } from "vitest";
import { apiOf } from "../../test-support/api.ts";
import { runCommand } from "../../test-support/cli.ts";
import { sandboxAccount, sandboxServiceSid, startSandbox } from "../sandbox/sandbox.ts";
import type { Running } from "../server.ts";

let sandbox: Running;
beforeAll(async () => {
  sandbox = await startSandbox();
  await apiOf(sandbox.url).call("POST", `/v2/Services/${sandboxServiceSid}`, { FriendlyName: "Beta" });
});
afterAll(() => sandbox.close());

const run = (...words: string[]) => runCommand(["audit", "--server", sandbox.url, ...words]);

test("shows who changed what, the newest first, as a table or as JSON", async () => {
  const { accountSid: actor } = sandboxAccount;
  const { code, out } = await run("--limit", "1", "--resource", sandboxServiceSid);
  const [head = "", row = "", ...others] = out.trimEnd().split("\n");
  expect([code, head.split(/ +/), others]).toEqual([0, ["WHEN", "WHO", "FROM", "DID", "TO", "WHAT"], []]);
  expect(row.replace(/^\S+Z +/, "").replaceAll(/ {2,}/g, " ")).toBe(
    `${actor} 127.0.0.1 changed ${sandboxServiceSid} {"friendly_name":"Acme"} -> {"friendly_name":"Beta"}`,
  );
  const lines = (await run("--json", "--resource", sandboxServiceSid)).out.trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { actor, action: "changed", after: { friendly_name: "Beta" } },
    { actor: "operator", action: "created", address: null, resource_type: "application" },
    { actor: "operator", action: "created", before: null, resource_type: "service" },
  ]);
});

test("shows what all filters fit, and says when nothing does", async () => {
  const { out } = await run("--action", "created", "--actor", "operator", "--json");
  expect(
    out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).action),
  ).toContain("created");
  expect(await run("--actor", "SK00000000000000000000000000000009")).toEqual({ code: 0, out: "", err: "None.\n" });
  expect(await run("--before", "2020-01-01T00:00:00Z")).toEqual({ code: 0, out: "", err: "None.\n" });
  expect((await run("--after", "yesterday")).err).toMatch(/^400 60200: .*after/);
});
