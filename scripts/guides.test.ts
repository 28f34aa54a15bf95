import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  examplesOf,
  formOf,
  type OpenApiDocument,
  operationsOf,
  type Response,
  resolve,
  withParts,
} from "@countersign/document";
import bundled from "@countersign/spec/openapi.json" with { type: "json" };
import { describe, expect, test } from "vitest";
import { readConfig } from "../apps/server/src/config.ts";
import { readChannelUrls } from "../apps/server/src/delivery/channel-urls.ts";
import { recipes } from "../apps/server/src/delivery/providers/gateway/recipes.ts";
import { checkProviderUrl } from "../apps/server/src/delivery/providers/open-provider.ts";
import type { SendingChannel } from "../apps/server/src/kernel/recipient.ts";
import { runCommand } from "../apps/server/test-support/cli.ts";
import { doubles } from "../apps/server/test-support/providers/all.ts";
import { mailAddress, mailDoubles } from "../apps/server/test-support/providers/mail.ts";
import { documents, snippetsIn } from "./snippets.ts";

const document = bundled as unknown as OpenApiDocument;
const texts = documents.map(
  (file) => [file.pathname.split("/").slice(-2).join("/"), readFileSync(file, "utf8")] as const,
);
const guide = (name: string) => texts.find(([place]) => place === `guides/${name}`)?.[1] ?? "";

describe("the operator's guide", () => {
  const variables = problemNames({ COUNTERSIGN_X: "" });

  test("has every variable that a server reads, and no other", () => {
    const named = [...settingsIn("Start"), ...settingsIn("Open it", "operate-by-console.md")];
    expect([...new Set(named)].sort()).toEqual(variables.sort());
  });

  const ofRecipes = Object.entries(recipes).flatMap(([preset, channels]) =>
    Object.keys(channels).flatMap((channel) =>
      addressNames(`https://u:p@host?preset=${preset}&x=1`, channel as SendingChannel),
    ),
  );

  test.each<[section: string, names: string[]]>([
    ["How a line is written", ofRecipes],
    ["SMS centres", addressNames("smpp://host?x=1", "sms")],
    ["Mail servers", addressNames("smtp://host?x=1", "email")],
    [
      "Gateways",
      [
        ...["secret", "set.<field>"],
        ...addressNames("https://host?preset=sms&x=1", "sms"),
        ...addressNames("https://host?preset=whatsapp-cloud&x=1", "whatsapp"),
      ],
    ],
  ])("has every setting of the addresses of %s, and no other", (section, names) => {
    expect(settingsIn(section, "providers.md")).toEqual([...new Set(names)].sort());
  });

  test("has every variable by which traces are set here", () => {
    const source = readFileSync(new URL("../apps/server/src/operator/tracing-setting.ts", import.meta.url), "utf8");
    for (const [name] of source.matchAll(/OTEL_[A-Z_]*[A-Z]/g)) expect(guide("operating.md")).toContain(`\`${name}\``);
  });

  test("names no variable that `serve --help` does not", async () => {
    const { out } = await runCommand(["serve", "--help"]);
    expect(variables.filter((name) => !out.includes(name))).toEqual([]);
  });
});

