import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export const NOTICE = "// Generated from the OpenAPI document by `npm run generate`. Do not edit.\n\n";

/** Generated code as the linter wants it. `path` is the place in the repository that it will have. */
export function formatted(path: string, text: string): string {
  const biome = fileURLToPath(import.meta.resolve("@biomejs/biome/bin/biome"));
  const stdinPath = fileURLToPath(new URL(`../../../${path}`, import.meta.url));
  const options = ["check", "--write", `--stdin-file-path=${stdinPath}`, "--diagnostic-level=error"];
  return execFileSync(process.execPath, [biome, ...options], { input: text, encoding: "utf8" });
}

/** A comment that editors show beside the name. */
export function docComment(text = ""): string {
  const lines = text.trim().replaceAll("*/", "*\\/").split("\n");
  if (lines.length > 1) return `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join("\n")}\n */\n`;
  return lines[0] ? `/** ${lines[0]} */\n` : "";
}
