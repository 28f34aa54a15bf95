import { Command } from "commander";
import { readConfig } from "../config.ts";
import { examineChannels } from "./examine-channels.ts";
import { examineDatabase, type Finding } from "./examine-database.ts";
import { CommandError } from "./failure.ts";
import { jsonOption } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/** `countersign doctor` */
export function doctorCommand(terminal: Terminal): Command {
  return new Command("doctor")
    .description("look whether a production server would run: its configuration, its database, its channels")
    .addHelpText(
      "after",
      "\nReads the same environment as serve, and changes nothing. Ends with 78 for a wrong configuration, and with 1 for\nany other problem.",
    )
    .addOption(jsonOption())
    .action(async ({ json }: { json?: boolean }) => {
      const findings = await examine(terminal.env);
      if (json) terminal.print(JSON.stringify(findings, null, 2));
      else for (const finding of findings) terminal.print(lineOf(terminal, finding));
      const problems = findings.filter(({ state }) => state === "problem");
      const isConfiguration = problems.some(({ what }) => what === "configuration");
      const count = problems.length === 1 ? "One problem." : `${problems.length} problems.`;
      if (problems.length > 0) throw new CommandError(count, isConfiguration ? "configuration" : "failure");
    });
}

async function examine(env: Record<string, string | undefined>): Promise<Finding[]> {
  const read = readConfig(env);
  const problems = "problems" in read ? read.problems : [];
  const config = "config" in read ? read.config : undefined;
  return [
    ...problems.map((detail): Finding => ({ what: "configuration", state: "problem", detail })),
    ...(config === undefined ? [] : [{ what: "configuration", state: "ok", detail: "complete" } as const]),
    ...(config === undefined ? [] : await examineDatabase(config.databaseUrl)),
    ...(config === undefined ? [] : await examineChannels(config.channels)),
  ];
}

const marks = { ok: ["green", "✓"], warning: ["yellow", "!"], problem: ["red", "✗"] } as const;

function lineOf({ paint }: Terminal, { what, state, detail }: Finding): string {
  const [colour, mark] = marks[state];
  return `${paint(colour, mark)} ${what.padEnd(14)} ${detail}`;
}
