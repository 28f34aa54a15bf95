import type { AddressInfo } from "node:net";
import type { Client, Service, ServicePage } from "@countersign/client";
import {
  createService,
  deleteService,
  type FieldsOf,
  fetchService,
  listServices,
} from "@countersign/client/operations";
import { Command, Option } from "commander";
import { createApp } from "../http/app.ts";
import { bundledDocument } from "../http/bundled-document.ts";
import type { Handlers, Request } from "../kernel/handler.ts";
import { newSid } from "../kernel/random.ts";
import { everyScope } from "../kernel/scope.ts";
import { isAmong } from "../notifications/credentials.ts";
import { serviceHandlers } from "../services/services.ts";
import { operator } from "../sql/resources.ts";
import { createTemplates, openTemplates } from "../templates/catalogue.ts";
import { newKey } from "../v1/keys.ts";
import { answerOf, type CallerOptions, clientOf, refusalOf } from "./caller.ts";
import { inColumns } from "./columns.ts";
import { type Database, onDatabase, printRows } from "./database-command.ts";
import { jsonOption } from "./options.ts";
import { templatesOrThrow } from "./server-config.ts";
import { CommandError, type Terminal } from "./terminal.ts";

interface Flags {
  account?: string;
  json?: boolean;
}

/** `countersign services`: the services of an account, by the rules of the API, on the database of a production server. */
export function servicesCommand(terminal: Terminal): Command {
  const command = new Command("services")
    .description("manage the services of a production server")
    .addHelpText("after", "\nReads the same environment as serve. Settings are the API's own, as CodeLength=8.");
  const add = (usage: string, description: string, work: Work, textsOf = details) => {
    const account = new Option("--account <sid>", "whose; the only account, if there is one").env(
      "COUNTERSIGN_ACCOUNT",
    );
    const added = command.command(usage).description(description).addOption(account).addOption(jsonOption());
    added.action(async () => {
      const flags = added.opts<Flags>();
      const services = await onDatabase(terminal, (database) =>
        withApi(database, flags, (api) => work({ ...api, note: terminal.note }, ...added.args)),
      );
      printRows(terminal, services, flags, textsOf);
    });
  };
  add("create <settings...>", "make a service, as FriendlyName=Acme CodeLength=8", create);
  add("list", "list the services, the oldest first", list, table);
  add("show <sid>", "show a service with its settings", ({ client, answered }, Sid) =>
    answered(fetchService(client, { Sid })),
  );
  add("update <sid> <settings...>", "change settings of a service, as CodeLength=8", update);
  add("delete <sid>", "delete a service with all that is of it", async ({ client, answered }, Sid) => {
    await answered(deleteService(client, { Sid }));
    return [{ sid: Sid, deleted: true }];
  });
  return command;
}

type Row = Partial<Service> | { sid: string; deleted: true };
type Call<T> = PromiseLike<{ data?: T | undefined; error?: { message: string } | undefined; response: Response }>;

interface Api {
  client: Client;
  /** The one thing that a call answers. @throws CommandError for a refusal, with its remedy */
  answered<T>(call: Call<T>): Promise<T[]>;
}

type Work = (api: Api & Pick<Terminal, "note">, ...words: string[]) => Promise<Row[]>;

const create: Work = ({ client, answered, note }, ...settings) =>
  answered(noting(note, createService(client, settingsOf(settings) as { FriendlyName: string })));

// By path: a word such as Sid=VA1 is no setting either, and this is told.
const update: Work = ({ client, answered, note }, Sid, ...settings) =>
  answered(noting(note, client.POST("/v2/Services/{Sid}", { params: { path: { Sid } }, body: settingsOf(settings) })));

const list: Work = async ({ client, answered }) => {
  const services: Service[] = [];
  for (let query: FieldsOf<"listServices"> | undefined = { PageSize: 1000 }; query; ) {
    const [page]: ServicePage[] = await answered(listServices(client, query));
    services.push(...(page?.services ?? []));
    // It is at the server's public address, where this command is not.
    const next: string | null | undefined = page?.meta.next_page_url;
    query = next ? Object.fromEntries(new URL(next).searchParams) : undefined;
  }
  return services;
};

