import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import getReleasePlan from "@changesets/get-release-plan";
import { type OpenApiDocument, operationsOf } from "@countersign/document";
import bundled from "@countersign/spec/openapi.json" with { type: "json" };
import { expect, test } from "vitest";
import { headingId } from "../apps/docs/src/addresses.ts";
import { everyCommand, programOf } from "../apps/server/src/cli/program.ts";
import { createTerminal } from "../apps/server/src/cli/terminal.ts";
import { readConfig } from "../apps/server/src/config.ts";
import {
  codeIn,
  commandsIn,
  everyProse,
  importedIn,
  installedIn,
  isCommand,
  isKnownPackage,
  leadsSomewhere,
  ofCloneAlone,
  type Prose,
  packageOf,
  packagesIn,
  placeholder,
  root,
} from "./prose.ts";
import { publishedPackages } from "./published.ts";
import { snippetsIn } from "./snippets.ts";

const document = bundled as unknown as OpenApiDocument & {
  tags: { name: string; description?: string }[];
  webhooks: Record<string, { post: { operationId: string } }>;
};
/** What looks like a name that is checked here and is none, or is somebody else's, each with the reason. */
const exceptions: Record<"options" | "files" | "ports" | "variables", Record<string, string>> = {
  options: { "--profile": "of docker compose" },
  files: {
    "a/b": "an identity that is no name of a file",
    "supabase/config.toml": "of the reader's project",
    "errors/60022": "a part of an address, which leads on",
  },
  ports: {
    "3000": "the reader's own program, the examples, and Grafana",
    "4013": "the operator's choice for the console",
    "8025": "the mail server that the Compose file tries with",
    "9464": "the operator's choice for the figures",
    "4318": "the standard port of an OpenTelemetry collector",
  },
  variables: {
    OWNER_URL: "set by the lines above it",
    ACME_TOKEN: "of the reader, named in the file that he writes",
    TOO_MANY_ATTEMPTS: "a code of better-auth's",
    GOTRUE_EXTERNAL_PHONE_ENABLED: "of Supabase's auth server, as the four after it",
    GOTRUE_SMS_PROVIDER: "of Supabase's",
    GOTRUE_SMS_TWILIO_VERIFY_ACCOUNT_SID: "of Supabase's",
    GOTRUE_SMS_TWILIO_VERIFY_AUTH_TOKEN: "of Supabase's",
    GOTRUE_SMS_TWILIO_VERIFY_MESSAGE_SERVICE_SID: "of Supabase's",
    REJECTED_NOT_ENOUGH_CREDITS: "a code of Infobip's",
    NODE_EXTRA_CA_CERTS: "Node's own",
    SSL_CERT_FILE: "of Python and others",
    REQUESTS_CA_BUNDLE: "of Python's requests",
    TWILIO_REGION: "of the official SDK",
    TWILIO_EDGE: "of the official SDK",
    POSTGRES_USER: "of PostgreSQL's image",
    POSTGRES_DB: "of PostgreSQL's image",
    POSTGRES_PASSWORD_FILE: "of PostgreSQL's image",
    ON_ERROR_STOP: "of psql",
    CODE_OF_CONDUCT: "the name of a file",
    GF_SECURITY_ADMIN_PASSWORD__FILE: "of Grafana's image",
    GF_ANALYTICS_REPORTING_ENABLED: "of Grafana's image",
    GITHUB_TOKEN: "of GitHub's runner",
    NPM_TOKEN: "a secret of the repository",
    NPM_CONFIG_PROVENANCE: "of npm",
  },
};

/** What npm does itself. */
const ofNpm = new Set(["", "ci", "init", "install", "pack", "pkg"]);

/** The programs that listen, with where it stands at which port. */
const listeners: Record<string, string> = {
  "4010": "apps/server/src/cli/options.ts",
  "4011": "apps/mock/src/main.ts",
  "4012": "apps/docs/src/serve.ts",
};

