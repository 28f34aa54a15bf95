import { Command, CommanderError, Option } from "commander";
import manifest from "../../package.json" with { type: "json" };
import { StoreUnavailableError } from "../kernel/refusal.ts";
import { accountsCommand } from "./accounts.ts";
import { auditCommand } from "./audit.ts";
import { blocksCommand } from "./blocks.ts";
import { contractCommand } from "./contract.ts";
import { doctorCommand } from "./doctor.ts";
import { entitiesCommand } from "./entities.ts";
import { eraseCommand } from "./erase.ts";
import { errorsCommand } from "./errors.ts";
import { exportCommand } from "./export.ts";
import { failuresCommand } from "./failures.ts";
import { figuresCommand } from "./figures.ts";
import { guardCommand } from "./guard.ts";
import { importCommand } from "./import.ts";
import { inboxCommand } from "./inbox.ts";
import { initCommand } from "./init.ts";
import { providersCommand } from "./providers.ts";
import { sandboxCommand } from "./sandbox.ts";
import { seedCommand } from "./seed.ts";
import { serveCommand } from "./serve.ts";
import { servicesCommand } from "./services.ts";
import { CommandError, exitCodes, type Terminal } from "./terminal.ts";
import { migrateCommand, resealCommand } from "./upkeep.ts";
import { verificationsCommand } from "./verifications.ts";
import { verifyCommand } from "./verify.ts";

/**
 * Runs the command that the words name.
 * @returns the exit code: 0, 1 for a failure, 2 for words that cannot be understood, 78 for a wrong configuration, 130 or 143
 * for a command that was stopped and is still at work: whoever runs it has to end
 */
export async function runProgram(words: string[], terminal: Terminal): Promise<number> {
  let isStopped = false;
  const stopped = terminal.stopped.then((code) => {
    isStopped = true;
    terminal.note("Stopped.");
    return code;
  });
  const ended = programOf(terminal, words)
    .parseAsync(words, { from: "user" })
    .then(
      () => 0,
      (error) => (isStopped ? exitCodes.failure : exitCodeOf(error, terminal)),
    );
  return await Promise.race([ended, stopped]);
}

/** The commands, with what they do. @param words what is asked of them */
export function programOf(terminal: Terminal, words: readonly string[] = []): Command {
  const program = new Command("countersign")
    .option("-V, --version", "print the version; with --json as JSON")
    .addOption(new Option("-v").hideHelp())
    .on("option:version", () => printVersion(terminal, words, program))
    .on("option:v", () => printVersion(terminal, words, program))
    .description("An open verification service. Not affiliated with Twilio.")
    .addHelpText(
      "after",
      "\nEnds with 0, with 1 for a failure, 2 for a wrong command, 78 for a wrong configuration, 130 or 143 where a signal stops it.",
    );
  const commands = [
    sandboxCommand(terminal),
    initCommand(terminal),
    serveCommand(terminal),
    migrateCommand(terminal),
    resealCommand(terminal),
    inboxCommand(terminal),
    verifyCommand(terminal),
    verificationsCommand(terminal),
    errorsCommand(terminal),
    accountsCommand(terminal),
    servicesCommand(terminal),
    seedCommand(terminal),
    exportCommand(terminal),
    importCommand(terminal),
    entitiesCommand(terminal),
    auditCommand(terminal),
    figuresCommand(terminal),
    blocksCommand(terminal),
    guardCommand(terminal),
    providersCommand(terminal),
    failuresCommand(terminal),
    eraseCommand(terminal),
    doctorCommand(terminal),
    contractCommand(terminal),
  ];
  for (const command of commands) program.addCommand(command);
  program.hook("preAction", (_, action) => refuseEmptyWords(action));
  for (const command of everyCommand(program)) {
    if (command.commands.length > 0) command.helpCommand(false).addCommand(helpCommand(command));
  }
  for (const command of everyCommand(program)) {
    refuseRepeated(command);
    command
      .exitOverride()
      .allowExcessArguments(false)
      .configureOutput({
        writeOut: (text) => terminal.print(text.trimEnd()),
        // It is told once it is known which command it is about.
        writeErr: () => {},
      });
  }
  return program;
}

