import { afterEach, describe, expect, it, test, vi } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { runCommand } from "../../test-support/cli.ts";
import { everyCommand, programOf } from "./program.ts";
import { createTerminal } from "./terminal.ts";

afterEach(() => vi.unstubAllEnvs());

const commands = ["sandbox", "serve", "migrate", "inbox", "verify", "errors", "accounts", "doctor", "contract"];

const deadServer = "http://127.0.0.1:2";

test("the help names every command, and each command has its own", async () => {
  const { code, out, err } = await runCommand(["--help"]);
  expect([code, err]).toEqual([0, ""]);
  for (const command of commands) {
    expect(out).toMatch(new RegExp(`^ {2}${command} `, "m"));
    const help = await runCommand([command, "--help"]);
    expect([help.code, help.err]).toEqual([0, ""]);
    expect(help.out).toMatch(new RegExp(`^Usage: countersign ${command}`));
    expect((await runCommand(["help", command])).out).toBe(help.out);
  }
});

describe("one clear line and a 2 for what cannot be understood", () => {
  it.each([
    [[], "A command is missing. See --help."],
    [["sandbx"], "unknown command 'sandbx'; did you mean sandbox? See --help."],
    [["version"], "unknown command 'version'; did you mean --version? See --help."],
    [["inbox", "--server", "http://a", "--server", "http://b"], "--server is given more than once. See --help."],
    [["sandbox", "--port", "1", "--port=1"], "--port is given more than once. See --help."],
    [["accounts"], "A command is missing. See --help."],
    [["accounts", "make"], "unknown command 'make'. See --help."],
    [["sandbox", "--prot", "1"], "unknown option '--prot'; did you mean --port? See --help."],
    [["sandbox", "--port", "70000"], /'70000' is invalid\. It is a number from 0 to 65535\. See --help\.$/],
    [["sandbox", "--port", "1e3"], /It is a number from 0 to 65535/],
    [["sandbox", "--db", "mysql://x"], /It is sqlite:\.\/file\.db or postgres:/],
    [["sandbox", "--tls-cert", "cert.pem"], "--tls-cert and --tls-key belong together."],
    [["sandbox", "extra"], "too many arguments for 'sandbox'. Expected 0 arguments but got 1. See --help."],
    [["serve", "--port", "-1"], /It is a number from 0 to 65535/],
    [["inbox", "--last", "0"], /It is a number from 1 to 1000/],
    [["inbox", "--server", "ftp://x"], /It is an address as http/],
    [["inbox", "--server", "http://u:hunter2@h"], /argument 'http:\/\/…@h' is invalid\. It is an address as http/],
    [["verify"], "missing required argument 'to'. See --help."],
    [["verify", "+12025550123", "--channel", "fax"], /Allowed choices are sms, call, email, whatsapp\. See --help\.$/],
    [["errors", "six"], /It has five digits/],
    [["errors", "--api", "v3"], /Allowed choices are v1, v2/],
    [["accounts", "create"], "missing required argument 'name'. See --help."],
    [["accounts", "keys", "revoke", "AC1"], "missing required argument 'key'. See --help."],
    [["contract", "--junit"], "option '--junit <file>' argument missing. See --help."],
    [["--version", "extra"], "--version does nothing with 'extra'. See --help."],
    [["-V", "--bogus"], "--version does nothing with '--bogus'. See --help."],
    [["inbox", "--version", "extra"], "--version does nothing with 'extra'. See --help."],
    [["help", "bogus"], "unknown command 'bogus'. See --help."],
    [["help", "inbox", "extra"], "unknown command 'extra'. See --help."],
    [["accounts", "help", "make"], "unknown command 'make'. See --help."],
    [["verify", ""], "The argument 'to' is empty."],
    [["verifications", "list", "--to", ""], "--to is empty."],
    [["inbox", "--token", ""], "--token is empty."],
    [["sandbox", "--host", ""], "--host is empty."],
  ] as [string[], string | RegExp][])("%j", async (words, expected) => {
    const { code, out, err } = await runCommand(words);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(/^[^\n]+\n$/);
    if (typeof expected === "string") expect(err).toBe(`${expected}\n`);
    else expect(err.trimEnd()).toMatch(expected);
  });
});

