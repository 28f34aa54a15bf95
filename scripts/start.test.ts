import { type ChildProcess, exec, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";

const folder = fileURLToPath(new URL("./", import.meta.url));
let child: ChildProcess | undefined;
afterEach(() => child?.kill("SIGKILL"));

test("npm start prints sandbox, docs, mock and curl lines that work, and Ctrl-C ends all", async () => {
  const { output, exited } = launch({ PORT: "0", MOCK_PORT: "0", DOCS_PORT: "0" });
  const text = await output(/Ctrl-C/);

  expect(text.trim().split("\n")[0]).toMatch(/^Sandbox {2}http:\/\/localhost:\d+$/);
  const [, docs = "", docsAlone = ""] = /Docs {5}(\S+) and (\S+)/.exec(text) ?? [];
  const mock = /Mock {5}(\S+)/.exec(text)?.[1] ?? "";
  for (const url of [docs, docsAlone]) expect((await fetch(url)).status).toBe(200);
  expect((await fetch(mock)).status).toBe(404);
  const [start = "", inbox = ""] = [...text.matchAll(/^ +(curl .*)$/gm)].map(([, curl]) => curl);
  expect(JSON.parse((await run(`${start} -sS`)).stdout)).toMatchObject({ status: "pending", to: "+12025550123" });
  expect(JSON.parse((await run(`${inbox} -sS`)).stdout)).toMatchObject({ messages: [{ code: "123456" }] });

  child?.kill("SIGINT");
  expect(await exited).toEqual([0, null]);
  await expect(fetch(docs)).rejects.toThrow();
});

test("a port that is taken gets one clear line and exit code 1", async () => {
  const occupant = createServer().listen(0, "127.0.0.1");
  await once(occupant, "listening");
  const { port } = occupant.address() as { port: number };
  const { exited, printed } = launch({ PORT: "0", MOCK_PORT: String(port), DOCS_PORT: "0" });
  expect(await exited).toEqual([1, null]);
  expect(printed().trim().split("\n")).toEqual([
    `Port ${port} is taken. Choose another with PORT, MOCK_PORT or DOCS_PORT.`,
  ]);
  occupant.close();
});

const run = promisify(exec);

function launch(env: Record<string, string>) {
  const started = spawn(process.execPath, ["--import", "tsx", "start.ts"], {
    cwd: folder,
    env: { ...process.env, ...env },
  });
  child = started;
  let text = "";
  for (const stream of [started.stdout, started.stderr]) stream.on("data", (chunk) => (text += chunk));
  return {
    exited: once(started, "exit"),
    printed: () => text,
    output: async (until: RegExp) => {
      while (!until.test(text)) await once(started.stdout, "data");
      return text;
    },
  };
}
