import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { bundled } from "./bundled.ts";

/** Server processes on one database, for tests of what only separate processes can show. */
export interface ServerProcess {
  /** Makes the same call many times at once. @returns how many were accepted */
  run(job: Job): Promise<number>;
  /** Starts and approves verifications of new recipients without an end, telling each answer. */
  load(scope: Scope, onAnswer: (answer: Answer) => void): void;
  /** SIGKILL; resolves when everything that it told has been heard. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export interface Scope {
  accountSid: string;
  serviceSid: string;
}

export interface Job {
  scope: Scope;
  recipient: string;
  /**
   * `limited` starts for others than that recipient, all under one value of the rate limit `address`; `safe` puts the
   * recipient on the safe list, `configured` makes a messaging configuration of one country; `entity` makes one of
   * that identity, or of others where it is empty.
   */
  call: "start" | "limited" | "safe" | "configured" | "entity" | "checkRight" | "checkWrong" | "load";
  count: number;
}

/** What a caller got to know about a verification. */
export interface Answer {
  recipient: string;
  answered: "pending" | "approved";
}

/** Resolves when the process has opened the store. */
export async function startProcess(url: string): Promise<ServerProcess> {
  const child = fork(await bundled("store-process"), [url], { execArgv: [] });
  const closed = once(child, "close");
  await messageOf(child);
  return {
    async run(job) {
      child.send(job);
      const { accepted } = (await messageOf(child)) as { accepted: number };
      return accepted;
    },
    load(scope, onAnswer) {
      child.on("message", onAnswer);
      child.send({ scope, recipient: "", call: "load", count: 1 } satisfies Job);
    },
    async kill() {
      child.kill("SIGKILL");
      await closed;
    },
    async stop() {
      child.kill();
      await closed;
    },
  };
}

/** The next message; an error if the process ends before. */
async function messageOf(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  const first = await Promise.race([
    once(child, "message", { signal: ended.signal }),
    once(child, "exit", { signal: ended.signal }).then(() => {
      throw new Error("The process ended.");
    }),
  ]);
  ended.abort();
  return first[0];
}
