import type { ResponseOf } from "@countersign/client";
import { listAudit } from "@countersign/client/operations";
import { Command } from "commander";
import { addCallerOptions, type CallerOptions, clientOf, resultOf } from "./caller.ts";
import { inColumns } from "./columns.ts";
import { printRows } from "./database-command.ts";
import { countOf } from "./options.ts";
import type { Terminal } from "./terminal.ts";

interface AuditFlags extends CallerOptions {
  actor?: string;
  resource?: string;
  action?: string;
  after?: string;
  before?: string;
  limit: number;
}

type Entry = ResponseOf<"listAudit">["entries"][number];

/** `countersign audit`: the trail of an account, as the API shows it. */
export function auditCommand(terminal: Terminal): Command {
  const command = new Command("audit")
    .description("show who changed what, the newest first")
    .option("--actor <actor>", "what this one did, as the sid of an API key, or operator")
    .option("--resource <sid>", "what was done to this one")
    .option("--action <action>", "what was done in this way, as created or revealed")
    .option("--after <time>", "what was done then or later, as 2026-03-02T09:00:00Z")
    .option("--before <time>", "what was done then or earlier")
    .option("--limit <number>", "how many", countOf, 50);
  return addCallerOptions(command).action(async (flags: AuditFlags) => {
    const { actor, resource, action, after, before, limit: PageSize } = flags;
    // What is no value of a filter the server refuses by name.
    const filter = { actor, resource, action, after, before } as object;
    const { entries } = await resultOf(flags, listAudit(await clientOf(flags), { ...filter, PageSize }));
    printRows(terminal, entries, flags, table);
  });
}

/** Without the entry's own sid, which `--json` tells. */
function table(entries: Entry[]): string[] {
  const rows = entries.map(({ date, actor, address, action, resource_type, resource_sid, ...changed }) => {
    const { before, after } = changed;
    const what = [before, after].map((part) => (part ? JSON.stringify(part) : "")).join(" -> ");
    return [date, actor, address ?? "-", action, resource_sid ?? resource_type, before || after ? what.trim() : ""];
  });
  return inColumns(["WHEN", "WHO", "FROM", "DID", "TO", "WHAT"], rows);
}
