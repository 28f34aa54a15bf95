import { fileURLToPath } from "node:url";
import getReleasePlan from "@changesets/get-release-plan";
import { expect, test } from "vitest";
import { publishedPackages } from "./published.ts";

test("a release can be made of the changesets: each can be read, and names packages that are published", async () => {
  const { changesets, releases } = await getReleasePlan(fileURLToPath(new URL("..", import.meta.url)));
  const names = publishedPackages.map(({ name }) => name);
  const named = changesets.flatMap((changeset) => changeset.releases.map(({ name }) => `${changeset.id}: ${name}`));
  expect(named.filter((line) => !names.some((name) => line.endsWith(`: ${name}`)))).toEqual([]);
  const versions = releases.filter(({ type }) => type !== "none").map(({ newVersion }) => newVersion);
  expect(new Set(versions).size).toBeLessThanOrEqual(1);
});
