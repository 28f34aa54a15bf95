import type { IncomingMessage } from "node:http";
import type { Logger } from "pino";
import { unforeseeableSid } from "../kernel/random.ts";

/** The header that tells the caller the request's id, by which it is found in the log. */
export const requestIdHeader = "twilio-request-id";

/** The id of a request, whoever asks for it first. */
export function requestIdOf(request: IncomingMessage & { requestId?: string }): string {
  request.requestId ??= unforeseeableSid("RQ");
  return request.requestId;
}

/** A request as the log knows it. Of what the caller sent it has nothing but the method. */
export interface LogEntry {
  id: string;
  method?: string | undefined;
  operation?: { operationId: string; path: string };
  /** Whose receipt it was, once its address was found to be one that was given away. */
  receipt?: { provider: string; attemptSid: string } | undefined;
}

export interface RequestLog {
  /** One line for each request; without a status when the caller broke off. */
  answered(entry: LogEntry & { status: number | undefined; ms?: number }): void;
  /** Nothing more is written of a refusal. */
  refused(operation: { operationId: string }, code: number | string): void;
  /** One more line when the server failed. */
  failed(error: unknown, entry: LogEntry): void;
}

/**
 * Writes of each request what it was and how it ended. Codes, secrets and recipients never come here.
 * @param counts are told of each request and each refusal, too
 */
export function createRequestLog(
  logger: Pick<Logger, "info" | "error"> | undefined,
  counts: Partial<Pick<RequestLog, "answered" | "refused">> = {},
): RequestLog {
  const { answered: count = () => undefined, refused = () => undefined } = counts;
  if (!logger) return { answered: count, refused, failed: () => undefined };
  return {
    refused,
    answered(answered) {
      count(answered);
      const { status, ms = 0 } = answered;
      const line = Object.assign(lineOf(answered), { status, ms: Math.round(ms * 1000) / 1000 });
      if (status !== undefined && status >= 500) logger.error(line, "request");
      else logger.info(line, "request");
    },
    failed: (error, entry) => logger.error({ ...lineOf(entry), error: describe(error) }, "failure"),
  };
}

function lineOf({ id, method, operation, receipt }: LogEntry) {
  return Object.assign({ requestId: id, operationId: operation?.operationId, method, path: operation?.path }, receipt);
}

/** A database's message can repeat the values of a row, so what could be a number or an address is left out. */
function describe(error: unknown): { name: string; message: string; stack: string[] } {
  const { name, message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  return {
    name,
    message: message.replace(/[^\s"'()=]*@[^\s"'()=]*|\+?\d{4,}/g, "…"),
    stack: stack.split("\n").filter((line) => line.startsWith("    at ")),
  };
}
