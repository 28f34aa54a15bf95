import type { Client, ResponseOf } from "@countersign/client";
import { fetchNextMessage, listMessages } from "@countersign/client/operations";
import { Command } from "commander";
import { addCallerOptions, answerOf, type CallerOptions, clientOf, refusalOf } from "./caller.ts";
import { adviceOnStranger } from "./found-server.ts";
import { countOf } from "./options.ts";
import { CommandError, type Terminal } from "./terminal.ts";

type Message = ResponseOf<"fetchNextMessage">;

interface InboxFlags extends CallerOptions {
  to?: string;
  last: number;
  follow?: boolean;
}

/** The sandbox answers after that time at the latest, and is asked again. */
const waitSeconds = 30;

/** `countersign inbox` */
export function inboxCommand(terminal: Terminal): Command {
  const command = new Command("inbox")
    .description("show the messages of a sandbox, the newest last")
    .option("--to <recipient>", "those to one recipient")
    .option("--last <number>", "how many", countOf, 20)
    .option("-f, --follow", "wait for more, until Ctrl-C");
  return addCallerOptions(command).action(async (flags: InboxFlags) => {
    const client = await clientOf(flags, (waitSeconds + 10) * 1000);
    const messages = await list(client, flags);
    for (const message of messages.toReversed()) show(terminal, message, flags);
    if (flags.follow) await follow(terminal, client, flags, messages[0]?.sid);
    else if (messages.length === 0 && !flags.json) terminal.note("No messages.");
  });
}

async function list(client: Client, flags: InboxFlags): Promise<Message[]> {
  const call = listMessages(client, { PageSize: flags.last, To: flags.to });
  const { data, error, response } = await answerOf(flags, call);
  if (data) return data.messages;
  if (response.status === 404)
    throw new CommandError(`${flags.server} is no sandbox, so it has no inbox.${adviceOnStranger(flags)}`);
  throw await refusalOf(flags, response, error);
}

async function follow(terminal: Terminal, client: Client, flags: InboxFlags, last: string | undefined): Promise<void> {
  // The inbox has no such message, so that every message comes after it.
  let after = last ?? `MS${"0".repeat(32)}`;
  const signal = terminal.stopping();
  while (!signal.aborted) {
    const next = { TimeoutSeconds: waitSeconds, After: after, To: flags.to };
    const call = fetchNextMessage(client, next, { signal });
    const { data, error, response } = await answerOf(flags, call).catch((failure: unknown) => {
      if (signal.aborted) return { data: undefined, error: undefined, response: undefined };
      throw failure;
    });
    if (!response) return;
    if (data) {
      show(terminal, data, flags);
      after = data.sid;
    } else if (response.status !== 404) throw await refusalOf(flags, response, error);
  }
}

function show({ print, paint }: Terminal, message: Message, { json }: InboxFlags): void {
  if (json) {
    print(JSON.stringify(message));
    return;
  }
  const { date_created, channel, to, code, text } = message;
  const time = date_created.slice(11, 19);
  // A text may have lines, and what a terminal would obey.
  const line = text.replace(/\p{Cc}+/gu, " ").trimEnd();
  // A push has no code.
  const words = [paint("dim", time), channel.padEnd(8), to, code && paint("green", code), line];
  print(words.filter((word) => word !== "").join("  "));
}
