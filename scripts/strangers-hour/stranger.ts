import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { parse } from "yaml";
import { launchChromium } from "../../apps/docs/test-support/chromium.ts";
import { startRegistry } from "../../packages/testing/test-support/registry.ts";
import { readInstalled } from "../../packages/testing/test-support/workspace.ts";
import { publishedPackages } from "../published.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Has a stranger do something, on a registry of this machine that has our packages as they would be published. */
export async function asStranger<Outcome>(doing: (stranger: Stranger) => Promise<Outcome>): Promise<Outcome> {
  const scratch = mkdtempSync(join(tmpdir(), "countersign-stranger-"));
  const registry = await startRegistry(root, readInstalled(root), await pack(join(scratch, "tarballs")));
  const stranger = strangerIn(scratch, registry.url);
  try {
    return await doing(stranger);
  } finally {
    stranger.leave();
    registry.close();
    rmSync(scratch, { recursive: true });
  }
}

export type Stranger = ReturnType<typeof strangerIn>;

/** Somebody with an empty folder, a shell and a browser, who has nothing else of ours than a registry. */
function strangerIn(scratch: string, registry: string) {
  const env = environmentOf(scratch, registry);
  const ports: number[] = [];
  const served: ChildProcess[] = [];
  let folder = scratch;

  return {
    async run({ command }: { command: string }): Promise<void> {
      if (command.startsWith("cd ")) folder = resolve(folder, command.slice(3));
      else await shell(command, folder, env);
    },
    write({ file, text }: { file: string; text: string }): void {
      const path = join(folder, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    },
    /** What runs until it is stopped. The first is the sandbox. Their ports are free ones, not those that the guide names. */
    async serve({ command }: { command: string }): Promise<string> {
      const port = await freePort();
      ports.push(port);
      const told = { ...env, PORT: String(port), VERIFY_BASE_URL: `http://127.0.0.1:${ports[0]}` };
      const child = spawn("sh", ["-c", command], { cwd: folder, env: told, detached: true, stdio: "ignore" });
      served.push(child);
      const ended = once(child, "exit").then(([code]) => Promise.reject(new Error(`${command} ended with ${code}`)));
      const url = `http://127.0.0.1:${port}`;
      await Promise.race([ended, answers(url)]);
      ended.catch(() => undefined);
      return url;
    },
    /** Logs in at the page, as the guide says. */
    async visit({ url, number, code }: { url: string; number: string; code: string }): Promise<void> {
      const browser = await launchChromium();
      const page = await browser.newPage();
      await page.goto(url.replace(/:\d+/, `:${ports.at(-1)}`));
      await page.locator("input").fill(number);
      await page.keyboard.press("Enter");
      await page.locator("[autocomplete=one-time-code]").fill(code);
      await page.keyboard.press("Enter");
      await page.getByText("You are logged in").waitFor();
      await browser.close();
    },
    /** The commands of the workflow that was written. */
    workflow(): string[] {
      const { jobs } = parse(readFileSync(join(folder, ".github/workflows/test.yml"), "utf8"));
      const steps = Object.values(jobs as Record<string, { steps: { run?: string }[] }>).flatMap(({ steps }) => steps);
      return steps.flatMap(({ run }) => run ?? []);
    },
    /** Takes a folder of the repository as it is there, but for what is installed in it. */
    copy(path: string): void {
      folder = join(scratch, "copy");
      cpSync(join(root, path), folder, { recursive: true, filter: (file) => !file.endsWith("node_modules") });
    },
    async clone(): Promise<void> {
      const clone = join(scratch, "clone");
      await shell(`git clone --quiet "${folder}" "${clone}"`, scratch, env);
      Object.assign(env, { CI: "true" });
      folder = clone;
    },
    leave(): void {
      // With all that npm and the shell started for it.
      for (const { pid = 0, exitCode } of served.splice(0)) if (exitCode === null) process.kill(-pid);
    },
  };
}

/** Nothing of whoever runs this: no settings of npm or git, no variable of a test run. */
function environmentOf(scratch: string, registry: string): Record<string, string> {
  const home = join(scratch, "home");
  mkdirSync(home);
  const who = { NAME: "A stranger", EMAIL: "stranger@example.com" };
  const npm = { registry, cache: join(scratch, "npm"), audit: "false", fund: "false", update_notifier: "false" };
  return {
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    HOME: home,
    NO_COLOR: "1",
    ...Object.fromEntries(Object.entries(npm).map(([name, value]) => [`npm_config_${name}`, value])),
    ...Object.fromEntries(
      ["AUTHOR", "COMMITTER"].flatMap((role) =>
        Object.entries(who).map(([name, value]) => [`GIT_${role}_${name}`, value]),
      ),
    ),
  };
}

async function shell(command: string, cwd: string, env: Record<string, string>): Promise<void> {
  await promisify(execFile)("sh", ["-c", command], { cwd, env }).catch(({ code, stdout, stderr }) => {
    throw new Error(`${command} ended with ${code}:\n${stdout}${stderr}`);
  });
}

async function pack(folder: string): Promise<string[]> {
  mkdirSync(folder);
  const ours = publishedPackages.map(({ folder }) => `./${folder}`);
  await promisify(execFile)("npm", ["pack", "--pack-destination", folder, ...ours], { cwd: root });
  return readdirSync(folder).map((name) => join(folder, name));
}

async function answers(url: string): Promise<void> {
  const isThere = () =>
    fetch(url).then(
      () => true,
      () => false,
    );
  while (!(await isThere())) await new Promise((resolve) => setTimeout(resolve, 50));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
