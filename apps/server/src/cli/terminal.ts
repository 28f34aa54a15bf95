import { once } from "node:events";
import { constants } from "node:os";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** Where a command reads and writes. */
export interface Terminal {
  env: Record<string, string | undefined>;
  /** Writes a line of the result. */
  print(line: string): void;
  /** Writes a line of what goes on beside the result. */
  note(line: string): void;
  /** Shows how far something is, in a line that is written over; nothing where nobody watches. */
  progress(text: string): void;
  /** Where colours are wanted, the text in that colour. */
  paint(colour: keyof typeof colours, text: string): string;
  /** Asks for a line. @returns undefined when there is none to come */
  ask(question: string): Promise<string | undefined>;
  /** Aborted when the person wants to stop. A command that takes it ends by itself then. */
  stopping(): AbortSignal;
  /** Resolves with the exit code when the person wants to stop and the command has not taken that upon itself. */
  stopped: Promise<number>;
}

/** What a terminal is made of: a part of `process`, or of a test. */
interface TerminalParts {
  env: Record<string, string | undefined>;
  stdin: Readable;
  stdout: Output;
  stderr: Output;
  /** Aborted when the person wants to stop, with the name of a signal as its reason. */
  signal: AbortSignal;
}

interface Output {
  isTTY?: boolean;
  write(text: string): unknown;
}

const clearLine = "\r\u001b[K";
/** SGR of ECMA-48. */
const colours = { green: 32, red: 31, yellow: 33, dim: 2 } as const;

/** What a terminal would obey, or would show in another order: people choose names, and others read them. */
const obeyed = /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu;
const obeyedButOurs = new RegExp(
  `(?!\\u001b\\[(${[0, ...Object.values(colours)].join("|")})m)(${obeyed.source})`,
  "gu",
);

/** As JSON writes it, so that what is printed as JSON stays the same. */
function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** A text of one line, whatever lines it has. */
export function onOneLine(text: string): string {
  return text.replace(/[\n\t\u2028\u2029]/g, escaped);
}

/** Colours and progress are for terminals alone, and colours for those who have not refused them (no-color.org). */
export function createTerminal({ env, stdin, stdout, stderr, signal }: TerminalParts): Terminal {
  const isColourful = stdout.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb";
  const canOverwrite = stderr.isTTY === true && env.TERM !== "dumb";
  const harmless = (line: string) => line.replace(isColourful ? obeyedButOurs : obeyed, escaped);
  let isLineOpen = false;
  const closeLine = () => {
    if (isLineOpen) stderr.write(clearLine);
    isLineOpen = false;
  };
  let lines: AsyncIterator<string> | undefined;
  let isTaken = false;
  return {
    env,
    stopping() {
      isTaken = true;
      return signal;
    },
    stopped: new Promise((resolve) => {
      const code = () => 128 + (constants.signals[signal.reason as NodeJS.Signals] ?? constants.signals.SIGINT);
      signal.addEventListener("abort", () => isTaken || resolve(code()));
    }),
    print(line) {
      closeLine();
      stdout.write(`${harmless(line)}\n`);
    },
    note(line) {
      closeLine();
      stderr.write(`${harmless(line)}\n`);
    },
    progress(text) {
      if (!canOverwrite) return;
      stderr.write(clearLine + text);
      isLineOpen = text !== "";
    },
    paint: (colour, text) => (isColourful ? `\u001b[${colours[colour]}m${text}\u001b[0m` : text),
    async ask(question) {
      closeLine();
      // Beside the result, so that a result in a file has no question in it.
      stderr.write(question);
      // Nothing is read before the first question, so that commands that ask none don't wait for the end of the input.
      lines ??= createInterface({ input: stdin, signal })[Symbol.asyncIterator]();
      const { value, done } = await lines.next();
      return done ? undefined : value;
    },
  };
}

/** Runs a server until the person or the system wants it to stop, and lets it finish what is under way. */
export async function untilStopped(terminal: Terminal, running: { close(): Promise<void> }): Promise<void> {
  const signal = terminal.stopping();
  if (!signal.aborted) await once(signal, "abort");
  await running.close();
}

/** How commands end: 0 when all is well, and as shells tell of a signal where one has ended them. */
export const exitCodes = {
  /** What was asked for failed, or a server departs from the document. */
  failure: 1,
  /** The command cannot be understood. */
  usage: 2,
  /** The configuration of a server is wrong (`EX_CONFIG` of sysexits). */
  configuration: 78,
} as const;

/** Ends a command with lines on standard error and an exit code, and no stack. */
export class CommandError extends Error {
  readonly exitCode: number;

  constructor(message: string, kind: keyof typeof exitCodes = "failure") {
    super(message);
    this.exitCode = exitCodes[kind];
  }
}
