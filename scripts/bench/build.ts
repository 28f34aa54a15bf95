import { cpSync, lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BenchOptions, type Findings, figure, inTurn, median, ours, reach } from "./figures.ts";
import { rootFolder, run } from "./processes.ts";

/** A schema that much refers to. */
const schema = "spec/components/schemas/Verification.yaml";

/** `npm run build` in a copy of the repository: with nothing kept, with nothing changed, and after a change to one schema. */
export async function measureBuild({ runs }: BenchOptions): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-build-"));
  try {
    await copyRepository(folder);
    let changes = 0;
    const kinds = {
      async cold() {
        await run("git", ["clean", "-dfxq", "-e", "node_modules"], { cwd: folder });
        rmSync(join(folder, "node_modules/.cache"), { recursive: true, force: true });
      },
      async cached() {},
      async edited() {
        changes += 1;
        const file = join(folder, schema);
        writeFileSync(file, readFileSync(file, "utf8").replace(/^description: .*/m, `description: Change ${changes}.`));
      },
    };
    const seconds = await inTurn(["cold", "cached", "edited"] as const, runs, async (kind) => {
      await kinds[kind]();
      const begun = performance.now();
      await run("npm", ["run", "build", "--silent"], { cwd: folder });
      return (performance.now() - begun) / 1000;
    });
    return {
      figures: [
        figure("Build, cold", "s", ours, seconds.cold),
        figure("Build, nothing changed", "s", ours, seconds.cached),
        figure("Build, one schema edited", "s", ours, seconds.edited),
      ],
      reaches: [
        reach("Build", "cold", median(seconds.cold), "s", { most: 30 }),
        reach("Build", "nothing changed", median(seconds.cached), "s", { most: 1 }),
        reach("Build", "one schema edited", median(seconds.edited), "s", { most: 10 }),
      ],
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What git knows or would take, and what is installed, as a repository of its own. */
async function copyRepository(folder: string): Promise<void> {
  const git = (...words: string[]) => run("git", words, { cwd: rootFolder });
  const files = (await git("ls-files", "-z", "--cached", "--others", "--exclude-standard")).split("\0").filter(Boolean);
  const installed = (await git("ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory"))
    .split("\0")
    .filter((path) => path.endsWith("node_modules/") && !path.startsWith("scripts/bench/"));
  for (const path of [...files, ...installed]) {
    // Git lists what was removed and not yet committed, too.
    if (!lstatSync(join(rootFolder, path), { throwIfNoEntry: false })) continue;
    // Links stay relative, so that those of the workspaces lead to the copy.
    cpSync(join(rootFolder, path), join(folder, path), { recursive: true, verbatimSymlinks: true });
  }
  const inCopy = (...words: string[]) => run("git", words, { cwd: folder });
  await inCopy("init", "--quiet");
  await inCopy("add", "--all");
  const author = ["-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "commit.gpgsign=false"];
  await inCopy(...author, "commit", "--quiet", "--no-verify", "--message", "copy");
}
