import type { Challenge, Entity, Factor } from "@countersign/client";
import { deleteEntity, fetchEntity, listChallenges, listEntities, listFactors } from "@countersign/client/operations";
import { Command, Option } from "commander";
import { sandboxServiceSid } from "../sandbox/account.ts";
import { addCallerOptions, type CallerOptions, clientOf, resultOf } from "./caller.ts";
import { inColumns } from "./columns.ts";
import { printRows } from "./database-command.ts";
import { countOf } from "./options.ts";
import type { Terminal } from "./terminal.ts";

interface Flags extends CallerOptions {
  service: string;
  limit: number;
}

/** `countersign entities`: who has which factors, and what became of their challenges, as the API shows it. */
export function entitiesCommand(terminal: Terminal): Command {
  const command = new Command("entities").description(
    "show entities with their factors and challenges, and delete one",
  );
  const list = command.command("list").description("list the entities of a service, the newest first");
  const show = command.command("show <identity>").description("show one with its factors and its latest challenges");
  const remove = command.command("delete <identity>").description("delete one with its factors and challenges");
  for (const each of [list, show]) each.option("--limit <number>", "how many", countOf, 50);
  for (const each of [list, show, remove]) {
    each.addOption(new Option("--service <sid>", "the Service").env("COUNTERSIGN_SERVICE").default(sandboxServiceSid));
    addCallerOptions(each);
  }
  list.action(async (flags: Flags) => {
    const client = await clientOf(flags);
    const page = { ServiceSid: flags.service, PageSize: flags.limit };
    const { entities } = await resultOf(flags, listEntities(client, page));
    printRows(terminal, entities, flags, entityTable);
  });
  show.action(async (Identity: string, flags: Flags) => {
    const client = await clientOf(flags);
    const entity = { ServiceSid: flags.service, Identity };
    const page = { ...entity, PageSize: flags.limit };
    const shown = await resultOf(flags, fetchEntity(client, entity));
    const { factors } = await resultOf(flags, listFactors(client, page));
    const { challenges } = await resultOf(flags, listChallenges(client, { ...page, Order: "desc" }));
    const tables = [inColumns(["", ""], textsOf(shown)).slice(1), factorTable(factors), challengeTable(challenges)];
    if (flags.json) terminal.print(JSON.stringify({ ...shown, factors, challenges }));
    else terminal.print(tables.flatMap((lines) => (lines.length > 0 ? [lines.join("\n")] : [])).join("\n\n"));
  });
  remove.action(async (Identity: string, flags: Flags) => {
    const client = await clientOf(flags);
    await resultOf(flags, deleteEntity(client, { ServiceSid: flags.service, Identity }));
    printRows(terminal, [{ identity: Identity, deleted: true }], flags);
  });
  return command;
}

function textsOf(entity: Entity): string[][] {
  return Object.entries(entity).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : []));
}

function entityTable(entities: Entity[]): string[] {
  const cells = entities.map(({ identity, sid, date_created }) => [identity ?? "-", sid ?? "-", date_created ?? "-"]);
  return inColumns(["IDENTITY", "SID", "CREATED"], cells);
}

function factorTable(factors: Factor[]): string[] {
  return inColumns(
    ["CREATED", "FACTOR", "TYPE", "STATUS", "UPDATED", "NAME"],
    factors.map(({ date_created, sid, factor_type, status, date_updated, friendly_name }) =>
      [date_created, sid, factor_type, status, date_updated, friendly_name].map((text) => text ?? "-"),
    ),
  );
}

function challengeTable(challenges: Challenge[]): string[] {
  return inColumns(
    ["CREATED", "CHALLENGE", "FACTOR", "STATUS", "RESPONDED", "EXPIRES"],
    challenges.map(({ date_created, sid, factor_sid, status, date_responded, expiration_date }) =>
      [date_created, sid, factor_sid, status, date_responded, expiration_date].map((text) => text ?? "-"),
    ),
  );
}
