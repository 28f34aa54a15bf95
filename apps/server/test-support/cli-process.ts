import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import type { Ended } from "./cli.ts";
import { wordsOfProgram } from "./program.ts";

/** `countersign` in a process of its own. */
export interface CommandProcess {
  child: ChildProcessWithoutNullStreams;
  /** The first line of its standard output. */
  firstLine: Promise<string>;
  ended: Promise<Ended>;
}

export function spawnCommand(words: string[], env: Record<string, string> = {}): CommandProcess {
  // Where it listens is known only later, and hardly any test follows addresses.
  const ofServer = words[0] === "serve" ? { COUNTERSIGN_PUBLIC_URL: "http://127.0.0.1" } : {};
  return spawnNode([...wordsOfProgram(), ...words], { ...ofServer, ...env });
}

/** Runs Node with these words. @param filesMax how many files it may have open */
export function spawnNode(words: string[], env: Record<string, string>, filesMax?: number): CommandProcess {
  const limit = filesMax === undefined ? "" : `ulimit -n ${filesMax} && `;
  const child = spawn("sh", ["-c", `${limit}exec "$0" "$@"`, process.execPath, ...words], {
    // How many rounds tests go is no setting of a server.
    env: { ...process.env, COUNTERSIGN_TESTS: undefined, ...env },
  });
  let [out, err] = ["", ""];
  const firstLine = new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text) => {
      out += text;
      const [line = "", ...more] = out.split("\n");
      if (more.length > 0) resolve(line);
    });
    child.once("close", () => reject(new Error(`It ended without a line: ${err}`)));
  });
  // Whoever waits for the end alone has no use for the line.
  firstLine.catch(() => {});
  child.stderr.setEncoding("utf8").on("data", (text) => {
    err += text;
  });
  const ended = once(child, "close").then(([code]) => ({ code: Number(code), out, err }));
  return { child, firstLine, ended };
}
