import type { Client, ResponseOf } from "@countersign/client";
import { createVerification, createVerificationCheck } from "@countersign/client/operations";
import { Command, Option } from "commander";
import { type SendingChannel, sendingChannels } from "../kernel/recipient.ts";
import { sandboxServiceSid } from "../sandbox/account.ts";
import { addCallerOptions, answerOf, type CallerOptions, clientOf, refusalOf, resultOf } from "./caller.ts";
import { CommandError, type Terminal } from "./terminal.ts";

type Check = ResponseOf<"createVerificationCheck">;

interface VerifyFlags extends CallerOptions {
  service: string;
  channel?: SendingChannel;
  code?: string;
}

/** `countersign verify` */
export function verifyCommand(terminal: Terminal): Command {
  const command = new Command("verify")
    .description("verify a recipient: start, ask for the code, check it")
    .argument("<to>", "a phone number in E.164 format, or an e-mail address")
    .addOption(new Option("--channel <channel>", "sms, or email for an address, unless given").choices(sendingChannels))
    .option("--code <code>", "the code, in place of asking for it")
    .addOption(new Option("--service <sid>", "the Service").env("COUNTERSIGN_SERVICE").default(sandboxServiceSid))
    .addHelpText("after", "\nEnds with 0 when the recipient is verified, and with 1 when not.");
  return addCallerOptions(command).action(async (to: string, flags: VerifyFlags) => {
    const client = await clientOf(flags);
    const channel = await start(client, to, flags);
    terminal.note(`Sent to ${to} by ${channel}.`);
    const check = await checkUntilOver(terminal, client, to, flags);
    if (flags.json) terminal.print(JSON.stringify(check));
    else terminal.print(resultText(terminal, check));
    if (check.status !== "approved") throw new CommandError(`${to} is not verified.`);
  });
}

async function start(client: Client, to: string, flags: VerifyFlags): Promise<string> {
  const Channel = flags.channel ?? (to.includes("@") ? "email" : "sms");
  const call = createVerification(client, { ServiceSid: flags.service, To: to, Channel });
  return (await resultOf(flags, call)).channel;
}

/** A wrong code can be followed by another, as long as the service takes any. */
async function checkUntilOver(terminal: Terminal, client: Client, to: string, flags: VerifyFlags): Promise<Check> {
  for (;;) {
    const code = flags.code ?? (await terminal.ask("Code: "))?.trim();
    if (code === undefined) throw new CommandError("No code was given. The verification stays pending.");
    const call = createVerificationCheck(client, { ServiceSid: flags.service, To: to, Code: code });
    const { data, error, response } = await answerOf(flags, call);
    if (!data && (flags.code !== undefined || error?.code !== 60200)) {
      throw await refusalOf(flags, response, error);
    }
    if (data && (data.status !== "pending" || flags.code !== undefined)) return data;
    terminal.note(data ? "That code is wrong." : "A code has 4 to 10 letters or digits.");
  }
}

function resultText({ paint }: Terminal, { status, sid }: Check): string {
  return `${paint(status === "approved" ? "green" : "red", String(status))}  ${sid}`;
}
