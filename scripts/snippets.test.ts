import { type ChildProcess, execFile, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { startMock } from "@countersign/mock";
import { startSandbox } from "@countersign/server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { documents, runnable, type Snippet, snippetsOf } from "./snippets.ts";

const run = promisify(execFile);
const root = new URL("../", import.meta.url);
const compiler = fileURLToPath(new URL("node_modules/typescript-7/bin/tsc", root));
const sandboxHook = new URL("./snippets-on-sandbox.js", import.meta.url).href;
const snippets = documents.flatMap(snippetsOf);
/** Those of test runners stand at the head of the examples of `packages/testing`, which run there; files of a project run in it. */
const isOfProject = ({ code }: Snippet) => /@countersign\/testing\/(vitest|playwright)| from "\.\//.test(code);
const programs = snippets.filter((snippet) => snippet.language === "ts" && !isOfProject(snippet));
const curls = snippets.filter(({ language, code }) => language === "sh" && code.startsWith("curl"));

let mock: Awaited<ReturnType<typeof startMock>>;
let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let folder: string;
let runner: ChildProcess;
beforeAll(async () => {
  mock = await startMock();
  sandbox = await startSandbox();
  // Beside this file, so that the snippets' imports resolve as a user's would.
  folder = mkdtempSync(fileURLToPath(new URL(".snippets-", import.meta.url)));
  const env = { ...process.env, SNIPPET_SANDBOX_URL: sandbox.url };
  const seed = snippets.find(({ language, place }) => language === "yaml" && place.startsWith("guides/seed.md"));
  write("countersign.yaml", seed?.code ?? "");
  runner = fork(new URL("./snippets-runner.js", import.meta.url), {
    cwd: folder,
    execArgv: ["--import", sandboxHook],
    env,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  runner.setMaxListeners(programs.length + 1);
});
afterAll(async () => {
  runner.disconnect();
  const [code, signal] = await once(runner, "exit");
  expect([code, signal], "nothing that a program left keeps it from its end").toEqual([0, null]);
  await Promise.all([mock.close(), sandbox.close()]);
  rmSync(folder, { recursive: true });
});

describe("the TypeScript snippets of README and guides", () => {
  test("compile in strict mode", async () => {
    const files = programs.map(({ code }, index) => write(`snippet-${index}.ts`, code));
    const compilerOptions = { strict: true, noEmit: true, skipLibCheck: true, target: "es2023", types: ["node"] };
    const config = { compilerOptions: { ...compilerOptions, module: "nodenext" }, files };
    const project = write("tsconfig.json", JSON.stringify(config));
    const problems = await run(process.execPath, [compiler, "--singleThreaded", "-p", project]).then(
      () => "",
      ({ stdout }) =>
        stdout.replace(/^.*snippet-(\d+)\.ts/gm, (_: string, index: string) => programs[Number(index)]?.place),
    );
    expect(problems).toBe("");
  });

  test.concurrent.each(programs.map((snippet, index) => [snippet.place, snippet, index] as const))(
    "%s runs against sandbox and mock",
    async (_, snippet, index) => {
      expect(await errorOf(write(`snippet-${index}.js`, runnable(snippet.code)))).toBeNull();
    },
  );
});

describe("the shell snippets", () => {
  test.each(curls.map((snippet) => [snippet.place, snippet] as const))("%s gets an answer", async (_, { code }) => {
    const { stdout } = await run("sh", [
      "-c",
      `${onServers(code).replaceAll(/^curl /gm, "curl -sS -w '\\n%{http_code}\\n' ")}`,
    ]);
    expect(stdout).not.toMatch(/^000$/m);
    expect(stdout).toMatch(/^[2-5]\d\d$/m);
  });
});

/** Runs a program. @returns what it threw, or null */
function errorOf(program: string): Promise<string | null> {
  const { href } = pathToFileURL(program);
  return new Promise((resolve) => {
    const listen = ({ file, error }: { file: string; error: string | null }) => {
      if (file !== href) return;
      runner.off("message", listen);
      resolve(error);
    };
    runner.on("message", listen);
    // Something was thrown out of turn: whose it was stands in what it printed.
    runner.once("exit", (code) => resolve(`the process of all programs ended with ${code}`));
    runner.send(href);
  });
}

function write(name: string, code: string): string {
  const file = join(folder, name);
  writeFileSync(file, onServers(code));
  return file;
}

function onServers(code: string): string {
  return code.replaceAll("http://127.0.0.1:4011", mock.url).replaceAll("http://127.0.0.1:4010", sandbox.url);
}
