import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import type { Row } from "./row.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));

/** What each adds to a bundle, minified. */
export async function measureSize(): Promise<Row> {
  return {
    name: "bundle, min + gzip",
    client: await size(`export { createClient, unwrap } from "@countersign/client"`),
    twilio: await size(`export { default } from "twilio"`),
  };
}

async function size(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: folder },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    write: false,
    logLevel: "error",
  });
  return `${(gzipSync(outputFiles[0]?.contents ?? "").length / 1000).toFixed(2)} kB`;
}