test.each(["README.md", "spec/guides/getting-started.md"])(
  "the first command of %s works: a clone's until there is a release, and from then on that of the published package",
  (place) => {
    const isReleased = existsSync(new URL("packages/client/CHANGELOG.md", root));
    const [first] = snippetsIn(everyProse.find((prose) => prose.place === place)?.text ?? "", place);
    expect(first?.code).toBe(isReleased ? "npx @countersign/server sandbox\n" : "npm ci && npm start\n");
  },
);

test("the npm scripts that any text names are there", () => {
  const faults = everyFault((prose) =>
    commandsIn(prose, /^npm$/).flatMap(({ text, words: [, verb = "", ...rest] }) => {
      const script = verb === "run" ? (rest[0] ?? "") : verb;
      const isThere = manifestsFor(prose, rest).some(({ scripts = {} }) => script in scripts);
      return isThere || ofNpm.has(verb) ? [] : text;
    }),
  );
  expect(faults).toEqual([]);
});

test("the packages that any text has installed, run or imported are ours, or those that we use", () => {
  const faults = everyFault((prose) =>
    packagesIn(prose).filter((name) => !isKnownPackage(name) && !isCommand(name) && !ofCloneAlone.has(name)),
  );
  expect(faults).toEqual([]);
});

test("who says what to install says it of all that the programs beside it import", () => {
  const faults = everyFault((prose) => {
    const installed = installedIn(prose);
    return installed.length === 0
      ? []
      : importedIn(prose)
          .map(packageOf)
          .filter((name) => !installed.includes(name));
  });
  expect([...new Set(faults)]).toEqual([]);
});

test("the commands of countersign that any text names can be understood, words, options and values", async () => {
  const faults: string[] = [];
  for (const prose of everyProse)
    for (const { text, words, isSpan } of commandsIn(prose, /^(countersign|npx|npm|node)$/)) {
      const given = ofCountersign(words);
      const found = given ? await faultsOf(given, isSpan) : [];
      faults.push(...found.map((fault) => `${prose.place}: ${text}: ${fault}`));
    }
  expect(faults).toEqual([]);
});

test("the options that any text names alone are those of a program here", () => {
  const options = new Set(everyCommand(programOf(silent)).flatMap((each) => each.options.map(({ long }) => long)));
  const faults = everyFault((prose) =>
    codeIn(prose).flatMap(({ text }) => {
      const [option = ""] = /^--[a-z][a-z-]*/.exec(text) ?? [];
      const isOfScript = () => new RegExp(`${option}\\b|["' ]${option.slice(2)}["']?: \\{ type`).test(programs);
      return option === "" || options.has(option) || option in exceptions.options || isOfScript() ? [] : text;
    }),
  );
  expect(faults).toEqual([]);
});

test("the files that any text runs, names or leads to are there", () => {
  const faults = everyFault((prose) =>
    filesIn(prose).filter((path) => !leadsSomewhere(path, foldersOf(prose)) && !(path in exceptions.files)),
  );
  expect(faults).toEqual([]);
});

