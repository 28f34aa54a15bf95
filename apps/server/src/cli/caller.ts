import type { Client } from "@countersign/client";
import { type Command, InvalidArgumentError, Option } from "commander";
import { sandboxAccount } from "../sandbox/account.ts";
import { boundedFetch } from "./bounded-fetch.ts";
import { catalogue } from "./errors.ts";
import {
  adviceOnSilence,
  adviceOnStranger,
  type FoundServer,
  findServer,
  mustBeAddress,
  serverOf,
} from "./found-server.ts";
import { jsonOption } from "./options.ts";
import { silenceOf } from "./silence.ts";
import { CommandError } from "./terminal.ts";

/** Where a command calls, and as whom. */
export interface CallerOptions extends FoundServer {
  account: string;
  token: string;
  json?: boolean;
}

/** Adds the options of whoever calls: the sandbox on this machine, unless they say otherwise. */
export function addCallerOptions(command: Command): Command {
  const options = [
    new Option(
      "--server <url>",
      "where it answers (default: http://127.0.0.1:4010, or the one at PORT; env: COUNTERSIGN_URL)",
    ).argParser(namedServer),
    new Option("--account <sid>", "as whom").env("COUNTERSIGN_ACCOUNT").default(sandboxAccount.accountSid),
    new Option("--token <token>", "the account's auth token; better in the environment, which others don't see")
      .env("COUNTERSIGN_TOKEN")
      .default(sandboxAccount.authToken),
    jsonOption(),
  ];
  for (const option of options) command.addOption(option);
  return command.hook("preAction", (_, action) => {
    const { server } = action.opts<Partial<CallerOptions>>();
    const found = server === undefined ? foundServer() : { server, foundBy: "--server" };
    for (const [name, value] of Object.entries(found)) action.setOptionValue(name, value);
  });
}

function namedServer(word: string): string {
  const server = serverOf(word);
  if (server === undefined) throw new InvalidArgumentError(`It is ${mustBeAddress}.`);
  return server;
}

function foundServer(): FoundServer {
  try {
    return findServer(process.env);
  } catch (error) {
    throw new CommandError((error as Error).message, "usage");
  }
}

/** A client of the server that the options name. */
export async function clientOf({ server, account, token }: CallerOptions, timeoutMs = 30_000): Promise<Client> {
  const { createClient } = await import("@countersign/client");
  return createClient({ baseUrl: server, accountSid: account, authToken: token, timeoutMs, fetch: boundedFetch });
}

/**
 * Takes the answer of a call, success or refusal.
 * @throws CommandError when nobody answers.
 */
export async function answerOf<Result>(flags: CallerOptions, call: PromiseLike<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    if ((error as Error).name !== "ConnectionError") throw error;
    throw await noAnswer(flags, error);
  }
}

/** Ends a command that nobody has answered. @param error what the call has come to */
export async function noAnswer(flags: CallerOptions, error: unknown): Promise<CommandError> {
  const { reason, remedy } = await silenceOf(flags.server, error);
  return new CommandError(`No answer from ${flags.server}: ${reason}. ${adviceOnSilence(flags, remedy)}`);
}

/** What a call gives. @throws CommandError when nobody answers, and for a refusal, with its remedy */
export async function resultOf<Data>(
  flags: CallerOptions,
  call: PromiseLike<{ data?: Data; error?: unknown; response: Response }>,
): Promise<NonNullable<Data>> {
  const { data, error, response } = await answerOf(flags, call);
  if (!response.ok) throw await refusalOf(flags, response, error as Parameters<typeof refusalOf>[2]);
  return data as NonNullable<Data>;
}

/** Ends a command with what a refusal says, and what to do about it. */
export async function refusalOf(
  flags: CallerOptions,
  { status }: Response,
  error: { code?: number | undefined; message: string; details?: unknown },
): Promise<CommandError> {
  const { code, message } = error;
  if (code === undefined) {
    return new CommandError(
      `${flags.server} answers ${message}, which is no answer of this API.${adviceOnStranger(flags)}`,
    );
  }
  // What else details tell is for programs.
  const { reason, recipient } = (error.details ?? {}) as { reason?: string; recipient?: string };
  const why = reason ?? recipient;
  const { remedy = "" } = (await catalogue()).find((entry) => entry.api === "v2" && entry.code === code) ?? {};
  return new CommandError(`${status} ${code}: ${message}${why ? ` (${why})` : ""}. ${remedy}`.trim());
}