/** Tells of names that the API does not know, which change nothing. */
async function noting<T>(note: Terminal["note"], call: Call<T>): Promise<Awaited<Call<T>>> {
  const answer = await call;
  const unknown = answer.response.headers.get("Countersign-Unknown-Parameters");
  if (unknown && answer.response.ok) note(`There is no setting ${decodeURIComponent(unknown)}: that changed nothing.`);
  return answer;
}

/** @throws CommandError for a word that sets nothing. */
function settingsOf(settings: string[]): Record<string, string> {
  const pairs = settings.map((word) => /^([^=]+)=(.*)$/s.exec(word) ?? [word]);
  const wrong = pairs.find(([, name]) => name === undefined);
  if (wrong)
    throw new CommandError(`${wrong[0]} sets nothing. A setting is a name and a value, as CodeLength=8.`, "usage");
  return Object.fromEntries(pairs.map(([, name = "", value = ""]) => [name, value]));
}

/** Serves the API's own operations to this command alone, so that it goes by their rules. */
async function withApi<T>({ store, config }: Database, { account }: Flags, work: (api: Api) => Promise<T>): Promise<T> {
  const accountSid = account ?? (await onlyAccount({ store }));
  const templates = createTemplates(await templatesOrThrow(openTemplates(config.templatesFile)));
  const token = newKey();
  const expected = `Basic ${btoa(`${accountSid}:${token}`)}`;
  const app = createApp({
    document: bundledDocument,
    // Addresses are told as the server tells them.
    publicUrl: config.publicUrl ?? `http://127.0.0.1:${config.port}`,
    handlers: byOperator(
      serviceHandlers({ ...store, newSid, templates, pushes: { has: isAmong(config.pushCredentials) } }),
    ),
    authenticators: {
      basicAuth: ({ authorization }) =>
        authorization === expected
          ? { kind: "account", accountSid, actor: operator.actor, scopes: everyScope }
          : undefined,
    },
  });
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address() as AddressInfo;
  const caller: CallerOptions = { server: `http://127.0.0.1:${port}`, account: accountSid, token };
  try {
    return await work({
      client: await clientOf(caller),
      async answered<Body>(call: Call<Body>) {
        const { data, error, response } = await answerOf(caller, call);
        if (error) throw await refusalOf(caller, response, error);
        return [data as Body];
      },
    });
  } finally {
    await app.close();
  }
}

/** The same handlers for whom no request asked. */
function byOperator(handlers: Partial<Handlers>): Partial<Handlers> {
  const all = Object.entries(handlers as Record<string, (request: Request<"fetchService">) => unknown>);
  return Object.fromEntries(
    all.map(([id, handle]) => [id, (request: never) => handle(Object.assign(request, { by: operator }))]),
  );
}

async function onlyAccount({ store }: Pick<Database, "store">): Promise<string> {
  const accounts = await store.accounts.list();
  const [only] = accounts;
  if (only && accounts.length === 1) return only.sid;
  throw new CommandError(only ? "There are several accounts: name one by --account." : "There is no account.", "usage");
}

function table(rows: Row[]): string[] {
  const cells = (rows as Service[]).map(({ sid, friendly_name, code_length, date_created }) => [
    ...[sid ?? "", friendly_name ?? "", String(code_length), date_created ?? ""],
  ]);
  return inColumns(["SID", "NAME", "CODE", "CREATED"], cells);
}

/** A line for each setting that has a value, by its name in the answer. */
function details(rows: Row[]): string[] {
  return rows.flatMap((row) => inColumns(["NAME", "VALUE"], linesOf(row)));
}

function linesOf(thing: object, before = ""): string[][] {
  return Object.entries(thing).flatMap(([name, value]) => {
    if (value === null || name === "links") return [];
    if (typeof value === "object" && !Array.isArray(value)) return linesOf(value, `${before}${name}.`);
    return [[`${before}${name}`, String(value)]];
  });
}