describe("the guide of providers", () => {
  const lines = [...guide("providers.md").matchAll(/^export (COUNTERSIGN_\w+_URL)="([^"]*)"$/gm)];
  const read = lines.flatMap(([, name = "", value]) => {
    const { channels, problems } = readChannelUrls({ [name]: value });
    expect(problems).toEqual([]);
    return channels;
  });

  test("has a line that is right for each provider that is known by name, on each channel of it, at its own host", () => {
    const named = read.flatMap(({ channel, url }) => {
      const preset = url.searchParams.get("preset");
      return preset === null || channel === "whatsapp" ? [] : `${preset} ${channel} ${url.host}`;
    });
    const known = doubles.map(({ preset, channel, host }) => `${preset} ${channel} ${host}`);
    expect([...new Set(named)].sort()).toEqual(known.sort());
  });

  test("has the very addresses of mail providers that their doubles are tried with", () => {
    const ofMail = read.filter(({ channel }) => channel === "email").map(({ url }) => String(url));
    expect(ofMail).toEqual(mailDoubles.map((double) => String(new URL(mailAddress(double)))));
  });

  test("names the errors that end a message, as they are for each provider", () => {
    for (const [preset, { sms }] of Object.entries(recipes)) {
      const rows = guide("providers.md").split("\n");
      const row = rows.find((each) => new RegExp(`^\\| ${preset} +\\| \\\``, "i").test(each));
      const [, , ends = ""] = row?.split("|") ?? [];
      expect([...ends.matchAll(/`([^`]+)`/g)].map(([, code]) => code).sort()).toEqual(
        [...(sms?.refusals ?? [])].sort(),
      );
    }
  });
});

test("the first commands of the operator's guide make a server ready and an account for it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "countersign-guide-"));
  const [first] = snippetsIn(guide("operating.md"), "").filter(({ code }) => code.includes("countersign serve"));
  const lines = first?.code.trim().split("\n") ?? [];
  const env: Record<string, string> = {};
  for (const line of lines.filter((each) => each.startsWith("export "))) {
    const [name = "", value = ""] = line.slice("export ".length).split(/=(.*)/);
    env[name] = execFileSync("sh", ["-c", `printf %s ${value}`], { encoding: "utf8" }).replace("./", `${folder}/`);
  }
  const commands = lines.filter((line) => line.startsWith("countersign ")).map((line) => line.split(" ").slice(1));
  expect(commands.pop(), "which runs until it is stopped").toEqual(["serve"]);
  for (const words of commands) expect(await runCommand(words, { env })).toMatchObject({ code: 0, err: "" });
  rmSync(folder, { recursive: true });
});

test.each(texts)("%s names addresses and parameters that the document has", (_, text) => {
  for (const [, path = "", query = ""] of text.matchAll(addresses)) {
    const placed = operationsOf(document).filter((each) => fits(path, each.path));
    expect(placed.length, path).toBeGreaterThan(0);
    const known = placed.flatMap(({ parameters }) => parameters.map(({ name }) => name));
    for (const name of new URLSearchParams(query).keys())
      expect([...known, "__code", "__example"], path).toContain(name);
  }
});

test.each(texts)("%s calls operations that there are, with parameters that they have", (_, text) => {
  for (const { method, path, names } of curlsIn(text)) {
    // Those are told and answered as each auth server has it, and stand in no document.
    if (path.startsWith("/auth-servers/")) continue;
    const placed = operationsOf(document).find((each) => each.method === method && fits(path, each.path, true));
    expect(placed, `${method} ${path}`).toBeDefined();
    if (!placed) continue;
    const form = formOf(document, placed.operation);
    const ofForm = form
      ? withParts(document, form.schema).flatMap(({ properties = {} }) => Object.keys(properties))
      : [];
    const known = [...placed.parameters.map(({ name }) => name), ...ofForm];
    expect(
      names.filter((name) => !known.includes(name.replace("[]", ""))),
      `${method} ${path}`,
    ).toEqual([]);
  }
});

test("the bodies of errors in the guide are examples of the document", () => {
  const examples = operationsOf(document).flatMap(({ operation }) =>
    Object.values(operation.responses).flatMap((response) => {
      const media = resolve<Response>(document, response).content?.["application/json"];
      return media ? examplesOf(document, media).map(([, value]) => value) : [];
    }),
  );
  const shown = snippetsIn(guide("errors.md"), "errors.md").filter(({ language }) => language === "json");
  for (const { code } of shown) expect(examples).toContainEqual(JSON.parse(code));
});

test("the command line's guide has every command, and no other", async () => {
  const { out } = await runCommand(["--help"]);
  const commands = [...out.slice(out.indexOf("Commands:")).matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name);
  const shown = [...guide("cli.md").matchAll(/^\| `([a-z]+)[ `]/gm)].map(([, name]) => name);
  expect(shown.sort()).toEqual(commands.filter((name) => name !== "help").sort());
});

/** What a reader says that it knows, when it meets a name that it does not; nothing when it knows all. */
function problemNames(env: Record<string, string>): string[] {
  const read = readConfig(env);
  const problem = "problems" in read ? read.problems.find((each) => each.includes("is no setting")) : undefined;
  return problem ? namesIn(problem) : [];
}

function addressNames(address: string, channel: SendingChannel): string[] {
  try {
    checkProviderUrl(new URL(address), channel);
  } catch (error) {
    return namesIn((error as Error).message);
  }
  throw new Error(`${address} was read`);
}

function namesIn(message: string): string[] {
  return message
    .slice(message.indexOf("there are ") + "there are ".length)
    .replace(/\.$/, "")
    .split(", ");
}

/** The names in the first cells of the table of a section. */
function settingsIn(section: string, name = "operating.md"): string[] {
  const [, after = ""] = guide(name).split(`\n## ${section}\n`);
  const [table = ""] = /(^\|.*\n)+/m.exec(after.split("\n## ")[0] ?? "") ?? [];
  const cells = table
    .split("\n")
    .slice(2)
    .map((row) => row.split("|")[1] ?? "");
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name)).sort();
}

const firstSegments = new Set(Object.keys(document.paths).map((path) => path.split("/")[1]));
/** Where a path begins with what some path of the document begins with; beside it the query. */
const addresses = new RegExp(
  `(?:^|[\\s\`"'(]|//[\\w.:-]+)(/(?:${[...firstSegments].join("|")})(?:/[^\\s?\`"',;)|]*)?)(?:\\?([^\\s\`"')|]*))?(?=[\\s\`"'),;.:|]|$)`,
  "gm",
);

/** Whether a path, or the beginning of one, is that of an operation. */
function fits(given: string, path: string, isWhole = false): boolean {
  const [ours, theirs] = [given.replace(/\/$/, "").split("/"), path.split("/")];
  const isLong = isWhole ? ours.length === theirs.length : ours.length <= theirs.length;
  return (
    isLong &&
    ours.every((part, index) => part !== undefined && (theirs[index]?.startsWith("{") || part === theirs[index]))
  );
}

/** The calls of either server here. */
function curlsIn(text: string): { method: string; path: string; names: string[] }[] {
  const shells = snippetsIn(text, "").map(({ code }) => code.replaceAll("\\\n", " "));
  const calls = shells.flatMap((code) =>
    code
      .split(/\bcurl /)
      .slice(1)
      .map((call) => call.split("\n")[0] ?? ""),
  );
  return calls.flatMap((call) => {
    const url = /http:\/\/127\.0\.0\.1:401[01]([^\s?'"]*)/.exec(call)?.[1];
    if (url === undefined) return [];
    const names = [...call.matchAll(/(?:-d|--data-urlencode) ['"]?([^\s=]+)=/g)].map(([, name = ""]) => name);
    const isPost = / (-d|--data-urlencode) /.test(call) && !/^(--get|-G) /.test(call);
    const standard = isPost ? "POST" : "GET";
    return [{ method: /-X ([A-Z]+)/.exec(call)?.[1] ?? standard, path: url, names }];
  });
}
