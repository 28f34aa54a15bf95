import { PassThrough } from "node:stream";
import { runProgram } from "../src/cli/program.ts";
import { createTerminal } from "../src/cli/terminal.ts";

/** A command that runs in this process. */
export interface RunningCommand {
  /** What it has written so far. */
  out(): string;
  err(): string;
  /** Resolves when a text was written to either. */
  until(text: string | RegExp): Promise<void>;
  /** What Ctrl-C does. */
  stop(): void;
  ended: Promise<Ended>;
}

export interface Ended {
  code: number;
  out: string;
  err: string;
}

export interface CommandSurroundings {
  env?: Record<string, string>;
  /** Whether somebody watches. */
  isTTY?: boolean;
  /** What somebody types, line by line. */
  input?: string;
}

/** Starts `countersign` with these words. */
export function startCommand(words: string[], { env = {}, isTTY = false, input }: CommandSurroundings = {}) {
  const stopping = new AbortController();
  const stdin = new PassThrough();
  if (input !== undefined) stdin.end(input);
  const waiting = new Set<() => void>();
  const output = () => {
    let text = "";
    const write = (more: string) => {
      text += more;
      for (const look of waiting) look();
    };
    return { isTTY, write, text: () => text };
  };
  const [stdout, stderr] = [output(), output()];
  const terminal = createTerminal({ env, stdin, stdout, stderr, signal: stopping.signal });
  const ended = runProgram(words, terminal).then((code) => ({ code, out: stdout.text(), err: stderr.text() }));
  const running: RunningCommand = {
    out: stdout.text,
    err: stderr.text,
    until: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const written = `${stdout.text()}\n${stderr.text()}`;
          if (typeof text === "string" ? written.includes(text) : text.test(written)) resolve();
        };
        waiting.add(look);
        look();
        void ended.then((end) => reject(new Error(`It ended: ${JSON.stringify(end)}`)));
      }),
    stop: () => stopping.abort(),
    ended,
  };
  return running;
}

/** Runs `countersign` with these words to its end. */
export function runCommand(words: string[], surroundings?: CommandSurroundings): Promise<Ended> {
  return startCommand(words, surroundings).ended;
}

/** Runs a command over a server's database. @returns the rows that it prints @throws what it says of a failure */
export async function rowsOfCommand(
  words: string[],
  { databaseUrl, secret = "a secret of no less than 32 characters" }: { databaseUrl: string; secret?: string },
): Promise<Record<string, unknown>[]> {
  const env = { COUNTERSIGN_DATABASE_URL: databaseUrl, COUNTERSIGN_SECRET: secret };
  const { code, out, err } = await runCommand([...words, "--json"], { env });
  if (code !== 0 || err !== "") throw new Error(`${code} ${err}`);
  return out.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
}
