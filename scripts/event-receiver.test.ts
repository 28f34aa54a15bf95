import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { sandboxAccount, sandboxServiceSid as serviceSid, startSandbox } from "@countersign/server";
import { expect, test, vi } from "vitest";
import { snippetsIn } from "./snippets.ts";

test("the program of the operator's guide takes the events that are signed for it, and no others", async () => {
  const guide = readFileSync(new URL("../spec/guides/operating.md", import.meta.url), "utf8");
  const [program] = snippetsIn(guide, "operating.md").filter(({ language }) => language === "js");
  // Beside this file, so that its imports resolve as a user's would.
  const folder = mkdtempSync(fileURLToPath(new URL(".receiver-", import.meta.url)));
  const file = join(folder, "receiver.js");
  const port = await freePort();
  writeFileSync(file, `${program?.code.replace("3000", String(port))}\nexport { server };`);
  const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
  const url = `http://127.0.0.1:${port}/events`;
  const env = process.env;
  process.env = { ...env, COUNTERSIGN_WEBHOOK_URL: url, COUNTERSIGN_WEBHOOK_SECRET: secret };
  const printed = vi.spyOn(console, "log").mockImplementation(() => {});
  const { server } = (await import(pathToFileURL(file).href)) as { server: Server };
  const sandbox = await startSandbox();
  const authorization = `Basic ${btoa(`${sandboxAccount.accountSid}:${sandboxAccount.authToken}`)}`;
  const call = (path: string, fields: Record<string, string>) =>
    fetch(`${sandbox.url}${path}`, {
      method: "POST",
      headers: { authorization },
      body: new URLSearchParams(fields),
    });
  try {
    const service = `/v2/Services/${serviceSid}`;
    await call("/sandbox/webhook", { Url: url, Secret: secret, Schema: "event-streams" });
    await call(service, { VerifyEventSubscriptionEnabled: "true" });
    const To = "+12025550123";
    await call(`${service}/Verifications`, { To, Channel: "sms" });
    for (const Code of ["000000", "123456"]) await call(`${service}/VerificationCheck`, { To, Code });
    await expect
      .poll(() => printed.mock.calls.flat())
      .toEqual([expect.stringMatching(/^VE[0-9a-f]{32} took 2 checks$/)]);
    expect((await fetch(url, { method: "POST", body: "[]" })).status).toBe(403);
  } finally {
    process.env = env;
    printed.mockRestore();
    await sandbox.close();
    server.close();
    rmSync(folder, { recursive: true });
  }
});

/** One that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
