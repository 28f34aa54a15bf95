import { afterEach, expect, test, vi } from "vitest";
import { runCommand } from "../../test-support/cli.ts";
import { startSandbox } from "../sandbox/sandbox.ts";
import { findServer } from "./found-server.ts";
import { everyCommand, programOf } from "./program.ts";
import { createTerminal } from "./terminal.ts";

afterEach(() => vi.unstubAllEnvs());

/** Every command that calls a server, as it is called with no option. */
const callers = [
  ["inbox"],
  ["verify", "+12025550123"],
  ["verifications", "list"],
  ["verifications", "show", "VE00000000000000000000000000000001"],
  ["entities", "list"],
  ["entities", "show", "user-00000042"],
  ["entities", "delete", "user-00000042"],
  ["audit"],
  ["figures"],
  ["guard", "check", "+12025550123"],
  ["contract"],
  ["export"],
];

test("these are all of them", () => {
  const silent = createTerminal({ env: {}, stdin: process.stdin, stdout: nowhere, stderr: nowhere, signal });
  const calling = everyCommand(programOf(silent)).filter(({ options }) =>
    options.some(({ long }) => long === "--server"),
  );
  const names = calling.map((command) => `${command.parent?.name()} ${command.name()}`.replace("countersign ", ""));
  expect(callers.map((words) => words.join(" ").replace(/ \W?[A-Z0-9+].*| user-.*/, "")).sort()).toEqual(names.sort());
});

const { signal } = new AbortController();
const nowhere = { write: () => {} };

test.each<[Record<string, string>, string, string?]>([
  [{}, "http://127.0.0.1:4010"],
  [{ PORT: "5000" }, "http://127.0.0.1:5000", "PORT"],
  [{ PORT: "5000", COUNTERSIGN_URL: "https://verify.example.com//" }, "https://verify.example.com", "COUNTERSIGN_URL"],
  // As the first versions called it.
  [{ PORT: "5000", COUNTERSIGN_SERVER: "http://[::1]:2/base/" }, "http://[::1]:2/base", "COUNTERSIGN_SERVER"],
  [{ COUNTERSIGN_SERVER: "http://b/", COUNTERSIGN_URL: "http://b" }, "http://b", "COUNTERSIGN_URL"],
])("of %j the server is %s", (env, server, foundBy) => {
  expect(findServer(env)).toEqual({ server, foundBy });
});

test("two names of different servers are refused, and neither is asked", async () => {
  vi.stubEnv("COUNTERSIGN_URL", "http://127.0.0.1:2");
  vi.stubEnv("COUNTERSIGN_SERVER", "http://127.0.0.1:3");
  expect(await runCommand(["inbox"])).toEqual({
    ...{ code: 2, out: "" },
    err: "COUNTERSIGN_URL and COUNTERSIGN_SERVER name different servers. Unset one of them.\n",
  });
});

test.each(callers.map((words) => [words.join(" "), words]))("%s finds the server by each of them", async (_, words) => {
  for (const [name, text, advice] of [
    ["COUNTERSIGN_URL", "http://127.0.0.1:2/", 'Start a sandbox there with "countersign sandbox --port 2", or name'],
    ["PORT", "2", 'Start a sandbox there with "countersign sandbox", or name'],
  ] as const) {
    vi.stubEnv(name, text);
    const { code, err } = await runCommand(words);
    expect([code, err.trimEnd().split("\n").at(-1)]).toEqual([
      1,
      expect.stringMatching(/^No answer from http:\/\/127\.0\.0\.1:2: [^.]+(\.[^ .]+)*\. /),
    ]);
    expect(err).toContain(`${name} says to ask it. ${advice} another server by --server or COUNTERSIGN_URL.\n`);
    vi.unstubAllEnvs();
  }
});

test("what the command says goes before the environment, and a server elsewhere is not to be started here", async () => {
  vi.stubEnv("COUNTERSIGN_URL", "http://127.0.0.1:3");
  const { err } = await runCommand(["inbox", "--server", "https://127.0.0.1:2"]);
  expect(err).toMatch(
    /^No answer from https:\/\/127\.0\.0\.1:2: .*--server says to ask it\. Look whether it runs, or name/,
  );
});

test.each([
  ["COUNTERSIGN_URL", "127.0.0.1:4010", "COUNTERSIGN_URL must be an address as http://127.0.0.1:4010.\n"],
  ["COUNTERSIGN_URL", "", "COUNTERSIGN_URL must be an address as http://127.0.0.1:4010.\n"],
  ["COUNTERSIGN_SERVER", "http://u:hunter2@h", "COUNTERSIGN_SERVER must be an address as http://127.0.0.1:4010.\n"],
  ["PORT", "0", "PORT must be a port number from 1 to 65535.\n"],
  ["PORT", "http", "PORT must be a port number from 1 to 65535.\n"],
])("%s with %j names no server, which is told in one line", async (name, text, err) => {
  vi.stubEnv(name, text);
  for (const words of callers) expect(await runCommand(words)).toEqual({ code: 2, out: "", err });
  expect((await runCommand(["inbox", "--help"])).code).toBe(0);
});

test("another program that answers there is told by where it was looked for", async () => {
  const sandbox = await startSandbox();
  vi.stubEnv("PORT", String(sandbox.port));
  expect((await runCommand(["inbox"])).code).toBe(0);
  vi.unstubAllEnvs();
  vi.stubEnv("COUNTERSIGN_URL", `${sandbox.url}/elsewhere`);
  const { code, err } = await runCommand(["inbox"]);
  await sandbox.close();
  expect([code, err]).toEqual([
    1,
    expect.stringMatching(
      /elsewhere is no sandbox, so it has no inbox\. COUNTERSIGN_URL says to ask it\. If that is another program, name /,
    ),
  ]);
});
