import { renameSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import type { Read } from "../seed/remote.ts";
import { addCallerOptions, answerOf, type CallerOptions, clientOf, refusalOf } from "./caller.ts";
import { CommandError, onOneLine, type Terminal } from "./terminal.ts";

interface ExportFlags extends CallerOptions, SeedFile {}

/** `countersign export`: writes what a running server has of an account as a seed file. */
export function exportCommand(terminal: Terminal): Command {
  const command = new Command("export")
    .description("write what a running server has of an account as a seed file, without secrets")
    .option("--out <file>", "where to; to standard output without it");
  return addCallerOptions(command).action(async (flags: ExportFlags) => {
    const client = await clientOf(flags, 120_000);
    const takes = { webhooks: { protocols: ["https:", "http:"], hasLoopback: true }, takesUnlisted: true };
    const [{ readServer }, { fitting }] = await loadReader();
    const read = await readServer(async (path, owners, query) => {
      const call = client.GET(path as "/v2/Services", { params: { path: owners, query } } as object);
      const { data, error, response } = await answerOf(flags, call);
      if (!response.ok) throw await refusalOf(flags, response, error as Parameters<typeof refusalOf>[2]);
      return data as object as Record<string, unknown>;
    }, true);
    await writeSeed(terminal, flags, await fitting(read, takes));
  });
}

export const loadReader = () => Promise.all([import("../seed/remote.ts"), import("../seed/fitting.ts")]);

/** Where a seed is written to, and as what. */
export interface SeedFile {
  out?: string;
  json?: boolean;
}

const schema = "https://countersign.github.io/countersign/seed.schema.json";

/** Writes a seed, and tells what it lacks: beside it, and in YAML within it as well. */
export async function writeSeed(
  { print, note }: Terminal,
  { out, json }: SeedFile,
  { seed, notes }: Read,
): Promise<void> {
  const told = notes.map((text) => onOneLine(text));
  const text = json ? JSON.stringify({ $schema: schema, ...seed }, null, 2) : await yamlOf(seed, told);
  if (out === undefined) print(text.trimEnd());
  else replace(out, `${text.trimEnd()}\n`);
  if (told.length > 0) note("Not carried over:");
  for (const line of told) note(`- ${line}`);
}

async function yamlOf(seed: object, notes: readonly string[]): Promise<string> {
  const { stringify } = await import("yaml");
  const lacks = notes.length > 0 ? ["# Not carried over:", ...notes.map((line) => `# - ${line}`)] : [];
  return [`# yaml-language-server: $schema=${schema}`, ...lacks, stringify(seed, { lineWidth: 0 })].join("\n");
}

/** Whoever reads the file meanwhile sees the old one or the new one, never a half. */
function replace(file: string, text: string): void {
  try {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  } catch (error) {
    throw new CommandError(`${file} cannot be written: ${(error as NodeJS.ErrnoException).code}`);
  }
}
