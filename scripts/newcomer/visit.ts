import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startRegistry } from "../../packages/testing/test-support/registry.ts";
import { publishedPackages } from "../published.ts";
import { documents, snippetsOf } from "../snippets.ts";
import { createShell } from "./shell.ts";

/** One thing that was tried. */
export interface Finding {
  what: string;
  /** What came of it, as people read it. */
  found: string;
  isRight: boolean;
}

const root = fileURLToPath(new URL("../..", import.meta.url));
/** The first command of all. */
const command = ["npx", "--yes", "@countersign/server", "sandbox", "--port", "0", "--json"];
const bytesMax = 5_000_000;
const secondsMax = 20;

/**
 * Goes the way of whoever has nothing yet: the packages are packed, and a registry on this machine has them in place of the
 * one that npm is set to, which it leads on to for all others. In empty folders, with a cache of its own, npm then runs the
 * sandbox and whatever else the documents say to install.
 */
export async function* visit(): AsyncGenerator<Finding> {
  const scratch = mkdtempSync(join(tmpdir(), "countersign-newcomer-"));
  const folderOf = (name: string) => {
    mkdirSync(join(scratch, name), { recursive: true });
    return join(scratch, name);
  };
  const outside = createShell({});
  const packed = publishedPackages.map(({ folder }) => `./${folder}`);
  await outside.run(["npm", "pack", "--pack-destination", folderOf("packed"), ...packed], root);
  const tarballs = readdirSync(folderOf("packed")).map((name) => join(folderOf("packed"), name));
  const upstream = (await outside.run(["npm", "config", "get", "registry"], root)).trim();
  const registry = await startRegistry(root, {}, tarballs, upstream);
  const shell = createShell({ npm_config_registry: registry.url, npm_config_cache: folderOf("cache") });
  try {
    yield* sizes(tarballs);
    yield await launch("from an empty cache", Number.POSITIVE_INFINITY);
    rmSync(join(folderOf("cache"), "_npx"), { recursive: true });
    yield await launch("from a warm cache", secondsMax);
    yield await launch("once more", secondsMax);
    yield* follow(folderOf("project"), shell);
  } finally {
    registry.close();
    rmSync(scratch, { recursive: true });
  }

  async function launch(how: string, most: number): Promise<Finding> {
    const begun = performance.now();
    const sandbox = await shell.start(command, folderOf(how));
    const seconds = (performance.now() - begun) / 1000;
    const { pages_url: page, docs_url: docs } = JSON.parse(sandbox.firstLine);
    const statuses = await Promise.all([page, docs].map(async (url) => (await fetch(url, asBrowser)).status));
    await sandbox.stop();
    const found = `${seconds.toFixed(1)} s, console ${statuses[0]}, docs ${statuses[1]}`;
    return {
      what: `${command.slice(2, 4).join(" ")}, ${how}`,
      found,
      isRight: seconds <= most && !statuses.some((status) => status !== 200),
    };
  }
}

const asBrowser = { headers: { accept: "text/html" } };

function* sizes(tarballs: string[]): Generator<Finding> {
  for (const file of tarballs) {
    const { size } = statSync(file);
    yield {
      what: `tarball ${file.replace(/^.*\//, "")}`,
      found: `${(size / 1e6).toFixed(2)} MB`,
      isRight: size <= bytesMax,
    };
  }
}

/** In one project: installs what any document says to install, then runs what the first guide has in TypeScript. */
async function* follow(project: string, shell: ReturnType<typeof createShell>): AsyncGenerator<Finding> {
  const attempt = async (what: string, words = what): Promise<Finding & { out?: string }> =>
    shell.run(words.split(" "), project).then(
      (out) => ({ what, out, found: "", isRight: true }),
      (error: Error) => ({ what, found: error.message, isRight: false }),
    );
  for (const words of ["npm init --yes", ...commandsOfDocuments()]) {
    const { out = "", ...finding } = await attempt(words);
    yield finding;
    // What `init` says to do next.
    for (const [, next = ""] of out.matchAll(/^Run it: +(.+)$/gm)) yield await attempt(next);
  }
  const sandbox = await shell.start(command, project);
  const { url } = JSON.parse(sandbox.firstLine);
  const guide = documents.find(({ pathname }) => pathname.endsWith("/getting-started.md")) as URL;
  for (const { code, place } of snippetsOf(guide).filter(({ language }) => language === "ts")) {
    writeFileSync(join(project, "verify.mts"), code.replaceAll("http://127.0.0.1:4010", url));
    yield await attempt(place, "npx tsx verify.mts");
  }
  await sandbox.stop();
}

/** What is to be installed, then what is run from it and ends by itself. */
function commandsOfDocuments(): string[] {
  const texts = documents.map((file) => readFileSync(file, "utf8"));
  const pattern =
    /(?:^|`)(npm install (?:--?[\w-]+ )*@?(?:countersign|twilio)\b[^\n`]*?|npx countersign init)(?=`|$)/gm;
  return [...new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, words = ""]) => words)))].sort();
}