/** Before the other words are looked at, as users of other programs expect; they may name a command, and do nothing else. */
function printVersion(terminal: Terminal, words: readonly string[], program: Command): never {
  const { version } = manifest;
  const others = words.filter((word) => !/^(--version|-V|-v|--json)$/.test(word));
  namedBelow(program, others, (word) => `--version does nothing with '${word}'`);
  terminal.print(words.includes("--json") ? JSON.stringify({ version }) : version);
  throw new CommanderError(0, "commander.version", version);
}

/** In place of the one that commander has, which looks at the first word alone. */
function helpCommand(parent: Command): Command {
  return new Command("help")
    .description("display help for a command")
    .argument("[command...]")
    .action((words: string[]) => {
      namedBelow(parent, words, (word) => `unknown command '${word}'`).outputHelp();
    });
}

/** The command that the words name. @throws CommandError for a word that names none */
function namedBelow(parent: Command, words: readonly string[], refusal: (word: string) => string): Command {
  return words.reduce((command, word) => {
    const next = command.commands.find((each) => each.name() === word);
    if (next === undefined) throw new CommandError(`${refusal(word)}. See --help.`, "usage");
    return next;
  }, parent);
}

/** What is empty has been meant to be something, as a secret that the environment of a job should have. */
function refuseEmptyWords(command: Command): void {
  const argument = command.registeredArguments.find((_, index) => command.args[index] === "");
  if (argument !== undefined) throw new CommandError(`The argument '${argument.name()}' is empty.`, "usage");
  for (const option of command.options) {
    const name = option.attributeName();
    if (command.getOptionValue(name) !== "") continue;
    const isFromEnv = command.getOptionValueSource(name) === "env";
    throw new CommandError(`${isFromEnv ? option.envVar : option.long} is empty.`, "usage");
  }
}

/** An option that takes one value, since only its last would count. */
function refuseRepeated(command: Command): void {
  for (const option of command.options.filter(
    ({ required, optional, variadic }) => (required || optional) && !variadic,
  )) {
    let isGiven = false;
    command.on(`option:${option.name()}`, () => {
      if (isGiven) throw new CommandError(`${option.long} is given more than once. See --help.`, "usage");
      isGiven = true;
    });
  }
}

/** A command and all below it. */
export function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

function exitCodeOf(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    terminal.note(`${usageText(error)} See --help.`);
    return exitCodes.usage;
  }
  const reason = error instanceof CommandError ? error.message : startFailure(error);
  terminal.note(reason ?? (error as Error).message);
  return error instanceof CommandError ? error.exitCode : exitCodes.failure;
}

/** Why a server does not start, or its database cannot be used; undefined for what is something else. */
function startFailure(error: unknown): string | undefined {
  if (error instanceof StoreUnavailableError) return `The database cannot be used: ${error.message}`;
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === "EADDRINUSE") return `Port ${port} is taken. Choose another with --port.`;
  if (code === "EACCES" && port !== undefined)
    return `Port ${port} may not be used by this user. Choose another with --port.`;
  return undefined;
}

/** In one line, without the password of an address. Commander puts its suggestion into a second one. */
function usageText({ code, message }: CommanderError): string {
  if (code === "commander.help") return "A command is missing.";
  const text = message.replace(/^error: /, "").replace(/\n\(Did you mean (.+)\?\)/, "; did you mean $1?");
  const known = text.replace(/^unknown command 'version'.*/, "unknown command 'version'; did you mean --version?");
  const line = known.replace(/\s*\n\s*/g, " ").replace(/\/\/[^/\s]*@/g, "//…@");
  return /[.?]$/.test(line) ? line : `${line}.`;
}
