import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startCommand } from "../../test-support/cli.ts";
import { spawnCommand } from "../../test-support/cli-process.ts";

const folder = mkdtempSync(join(tmpdir(), "countersign-stopping-"));
const out = join(folder, "never.yaml");
/** Asks are never answered. */
const silent = createServer();
const env = { TWILIO_ACCOUNT_SID: `AC${"1".repeat(32)}`, TWILIO_AUTH_TOKEN: "token" };
let url: string;
beforeAll(async () => {
  await once(silent.listen(0, "127.0.0.1"), "listening");
  url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
});
afterAll(() => {
  silent.closeAllConnections();
  silent.close();
  rmSync(folder, { recursive: true });
});

test.each([[["import", "--out", out, "--from"]], [["export", "--out", out, "--server"]], [["inbox", "--server"]]])(
  "the first Ctrl-C ends %j at once, which says so",
  async (words) => {
    const asked = once(silent, "request");
    const running = startCommand([...words, url], { env });
    await asked;
    running.stop();
    expect(await running.ended).toEqual({ code: 130, out: "", err: "Stopped.\n" });
  },
);

test.each([
  ["SIGINT" as const, 130],
  ["SIGTERM" as const, 143],
])("the first %s ends the program with %i, and leaves no file", async (signal, code) => {
  const asked = once(silent, "request");
  const { child, ended } = spawnCommand(["import", "--out", out, "--from", url], env);
  await asked;
  child.kill(signal);
  expect(await ended).toMatchObject({ code, err: "Stopped.\n" });
  expect(readdirSync(folder)).toEqual([]);
});
