import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { check, look, rightCode } from "../store-contract/commands.ts";
import { newSubject, type Subject } from "../store-contract/subject.ts";
import { openSqliteStore } from "./store.ts";

const rounds = 3;
const processes = 2;
const linesMax = 1500;
const folder = mkdtempSync(join(tmpdir(), "countersign-kill-"));
const path = join(folder, "killed.db");

afterAll(() => rmSync(folder, { recursive: true }));

describe("kill -9 of two processes that write to one file", () => {
  it("loses no acknowledged verification and repeats no approval", async () => {
    const clock = { now: Date.now() };
    const store = await openSqliteStore({ path, clock: Date.now });
    const subject = await newSubject(store, clock);
    await store.close();

    for (let round = 0; round < rounds; round += 1) {
      const writers = Array.from({ length: processes }, (_, index) => startWriter(subject, `+1${round}${index}`));
      const lines = (await Promise.all(writers.map(readUntilKilled))).flat();
      await expectKept(subject, lines);
    }
  });
});

function startWriter({ accountSid, serviceSid }: Subject, prefix: string): ChildProcess {
  const program = fileURLToPath(new URL("./killed-writer.ts", import.meta.url));
  return spawn(process.execPath, ["--import", "tsx", program, path, accountSid, serviceSid, prefix], {
    stdio: ["pipe", "pipe", "inherit"],
  });
}

/** Kills the process after some line, and reads what it printed before its end. The last line may be half of one. */
async function readUntilKilled(writer: ChildProcess): Promise<string[]> {
  const killAt = randomInt(1, linesMax);
  const lines: string[] = [];
  const ended = once(writer, "close");
  createInterface({ input: writer.stdout as NonNullable<ChildProcess["stdout"]> }).on("line", (line) => {
    lines.push(line);
    if (lines.length === killAt) writer.kill("SIGKILL");
  });
  const [, signal] = await ended;
  expect(signal).toBe("SIGKILL");
  return lines.filter((line) => /^\w+ VE[0-9a-f]{32}$/.test(line));
}

async function expectKept(subject: Subject, lines: readonly string[]): Promise<void> {
  const sidsOf = (word: string) =>
    lines.filter((line) => line.startsWith(word)).map((line) => line.split(" ")[1] ?? "");
  const [started, approved] = [sidsOf("started"), sidsOf("approved")];
  expect(started.length).toBeGreaterThan(0);
  expect(new Set(approved).size, "an approval was acknowledged twice").toBe(approved.length);

  const store = await openSqliteStore({ path, clock: Date.now });
  const scope = { ...subject, store };
  try {
    for (const sid of started) {
      const { current } = await look(scope, { sid });
      expect(current, `${sid} was acknowledged`).toBeDefined();
      const answer = await check(scope, { sid }, rightCode);
      expect(answer.ok).toBe(current?.status === "pending");
      const events = await store.events(subject.serviceSid, sid);
      expect(events.filter(({ type }) => type === "approved")).toHaveLength(1);
    }
    const seen = await Promise.all(approved.map((sid) => look(scope, { sid })));
    expect(seen.filter(({ current }) => current?.status !== "approved")).toEqual([]);
  } finally {
    await store.close();
  }
}
