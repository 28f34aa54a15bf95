import type { Client } from "@countersign/client";
import { type Command, Option } from "commander";
import { baseUrl } from "../config.ts";
import { sandboxAccount } from "../sandbox/account.ts";
import { catalogue } from "./errors.ts";
import { jsonOption, wordOf } from "./options.ts";
import { CommandError } from "./terminal.ts";

/** Where a command calls, and as whom. */
export interface CallerOptions {
  server: string;
  account: string;
  token: string;
  json?: boolean;
}

/** Adds the options of whoever calls: the sandbox on this machine, unless they say otherwise. */
export function addCallerOptions(command: Command): Command {
  const options = [
    new Option("--server <url>", "where it answers")
      .env("COUNTERSIGN_SERVER")
      .default("http://127.0.0.1:4010")
      .argParser((word) => baseUrlOf(word).replace(/\/+$/, "")),
    new Option("--account <sid>", "as whom").env("COUNTERSIGN_ACCOUNT").default(sandboxAccount.accountSid),
    new Option("--token <token>", "the account's auth token; better in the environment, which others don't see")
      .env("COUNTERSIGN_TOKEN")
      .default(sandboxAccount.authToken),
    jsonOption(),
  ];
  for (const option of options) command.addOption(option);
  return command;
}

const baseUrlOf = wordOf(baseUrl, "It is an address as http://127.0.0.1:4010.");

/** A client of the server that the options name. */
export async function clientOf({ server, account, token }: CallerOptions, timeoutMs = 30_000): Promise<Client> {
  const { createClient } = await import("@countersign/client");
  return createClient({ baseUrl: server, accountSid: account, authToken: token, timeoutMs });
}

/**
 * Takes the answer of a call, success or refusal.
 * @throws CommandError when nobody answers.
 */
export async function answerOf<Result>({ server }: CallerOptions, call: PromiseLike<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    if ((error as Error).name !== "ConnectionError") throw error;
    throw new CommandError(`No answer from ${server}: ${reasonOf(error)}`);
  }
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

/** What the person can read of an error that no connection came about by. */
function reasonOf(error: unknown): string {
  const { message, cause, code, errors } = error as Error & { code?: string; errors?: unknown[] };
  if (cause) return reasonOf(cause);
  // A name with several addresses fails once for each.
  if (errors?.[0]) return reasonOf(errors[0]);
  return message || code || "the connection failed";
}

/** Ends a command with what a refusal says, and what to do about it. */
export async function refusalOf(
  { server }: CallerOptions,
  { status }: Response,
  error: { code?: number | undefined; message: string; details?: unknown },
): Promise<CommandError> {
  const { code, message } = error;
  if (code === undefined) return new CommandError(`${server} answers ${message}, which is no answer of this API.`);
  // What else details tell is for programs.
  const { reason, recipient } = (error.details ?? {}) as { reason?: string; recipient?: string };
  const why = reason ?? recipient;
  const { remedy = "" } = (await catalogue()).find((entry) => entry.api === "v2" && entry.code === code) ?? {};
  return new CommandError(`${status} ${code}: ${message}${why ? ` (${why})` : ""}. ${remedy}`.trim());
}
