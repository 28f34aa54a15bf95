import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const filesMax = 29;

test(`one check passes at most ${filesMax} files of the server`, async () => {
  const way = fileURLToPath(new URL("way.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", way]);
  const [, files] = /^(\d+) files$/m.exec(stdout) ?? [];
  expect(Number(files), stdout).toBeGreaterThan(10);
  expect(Number(files), stdout).toBeLessThanOrEqual(filesMax);
});
