import type { CatalogueEntry } from "@countersign/types";
import { Command, InvalidArgumentError, Option } from "commander";
import { CommandError } from "./failure.ts";
import { jsonOption } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/** `countersign errors` */
export function errorsCommand(terminal: Terminal): Command {
  return new Command("errors")
    .description("list the errors of the API, or tell the cause and the remedy of one")
    .argument("[code]", "its number", codeOf)
    .addOption(new Option("--api <api>", "of that API alone").choices(["v1", "v2"]))
    .addOption(jsonOption())
    .action(async (code: number | undefined, { api, json }: { api?: string; json?: boolean }) => {
      const { entries } = await import("./catalogue.ts");
      const found = entries.filter(
        (entry) => (code === undefined || entry.code === code) && (api === undefined || entry.api === api),
      );
      if (found.length === 0) throw new CommandError(`There is no error ${code}${api ? ` in ${api}` : ""}.`);
      if (json) terminal.print(JSON.stringify(found, null, 2));
      else for (const entry of found) terminal.print(code === undefined ? row(terminal, entry) : page(terminal, entry));
    });
}

function codeOf(text: string): number {
  if (!/^\d{5}$/.test(text)) throw new InvalidArgumentError("It has five digits.");
  return Number(text);
}

function row({ paint }: Terminal, { api, code, status, message, retryable }: CatalogueEntry): string {
  return `${api}  ${code}  ${status}  ${message}${retryable ? paint("dim", "  (may be tried again)") : ""}`;
}

function page({ paint }: Terminal, entry: CatalogueEntry): string {
  const { api, code, status, message, cause, remedy, retryable, category } = entry;
  return [
    paint("red", `${api} ${code} ${message}`),
    `HTTP ${status}, ${retryable ? "may be tried again later" : "do not retry unchanged"}${category ? `, ${category}` : ""}`,
    `Cause:   ${cause}`,
    `Remedy:  ${remedy}`,
    "",
  ].join("\n");
}