test("the places within a text that any text leads to are there", () => {
  const faults = everyFault(({ place, text }) =>
    [...text.matchAll(/\]\(((?!https?:)[^)\s#]*)#([^)\s]+)\)/g)].flatMap(([link, path = "", fragment = ""]) => {
      const read = () => readFileSync(new URL(path, new URL(place, root)), "utf8");
      const places = path === "" ? [...ofDocument, ...placesIn(text)] : placesIn(read());
      return places.includes(decodeURI(fragment)) ? [] : link;
    }),
  );
  expect(faults).toEqual([]);
});

test("the ports of this machine that any text names are those of programs here", () => {
  for (const [port, file] of Object.entries(listeners))
    expect(readFileSync(new URL(file, root), "utf8"), file).toContain(port);
  const faults = everyFault(({ text }) =>
    [...text.matchAll(/\b(?:localhost|127\.0\.0\.1|0\.0\.0\.0):(\d{2,5})\b/g)].flatMap(([address, port = ""]) =>
      port in listeners || port in exceptions.ports ? [] : address,
    ),
  );
  expect(faults).toEqual([]);
});

test("the pages of ours that any text names are there: of the docs, the repository and the registry", () => {
  const site = /(?:countersign\.github\.io\/countersign|localhost:4010\/docs|127\.0\.0\.1:4012)\/([^\s`"'<>)#,]*)/g;
  const repository = /github\.com\/countersign\/countersign\/(?:tree|blob)\/main\/([^\s`)#]+)/g;
  const registry = /www\.npmjs\.com\/package\/((?:@[\w-]+\/)?[\w.-]+)/g;
  const found = (text: string, pattern: RegExp, isThere: (name: string) => boolean) =>
    [...text.matchAll(pattern)].flatMap(([address, name = ""]) => (isThere(name.replace(/\.$/, "")) ? [] : address));
  const faults = everyFault(({ text }) => [
    ...found(text, site, (page) => leadsSomewhere(page === "" ? "index.html" : page, ["apps/docs/dist/site/"])),
    ...found(text, repository, (path) => leadsSomewhere(path, [])),
    ...found(text, registry, isKnownPackage),
  ]);
  expect(faults).toEqual([]);
});

test("the variables that any text names are read by a program here", () => {
  const faults = everyFault(({ text }) => {
    const names = [...text.matchAll(/(?<![\w$])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?![\w…<])/g)].map(([name]) => name);
    return [...new Set(names)].filter((name) => !(name in exceptions.variables) && !isVariable(name));
  });
  expect(faults).toEqual([]);
});

test("a release can be made of the changesets: each can be read, and names packages that are published", async () => {
  const { changesets, releases } = await getReleasePlan(fileURLToPath(root));
  const names = publishedPackages.map(({ name }) => name);
  const named = changesets.flatMap((changeset) => changeset.releases.map(({ name }) => `${changeset.id}: ${name}`));
  expect(named.filter((line) => !names.some((name) => line.endsWith(`: ${name}`)))).toEqual([]);
  const versions = releases.filter(({ type }) => type !== "none").map(({ newVersion }) => newVersion);
  expect(new Set(versions).size).toBeLessThanOrEqual(1);
});

test("what is excepted is needed still", () => {
  const all = everyProse.map(({ text }) => text).join("\n");
  const names = Object.values(exceptions).flatMap((each) => Object.keys(each));
  expect(names.filter((name) => !all.includes(name))).toEqual([]);
});

/** What is wrong in every text, each after the place. */
function everyFault(check: (prose: Prose) => string[]): string[] {
  return everyProse.flatMap((prose) => check(prose).map((fault) => `${prose.place}: ${fault}`));
}

/** The scripts that a command may mean: those of the workspace that it names, else of the root or of where it stands. */
function manifestsFor({ place }: Prose, words: string[]): { name: string; scripts?: Record<string, string> }[] {
  const option = words.indexOf("-w");
  const short = words[option + 1]?.split("/")[1];
  const own = /^(?:packages|apps)\/[^/]+\//.exec(place)?.[0] ?? "";
  const folders = option < 0 ? ["", own] : [`${short}/`, `packages/${short}/`, `apps/${short}/`];
  return folders
    .map((folder) => new URL(`${folder}package.json`, root))
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, "utf8")));
}

/** The words after `countersign`, however it is called; undefined where something else is. */
function ofCountersign([program = "", ...words]: string[]): string[] | undefined {
  if (program === "countersign") return words;
  if (program === "npm") return words[1] === "contract" ? ["contract", ...words.slice(3)] : undefined;
  const called = program === "npx" ? /^(countersign|@countersign\/server)$/ : /^apps\/server\/dist\/main\.js$/;
  const at = words.findIndex((word) => !word.startsWith("-"));
  return called.test(words[at] ?? "") ? words.slice(at + 1) : undefined;
}

