import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const folder = fileURLToPath(new URL("../dist/", import.meta.url));
const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());

test("the whole console, every file of it, is at most 60 kB gzipped", () => {
  const sizes = files.map(({ parentPath, name }) => gzipSync(readFileSync(`${parentPath}/${name}`)).length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(60_000);
});

test("the page has no script or style of its own, and asks nobody else for any", () => {
  const html = readFileSync(`${folder}index.html`, "utf8");
  expect(html).not.toMatch(/<style|<script>|\sstyle=|\son\w+=|(?:src|href)="(?:https?:)?\/\//);
});
