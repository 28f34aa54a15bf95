import { execFile } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { everyProse, isCommand, ofCloneAlone, packageOf, packagesIn } from "./prose.ts";

/** A registry shows a new package a while after it has taken it. */
const tries = 6;
const pauseMs = 10_000;

// Fails when the registry lacks a package that some document tells people to install, run or import: run after a release.
const places = new Map<string, string[]>();
for (const prose of everyProse)
  for (const name of packagesIn(prose)
    .filter((each) => !isCommand(each))
    .map(packageOf))
    places.set(name, [...new Set([...(places.get(name) ?? []), prose.place])]);
for (const name of ofCloneAlone) places.delete(name);

for (const [name, where] of places) {
  const version = await versionOf(name);
  console.log(
    version === undefined ? `MISSING ${name}, which ${where.join(", ")} names` : `ok      ${name} ${version}`,
  );
  if (version === undefined) process.exitCode = 1;
}

async function versionOf(name: string): Promise<string | undefined> {
  for (let tried = 1; ; tried++) {
    try {
      return (await promisify(execFile)("npm", ["view", name, "version"])).stdout.trim();
    } catch (error) {
      if (!/E404/.test((error as Error).message)) throw error;
      if (tried === tries) return undefined;
      await setTimeout(pauseMs);
    }
  }
}
