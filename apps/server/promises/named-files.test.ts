import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withFiles } from "../src/kernel/secrets.ts";
import { readText } from "../src/kernel/text-file.ts";
import { readPushCredentials } from "../src/notifications/credentials.ts";
import { readSeed } from "../src/seed/file.ts";
import { readTemplates } from "../src/templates/file.ts";
import { runCommand } from "../test-support/cli.ts";

const folder = mkdtempSync(join(tmpdir(), "countersign-files-"));
const at = (name: string) => join(folder, name);
const mebibytes = 1024 * 1024;
beforeAll(() => {
  writeFileSync(at("full"), "ä".repeat(2 * mebibytes));
  writeFileSync(at("large"), "");
  truncateSync(at("large"), 4 * mebibytes + 1);
  mkdirSync(at("folder"));
  execFileSync("mkfifo", [at("pipe")]);
});
afterAll(() => rmSync(folder, { recursive: true }));

const problemsOf = (read: object) => ("problems" in read ? (read.problems as unknown[]).flat() : []);
const credential = `CR${"1".repeat(32)}`;
/** What reads a file that somebody names, and what it says of one. */
const readers: Record<string, (path: string) => unknown> = {
  "a secret": (path) => withFiles({ SECRET_FILE: path }, ["SECRET"]).problems[0]?.problem,
  "a push credential": (path) => readPushCredentials({ COUNTERSIGN_PUSH_APN: `${credential}=${path}` }).problems[0],
  "a seed file": (path) => problemsOf(readSeed(path))[0],
  "a file of templates": (path) => readTemplates(path).problems[0],
  "a certificate": async (path) => (await runCommand(["sandbox", "--tls-cert", path, "--tls-key", path])).err,
  "what a seed file names": (path) => {
    writeFileSync(at("seed.json"), JSON.stringify({ templates: path }));
    const seed = readSeed(at("seed.json"));
    return "problems" in seed ? seed.problems : seed.tell(seed.faults)[0];
  },
};

describe("a file that somebody names is read to 4 MB, and what is no file not at all", () => {
  it.each(Object.entries(readers))("%s", async (_, read) => {
    for (const path of ["/dev/zero", at("pipe"), at("folder")])
      expect(await read(path)).toMatch(/it is no file\.?\n?$/);
    expect(await read(at("large"))).toMatch(/it is larger than 4 MB\.?\n?$/);
    expect(await read(at("nowhere"))).toMatch(/ENOENT\.?\n?$/);
  });

  it("is whole where it has 4 MB, and what the system shows as one without a size too", () => {
    expect(readText(at("full"))).toEqual({ text: "ä".repeat(2 * mebibytes), at: expect.any(Number) });
    if (existsSync("/proc/self/limits"))
      expect(readText("/proc/self/limits")).toEqual({ text: expect.stringContaining("Max"), at: expect.any(Number) });
  });
});
