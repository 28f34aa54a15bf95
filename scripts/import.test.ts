import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startMock } from "@countersign/mock";
import { sandboxAccount, startSandbox } from "@countersign/server";
import { expect, test } from "vitest";
import { runCommand } from "../apps/server/test-support/cli.ts";

test("what the mock plays as the hosted service is imported, and a sandbox begins with it", async () => {
  const mock = await startMock();
  const folder = mkdtempSync(join(tmpdir(), "countersign-import-"));
  const file = join(folder, "countersign.yaml");
  const env = { TWILIO_ACCOUNT_SID: sandboxAccount.accountSid, TWILIO_AUTH_TOKEN: "token" };
  expect(await runCommand(["import", "--from", mock.url, "--out", file], { env })).toMatchObject({ code: 0, out: "" });
  await mock.close();
  expect(readFileSync(file, "utf8")).toMatch(
    /rate_limits:[\s\S]*buckets:[\s\S]*messaging_configurations:[\s\S]*webhooks:/,
  );
  const sandbox = await startSandbox({ seed: file });
  const authorization = `Basic ${btoa(`${sandboxAccount.accountSid}:${sandboxAccount.authToken}`)}`;
  const answer = await fetch(`${sandbox.url}/v2/Services`, { headers: { authorization } });
  const { services } = (await answer.json()) as { services: { sid: string }[] };
  for (const { sid } of services) expect(readFileSync(file, "utf8")).toContain(sid);
  await sandbox.close();
  rmSync(folder, { recursive: true });
});