const nowhere = { write: () => {} };
const streams = { stdin: process.stdin, stdout: nowhere, stderr: nowhere };
const silent = createTerminal({ env: {}, ...streams, signal: AbortSignal.abort() });

/** What keeps the program from understanding words, with nothing done. In a sentence the end may be left away. */
async function faultsOf(words: string[], isSpan: boolean): Promise<string[]> {
  const program = programOf(silent);
  for (const command of everyCommand(program)) if (command.commands.length === 0) command.action(() => {});
  try {
    await program.parseAsync(words, { from: "user" });
  } catch (error) {
    const { code, exitCode, message } = error as Error & { code: string; exitCode: number };
    const isHalf = isSpan && /^commander\.(help|missingArgument|optionMissingArgument)$/.test(code);
    const isPut =
      code === "commander.invalidArgument" && words.some((word) => word === placeholder || /^[A-Z]+$/.test(word));
    if (exitCode !== 0 && !isHalf && !isPut) return [message];
  }
  return [];
}

/** From where a text names files. */
function foldersOf({ place }: Prose): string[] {
  const own = /^(?:packages|apps)\/[^/]+\//.exec(place)?.[0];
  const here = place.replace(/[^/]*$/, "");
  const beside = readdirSync(new URL(here, root), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? `${here}${entry.name}/` : [],
  );
  return [here, ...beside, "scripts/", "apps/server/", ...(own ? [own, `${own}src/`, `${own}dist/`] : [])];
}

/** The paths of links, commands and code. */
function filesIn(prose: Prose): string[] {
  const links = [...prose.text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, path = ""]) => path);
  const run = commandsIn(prose, /^(node|tsx|npx)$/).flatMap(({ words }) =>
    words.filter((word) => /^[\w.-]+(\/[\w.-]+)+\.[cm]?[jt]s$/.test(word)),
  );
  const spans = [...prose.text.matchAll(/`((?:[\w.-]+\/)+[\w{}.-]*)`/g)].map(([, path = ""]) => path);
  const isPath = (path: string) => !/^(node_modules|application|text|http)\/|^\d+\/\d/.test(path);
  return [...new Set([...links, ...run, ...spans])].filter(isPath);
}

/** The places of the document, as its guides write them. */
const ofDocument = [
  ...[
    ...operationsOf(document).map(({ operation }) => operation),
    ...Object.values(document.webhooks).map(({ post }) => post),
  ].map(({ operationId }) => `operation/${operationId}`),
  ...document.tags.flatMap(({ name, description = "" }) => {
    const tag = `tag/${headingId(name)}`;
    return [tag, ...placesIn(description).map((heading) => `${tag}/${heading}`)];
  }),
];

function placesIn(text: string): string[] {
  return [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) => headingId(heading.replaceAll("`", "")));
}

/** What may read variables and options. */
const programs = [
  "apps/server/src",
  "apps/mock/src",
  "apps/docs",
  "packages/better-auth/src",
  "packages/testing/src",
  "packages/contract/src",
  "scripts",
  "apps/examples",
]
  .flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: "utf8" })
      .filter((path) => /\.(ts|js)$/.test(path) && !/(^|\/)(node_modules|dist|prose\.test\.ts$)/.test(path))
      .map((path) => readFileSync(new URL(`${folder}/${path}`, root), "utf8")),
  )
  .join("\n");

/** Whether it is a setting of the server, or stands in the source of what reads it. The libraries of traces read their own. */
function isVariable(name: string): boolean {
  const read = readConfig({ [name]: "" });
  const isSetting =
    /^COUNTERSIGN_/.test(name) &&
    !("problems" in read && read.problems.some((each) => each.startsWith(`${name} is no`)));
  return (
    isSetting || /^OTEL_/.test(name) || (!/^COUNTERSIGN_/.test(name) && new RegExp(`\\b${name}\\b`).test(programs))
  );
}
