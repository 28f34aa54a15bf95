import { fetchGuardVerdict } from "@countersign/client/operations";
import { Command, Option } from "commander";
import { type SendingChannel, sendingChannels } from "../kernel/recipient.ts";
import { addCallerOptions, type CallerOptions, clientOf, resultOf } from "./caller.ts";
import { CommandError, type Terminal } from "./terminal.ts";

interface CheckFlags extends CallerOptions {
  channel?: SendingChannel;
  service?: string;
}

/** `countersign guard`: why somebody gets no message. */
export function guardCommand(terminal: Terminal): Command {
  const command = new Command("guard").description("ask a server whether a number would be sent to, and why not");
  const check = command
    .command("check <to>")
    .description("judge a start to a number or an address as if it came now; nothing is sent or counted")
    .addOption(new Option("--channel <channel>", "sms, or email for an address, unless given").choices(sendingChannels))
    .addOption(new Option("--service <sid>", "by one service; otherwise all of the account are asked"))
    .addHelpText("after", "\nEnds with 0 when it would be sent to, and with 1 when not.");
  addCallerOptions(check).action(async (to: string, flags: CheckFlags) => {
    const { channel, service: service_sid } = flags;
    const call = fetchGuardVerdict(await clientOf(flags), { to, channel, service_sid });
    const verdict = await resultOf(flags, call);
    if (flags.json) terminal.print(JSON.stringify(verdict));
    const { would_send: isSent, error_code: code, reason, retry_after_seconds: wait } = verdict;
    const [what, colour] = isSent
      ? (["would be sent to", "green"] as const)
      : (["would not be sent to", "red"] as const);
    const later = wait === null ? "" : ` It may in ${wait} s.`;
    const line = `${terminal.paint(colour, what)}${code === null ? "" : `  ${code}`}${reason ? `  ${reason}${later}` : ""}`;
    if (!flags.json) terminal.print(`${to}  ${line}`);
    if (!isSent) throw new CommandError(`${to} would not be sent to.`);
  });
  return command;
}
