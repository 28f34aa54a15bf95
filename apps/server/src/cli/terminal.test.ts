import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { runCommand } from "../../test-support/cli.ts";
import { inColumns } from "./columns.ts";
import { createTerminal } from "./terminal.ts";

const csi = "\u001b[";

test("colours are for terminals, and for those who have not refused them", async () => {
  const words = ["errors", "60203"];
  expect((await runCommand(words, { isTTY: true })).out).toContain(`${csi}31m`);
  for (const surroundings of [
    { isTTY: false },
    { isTTY: true, env: { NO_COLOR: "1" } },
    { isTTY: true, env: { TERM: "dumb" } },
  ]) {
    expect((await runCommand(words, surroundings)).out).not.toContain(csi);
  }
});

test("progress is written over by what comes after it, and not shown where nobody watches", () => {
  const terminalOn = (isTTY: boolean) => {
    const written: string[] = [];
    const output = { isTTY, write: (text: string) => written.push(text) };
    const stdin = new PassThrough();
    const { signal } = new AbortController();
    return { written, terminal: createTerminal({ env: {}, stdin, stdout: output, stderr: output, signal }) };
  };
  const [seen, unseen] = [terminalOn(true), terminalOn(false)];
  for (const { terminal } of [seen, unseen]) {
    terminal.progress("1/2");
    terminal.progress("2/2");
    terminal.print("done");
  }
  expect(seen.written).toEqual([`\r${csi}K1/2`, `\r${csi}K2/2`, `\r${csi}K`, "done\n"]);
  expect(unseen.written).toEqual(["done\n"]);
});

test("what people called something is not obeyed by a terminal, and breaks no line of a table", () => {
  const name = `${csi}2J\u009b1m\r\u0007\u202eeve`;
  const seen = "\\u001b[2J\\u009b1m\\u000d\\u0007\\u202eeve";
  for (const isTTY of [true, false]) {
    const written: string[] = [];
    const output = { isTTY, write: (text: string) => written.push(text) };
    const { signal } = new AbortController();
    const terminal = createTerminal({ env: {}, stdin: new PassThrough(), stdout: output, stderr: output, signal });
    terminal.print(`${terminal.paint("red", "NAME")}\t${name}`);
    terminal.note(name);
    terminal.print(JSON.stringify({ name }));
    const head = isTTY ? `${csi}31mNAME${csi}0m` : "NAME";
    expect(written.slice(0, 2)).toEqual([`${head}\t${seen}\n`, `${seen}\n`]);
    expect(JSON.parse(written[2] ?? "")).toEqual({ name });
    expect(written[2]).not.toMatch(/[\u009b\u202e]/);
  }
  expect(inColumns(["NAME", "SID"], [["a\nb", "YF1"]])).toEqual(["NAME      SID", "a\\u000ab  YF1"]);
});
