import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const program = fileURLToPath(new URL("../dist/main.js", import.meta.url));

it("prints its address once it answers, and ends with 0 on an interrupt", async () => {
  const started = run(["--port", "0"]);
  await once(started.child.stdout, "data");
  const [, url] = /^Mock ready on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(started.output()) ?? [];
  expect((await fetch(`${url}/nothing`)).status).toBe(404);
  started.child.kill("SIGINT");
  expect(await started.ended).toEqual({ code: 0, output: `Mock ready on ${url}\n` });
});

it("takes the port from MOCK_PORT", async () => {
  const { ended } = run([], { MOCK_PORT: "http" });
  expect(await ended).toEqual({ code: 2, output: '"http" is no port: a number from 0 to 65535 is. See --help.\n' });
});

it("says in one line which flag is wrong", async () => {
  expect(await run(["--prot", "1"]).ended).toEqual({ code: 2, output: "Unknown option '--prot'. See --help.\n" });
  expect(await run(["--port", "70000"]).ended).toMatchObject({ code: 2 });
  expect(await run(["--host", ""]).ended).toEqual({ code: 2, output: "--host is empty. See --help.\n" });
  expect(await run(["extra"]).ended).toMatchObject({ code: 2, output: expect.stringMatching(/^[^\n]+\n$/) });
});

it("says in one line that the port is taken", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  const output = `Port ${port} is taken. Choose another with --port.\n`;
  expect(await run(["--port", String(port)]).ended).toEqual({ code: 1, output });
  other.close();
});

it("explains itself", async () => {
  const { code, output } = await run(["--help"]).ended;
  expect([code, output]).toEqual([0, expect.stringContaining("--port")]);
});

function run(parameters: string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [program, ...parameters], { env: { ...process.env, ...environment } });
  let output = "";
  const collect = (text: string) => {
    output += text;
  };
  child.stdout.setEncoding("utf8").on("data", collect);
  child.stderr.setEncoding("utf8").on("data", collect);
  const ended = once(child, "close").then(([code]) => ({ code: code as number, output }));
  return { child, ended, output: () => output };
}
