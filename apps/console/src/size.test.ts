import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const folder = fileURLToPath(new URL("../dist/", import.meta.url));
const html = readFileSync(`${folder}index.html`, "utf8");

test("the whole console, page, script and style, is at most 60 kB gzipped", () => {
  const files = [...html.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, name]) => readFileSync(`${folder}${name}`));
  expect(files).toHaveLength(2);
  expect(files.join()).not.toMatch(/\bimport\(/);
  const sizes = [html, ...files].map((file) => gzipSync(file).length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(60_000);
});

test("the page has no script or style of its own, and asks nobody else for any", () => {
  expect(html).not.toMatch(/<style|<script>|\sstyle=|\son\w+=|(?:src|href)="(?:https?:)?\/\//);
});