const nowhere = { write: () => {} };
const { signal } = new AbortController();
const silent = createTerminal({ env: {}, stdin: process.stdin, stdout: nowhere, stderr: nowhere, signal });
const all = everyCommand(programOf(silent)).map((command) => {
  const words: string[] = [];
  for (let each = command; each.parent; each = each.parent) words.unshift(each.name());
  return { command, words, name: words.join(" ") };
});

test("no command takes a word more than it has arguments for", async () => {
  for (const { command, words, name } of all) {
    const given = command.registeredArguments;
    if (command.commands.length > 0 || given.some(({ variadic }) => variadic)) continue;
    const { code, out, err } = await runCommand([...words, ...given.map(() => "10000"), "extra"]);
    expect([code, out], name).toEqual([2, ""]);
    expect(err, name).toMatch(
      /^too many arguments for '[a-z-]+'\. Expected \d arguments? but got \d\. See --help\.\n$/,
    );
  }
});

test("no command goes by a variable that is empty, and says which", async () => {
  const seen = new Set<string>();
  for (const { command, words, name } of all) {
    for (const { envVar } of command.options) {
      if (envVar === undefined) continue;
      seen.add(envVar);
      vi.stubEnv(envVar, "");
      const { code, out, err } = await runCommand([...words, ...command.registeredArguments.map(() => "A=1")]);
      expect([code, out], name).toEqual([2, ""]);
      expect(err, name).toMatch(new RegExp(`^([^\n]* env '${envVar}' is invalid\\.|${envVar} is empty\\.)[^\n]*\n$`));
      vi.unstubAllEnvs();
    }
  }
  expect([...seen]).toEqual(
    expect.arrayContaining(["COUNTERSIGN_TOKEN", "COUNTERSIGN_ACCOUNT", "COUNTERSIGN_SERVICE"]),
  );
  const seeded = await runCommand(["seed"], { env: { COUNTERSIGN_SEED: "" } });
  expect(seeded).toEqual({ code: 2, out: "", err: "COUNTERSIGN_SEED is empty.\n" });
});

test.each([
  ["help", "accounts", "keys"],
  ["accounts", "help", "keys"],
  ["accounts", "keys", "--help"],
])("%s %s %s is the help of the command that it names", async (...words) => {
  const { code, out } = await runCommand(words);
  expect([code, out]).toEqual([0, expect.stringMatching(/^Usage: countersign accounts keys /)]);
});

test.each([["--version"], ["-V"], ["-v"], ["sandbox", "--version"], ["accounts", "keys", "-V"]])(
  "the version is printed for %j %j, and as JSON where that is asked for",
  async (...words) => {
    expect(await runCommand(words)).toEqual({ code: 0, out: `${manifest.version}\n`, err: "" });
    for (const asked of [
      [...words, "--json"],
      ["--json", ...words],
    ])
      expect(await runCommand(asked)).toEqual({ code: 0, out: `{"version":"${manifest.version}"}\n`, err: "" });
  },
);

test.each(["http://127.0.0.1:2/", "http://127.0.0.1:2//"])("the server may be named %s", async (url) => {
  const { code, err } = await runCommand(["inbox", "--server", url]);
  expect([code, err]).toEqual([1, expect.stringMatching(/^No answer from http:\/\/127\.0\.0\.1:2: /)]);
});

describe("one clear line and a 1 when nobody answers", () => {
  it.each([
    [["inbox", "--server", deadServer]],
    [["inbox", "--follow", "--server", deadServer]],
    [["verify", "+12025550123", "--server", deadServer]],
    [["contract", "--server", deadServer]],
  ])("%j", async (words) => {
    const { code, out, err } = await runCommand(words);
    expect([code, out]).toEqual([1, ""]);
    const lines = err.trimEnd().split("\n");
    // `contract` says beforehand what it will do.
    expect(lines).toHaveLength(words[0] === "contract" ? 2 : 1);
    expect(lines.at(-1)).toMatch(/^No answer from http:\/\/127\.0\.0\.1:2: (connect ECONNREFUSED|.*)/);
  });
});
