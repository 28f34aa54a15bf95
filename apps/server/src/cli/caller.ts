import type { Client } from "@countersign/client";
import { catalogue } from "./errors.ts";
import type { CallerOptions } from "./options.ts";
import { CommandError } from "./terminal.ts";

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

/** What the person can read of an error that no connection came about by. */
function reasonOf(error: unknown): string {
  const { message, cause, code, errors } = error as Error & { code?: string; errors?: unknown[] };
  if (cause) return reasonOf(cause);
  // A name with several addresses fails once for each.
  if (errors?.[0]) return reasonOf(errors[0]);
  return message || code || "the connection failed";
}

/** What a refusal says, with what to do about it. */
export async function refusalText<Refusal extends { code?: number | undefined; message: string }>(
  server: string,
  { status }: Response,
  error: Refusal,
): Promise<string> {
  const { code, message } = error;
  if (code === undefined) return `${server} answers ${message}, which is no answer of this API.`;
  const { details } = error as { details?: { reason?: string } };
  const reason = details?.reason ? ` (${details.reason})` : "";
  const { remedy = "" } = (await catalogue()).find((entry) => entry.api === "v2" && entry.code === code) ?? {};
  return `${status} ${code}: ${message}${reason}. ${remedy}`.trim();
}
