import type { CatalogueEntry } from "@countersign/types";
import { Command, Option } from "commander";
import { integer } from "../kernel/setting.ts";
import { jsonOption, wordOf } from "./options.ts";
import { CommandError, type Terminal } from "./terminal.ts";

/** `countersign errors` */
export function errorsCommand(terminal: Terminal): Command {
  return new Command("errors")
    .description("list the errors of the API, or tell the cause and the remedy of one")
    .argument("[code]", "its number", wordOf(integer(10_000, 99_999), "It has five digits."))
    .addOption(new Option("--api <api>", "of that API alone").choices(["v1", "v2"]))
    .addOption(jsonOption())
    .action(async (code: number | undefined, { api, json }: { api?: string; json?: boolean }) => {
      const found = (await catalogue()).filter(
        (entry) => (code === undefined || entry.code === code) && (api === undefined || entry.api === api),
      );
      if (found.length === 0) throw new CommandError(`There is no error ${code}${api ? ` in ${api}` : ""}.`);
      if (json) terminal.print(JSON.stringify(found, null, 2));
      else for (const entry of found) terminal.print(code === undefined ? row(terminal, entry) : page(terminal, entry));
    });
}

/** The errors of v2, then those of v1, each in the order of their codes. */
export async function catalogue(): Promise<readonly CatalogueEntry[]> {
  return (await import("./catalogue.ts")).entries;
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
