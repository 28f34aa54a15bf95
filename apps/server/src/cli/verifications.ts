import type { Client, ResponseOf } from "@countersign/client";
import {
  fetchConsoleVerification,
  fetchRefusedStart,
  listConsoleVerifications,
  listRefusedStarts,
  listVerificationEvents,
  revealRecipient,
} from "@countersign/client/operations";
import { Command } from "commander";
import { addCallerOptions, type CallerOptions, clientOf, resultOf } from "./caller.ts";
import { inColumns } from "./columns.ts";
import { printRows } from "./database-command.ts";
import { countOf } from "./options.ts";
import { CommandError, type Terminal } from "./terminal.ts";

interface ListFlags extends CallerOptions {
  refused?: boolean;
  reveal?: boolean;
  limit: number;
  to?: string;
  status?: string;
  channel?: string;
  country?: string;
  service?: string;
  error?: string;
  tag?: string;
  after?: string;
  before?: string;
}

type Verification = ResponseOf<"fetchConsoleVerification">;
type RefusedStart = ResponseOf<"fetchRefusedStart">;
type Event = ResponseOf<"listVerificationEvents">["events"][number];

/** `countersign verifications`: what happened to them, as the API shows it. */
export function verificationsCommand(terminal: Terminal): Command {
  const command = new Command("verifications")
    .description("show what happened to verifications")
    .addHelpText("after", "\nA production server masks recipients; what --reveal shows, its audit trail keeps.");
  const list = command
    .command("list")
    .description("list verifications, the newest first")
    .option("--refused", "starts that were refused, in place of verifications")
    .option("--to <recipient>", "those to one phone number or e-mail address")
    .option("--status <status>", "those that are pending, approved, canceled, max_attempts_reached or expired")
    .option("--channel <channel>", "those by one channel")
    .option("--country <country>", "those to one country, as US")
    .option("--service <sid>", "those of one service")
    .option("--error <code>", "those whose last failed send has this error, or that were refused with it")
    .option("--tag <name:value>", "those with this tag, to the letter")
    .option("--after <time>", "those of then or later, as 2026-03-02T09:00:00Z")
    .option("--before <time>", "those of then or earlier")
    .option("--limit <number>", "how many", countOf, 50);
  const show = command.command("show <sid>").description("show one with all that happened, or a refused start");
  for (const each of [list, show]) addCallerOptions(each.option("--reveal", "show recipients whole"));
  list.action(async (flags: ListFlags) => {
    const client = await clientOf(flags);
    const rows = await pagesOf(client, flags);
    for (const row of rows) if (flags.reveal) await reveal(client, flags, row);
    const table = flags.refused ? refusedTable : verificationTable;
    printRows(terminal, rows, flags, table as (rows: object[]) => string[]);
  });
  show.action(async (sid: string, flags: ListFlags) => {
    const client = await clientOf(flags);
    const found = await fetched(client, flags, sid);
    if (flags.reveal) await reveal(client, flags, found);
    if (flags.json) terminal.print(JSON.stringify(found));
    else for (const line of shown(found)) terminal.print(line);
  });
  return command;
}

type Row = Verification | RefusedStart;

/** As many as are wanted, from as many pages: of what is rare, one has few. */
async function pagesOf(client: Client, flags: ListFlags): Promise<Row[]> {
  const { to, status, channel, country, service: service_sid, error: error_code, tag, after, before, limit } = flags;
  const filter = { to, status, channel, country, service_sid, error_code, tag, after, before };
  const rows: Row[] = [];
  for (let PageToken: string | undefined | null; PageToken !== null && rows.length < limit; ) {
    // What is no filter of a list, and no value of one, the server refuses by name.
    const query = { ...filter, PageSize: limit - rows.length, PageToken } as object;
    const { meta, ...page } = flags.refused
      ? await resultOf(flags, listRefusedStarts(client, query))
      : await resultOf(flags, listConsoleVerifications(client, query));
    rows.push(...Object.values(page).flat());
    // The next page is where others reach the server, which may not be where this command does.
    PageToken = meta.next_page_url && new URL(meta.next_page_url).searchParams.get("PageToken");
  }
  return rows;
}

async function reveal(client: Client, flags: CallerOptions, row: Row): Promise<void> {
  if (!row.is_masked) return;
  const { to } = await resultOf(flags, revealRecipient(client, { Sid: row.sid }));
  Object.assign(row, { to, is_masked: false });
}

async function fetched(client: Client, flags: CallerOptions, Sid: string): Promise<Row & { events?: Event[] }> {
  if (/^RQ/i.test(Sid)) return resultOf(flags, fetchRefusedStart(client, { Sid }));
  if (!/^VE/i.test(Sid)) throw new CommandError(`${Sid} is neither a verification, as VE…, nor a request, as RQ….`);
  const verification = await resultOf(flags, fetchConsoleVerification(client, { Sid }));
  const { events } = await resultOf(flags, listVerificationEvents(client, { Sid }));
  return { ...verification, events };
}

function shown({ events, ...row }: Row & { events?: Event[] }): string[] {
  const facts = inColumns(
    ["", ""],
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "-"),
    ]),
  ).slice(1);
  return events ? [...facts, "", ...eventTable(events)] : facts;
}

function verificationTable(rows: Verification[]): string[] {
  return inColumns(
    ["WHEN", "SID", "TO", "CHANNEL", "STATUS", "SENDS", "CHECKS", "ERROR"],
    rows.map(({ date_created, sid, to, channel, status, reason, sends, checks, error_code }) => [
      ...[date_created, sid, to, channel, reason === "max_attempts_reached" ? reason : status],
      ...[String(sends), String(checks), error_code ?? "-"],
    ]),
  );
}

function refusedTable(rows: RefusedStart[]): string[] {
  return inColumns(
    ["WHEN", "SID", "TO", "CHANNEL", "ERROR", "PARAMETER"],
    rows.map(({ date_created, sid, to, channel, error_code, parameter }) => [
      ...[date_created, sid, to ?? "-", channel ?? "-", String(error_code), parameter ?? "-"],
    ]),
  );
}

function eventTable(events: Event[]): string[] {
  return inColumns(
    ["WHEN", "WHAT", "CHANNEL", "PROVIDER", "TRIES", "ERROR"],
    events.map(({ date, type, channel, provider, tries, error_code }) => [
      ...[date, type, channel ?? "-", provider ?? "-", String(tries ?? "-"), error_code ?? "-"],
    ]),
  );
}
