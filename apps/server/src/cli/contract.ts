import { writeFileSync } from "node:fs";
import { Command, Option } from "commander";
import { sandboxAccount, sandboxKeys } from "../sandbox/account.ts";
import { addCallerOptions, type CallerOptions, noAnswer } from "./caller.ts";
import { CommandError, type Terminal } from "./terminal.ts";

interface ContractFlags extends CallerOptions {
  integrationKey?: string;
  only?: string[];
  junit?: string;
  github?: boolean;
  send?: boolean;
  keepSandbox?: boolean;
}

/** `countersign contract` */
export function contractCommand(terminal: Terminal): Command {
  const command = new Command("contract")
    .description("check whether a server answers as the document says: a sandbox, a deployment, a mock")
    .addOption(
      new Option(
        "--integration-key <key>",
        "with which it makes an application of v1; else v1 sees strangers alone",
      ).env("COUNTERSIGN_INTEGRATION_KEY"),
    )
    .option("--only <names...>", "check these stories and operations alone")
    .option("--junit <file>", "write the report as JUnit XML")
    .option("--github", "print departures as annotations of GitHub Actions")
    .option("--send", "let a server that is no sandbox send messages; they go to fictional numbers")
    .option("--keep-sandbox", "leave a sandbox's clock and contents alone")
    .addHelpText("after", help);
  return addCallerOptions(command).action((flags: ContractFlags) => check(terminal, flags));
}

const help = `
Tells the stories of the document and walks every operation, with right requests and wrong ones. It works in a service
of its own, which it deletes again. Without a sandbox it makes no message go out unless --send; in a sandbox it moves
the clock, and forgets everything at the end, unless --keep-sandbox.

Ends with 0 when nothing departs from the document, and with 1 when something does.`;

async function check(terminal: Terminal, flags: ContractFlags): Promise<void> {
  const { server, account: accountSid, token: authToken, send = false, keepSandbox = false } = flags;
  const integrationKey = flags.integrationKey ?? sandboxKeyOf(flags);
  const signal = terminal.stopping();
  terminal.note(`Checks ${server}, in a service of its own that is deleted again${keepSandbox ? "" : warning}.`);
  const { checkContract, departuresIn, ServerGoneError } = await import("@countersign/contract");
  const { githubAnnotations, junit, reportLines } = await import("./contract-report.ts");
  const report = await checkContract({
    server,
    accountSid,
    authToken,
    send,
    keepSandbox,
    ...(flags.only && { only: flags.only }),
    signal,
    ...(integrationKey !== undefined && { integrationKey }),
    onWait: (seconds) => terminal.note(`A limit is used up. Waits ${seconds} s.`),
    onProgress: (done, total, name) => terminal.progress(`${done}/${total}  ${name}`),
  }).catch(async (error: unknown) => {
    if (signal.aborted) throw new CommandError("Stopped. What was made is deleted.");
    throw error instanceof ServerGoneError ? await noAnswer(flags, error.cause) : error;
  });
  terminal.progress("");
  if (flags.junit !== undefined) writeFile(flags.junit, junit(report));
  if (flags.json) terminal.print(JSON.stringify(report, null, 2));
  else for (const line of reportLines(report, terminal.paint)) terminal.print(line);
  if (flags.github) for (const line of githubAnnotations(report)) terminal.print(line);
  const count = departuresIn(report);
  if (count > 0) throw new CommandError(`${server} departs from the document.`);
}

const warning = "; a sandbox's clock is moved, and its contents are forgotten";

/** Everybody knows that of the sandbox's own account. */
function sandboxKeyOf({ account, token }: CallerOptions): string | undefined {
  const isOfSandbox = account === sandboxAccount.accountSid && token === sandboxAccount.authToken;
  return isOfSandbox ? sandboxKeys.integrationKey : undefined;
}

function writeFile(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new CommandError(`${file} cannot be written: ${(error as NodeJS.ErrnoException).code}`);
  }
}
