import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";

if (process.argv[1] === fileURLToPath(import.meta.url)) keepRelease(pathToFileURL(`${process.cwd()}/`));

/**
 * Keeps the built document as the one that later versions may not break, and gives the chart the version of the program
 * that it installs. Part of `npm run version`.
 */
export function keepRelease(root: URL): void {
  copyFileSync(new URL("spec/dist/openapi.json", root), new URL("spec/released/openapi.json", root));
  const { version } = JSON.parse(readFileSync(new URL("apps/server/package.json", root), "utf8"));
  const chart = new URL("apps/server/deploy/chart/Chart.yaml", root);
  const text = readFileSync(chart, "utf8");
  writeFileSync(chart, text.replaceAll(/^(version|appVersion): .*$/gm, `$1: ${version}`));
}
