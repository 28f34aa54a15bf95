import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test, vi } from "vitest";
import { apiOf, authorizationOf } from "../../test-support/api.ts";
import { runCommand, startCommand } from "../../test-support/cli.ts";
import { spawnCommand, spawnNode } from "../../test-support/cli-process.ts";
import { sandboxAccount, sandboxServiceSid } from "../sandbox/sandbox.ts";

const folder = mkdtempSync(join(tmpdir(), "countersign-sandbox-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("runs until a signal, finishes, and ends with 0", async () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    const { child, firstLine, ended } = spawnCommand(["sandbox"], { PORT: "0" });
    const url = /^Console: (http:\/\/localhost:\d+)$/.exec(await firstLine)?.[1] ?? "";
    expect((await apiOf(url).start(sandboxServiceSid, { To: "+12025550123" })).status).toBe(201);
    child.kill(signal);
    const { code, out, err } = await ended;
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain(`Account ${sandboxAccount.accountSid}, token sandbox, service ${sandboxServiceSid}`);
    expect(out).toContain("API key SK00000000000000000000000000000001, secret sandbox\n");
  }
});

test("prints JSON, and keeps what it knows in a database when it is told to", async () => {
  const words = ["sandbox", "--port", "0", "--json", "--db", `sqlite:${join(folder, "sandbox.db")}`];
  const sids: (string | undefined)[] = [];
  for (const _ of ["first", "second"]) {
    const running = startCommand(words);
    await running.until("url");
    const { url, service_sid, ...printed } = JSON.parse(running.out());
    for (const [accountSid, authToken] of [
      [printed.account_sid, printed.auth_token],
      [printed.api_key, printed.api_secret],
    ])
      sids.push((await apiOf(url, { accountSid, authToken }).start(service_sid, { To: "+12025550123" })).body.sid);
    running.stop();
    expect((await running.ended).code).toBe(0);
  }
  expect(sids).toEqual(Array(4).fill(sids[0]));
});

test("begins with a seed file, and tells everything that is wrong with one", async () => {
  const file = join(folder, "countersign.yaml");
  writeFileSync(file, "services:\n  - FriendlyName: Shop\n    Sid: VA11111111111111111111111111111111\n");
  for (const [words, env] of [
    [["--seed", file], {}],
    [[], { COUNTERSIGN_SEED: file }],
  ] as const) {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    const running = startCommand(["sandbox", "--port", "0", "--json", ...words]);
    await running.until("url");
    vi.unstubAllEnvs();
    const { url } = JSON.parse(running.out());
    const { body } = await apiOf(url).call("GET", "/v2/Services/VA11111111111111111111111111111111");
    expect(body).toMatchObject({ friendly_name: "Shop" });
    running.stop();
    await running.ended;
  }
  writeFileSync(file, "services:\n  - FriendlyName: Shop!\n    CodeLength: 99\n");
  const { code, err } = await runCommand(["sandbox", "--seed", file]);
  expect([code, err.trim().split("\n")]).toEqual([
    78,
    [
      expect.stringContaining("line 2, services[0].FriendlyName"),
      `${file}: line 3, services[0].CodeLength must be <= 10.`,
    ],
  ]);
});

test("its answers are under the public URL, whatever a request says of its address, and a wrong one is told", async () => {
  const running = startCommand(["sandbox", "--port", "0", "--json"], {
    env: { COUNTERSIGN_PUBLIC_URL: "https://verify.example.com/base/" },
  });
  await running.until("url");
  const { url, account_sid: accountSid, auth_token: authToken, service_sid: sid } = JSON.parse(running.out());
  const elsewhere = { forwarded: "host=evil.example", "x-forwarded-host": "evil.example", "x-forwarded-prefix": "/x" };
  const answer = await fetch(`${url}/v2/Services/${sid}`, {
    headers: { authorization: authorizationOf({ accountSid, authToken }), ...elsewhere, "x-forwarded-port": "1" },
  });
  expect(await answer.json()).toHaveProperty("url", `https://verify.example.com/base/v2/Services/${sid}`);
  running.stop();
  await running.ended;
  const { code, err } = await runCommand(["sandbox"], { env: { COUNTERSIGN_PUBLIC_URL: "ftp://hunter2" } });
  expect([code, err]).toEqual([78, "COUNTERSIGN_PUBLIC_URL must be http(s)://host or http(s)://host/path.\n"]);
});

test("says in one line that the port is taken, and that files are no certificate", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const { port } = other.address() as { port: number };
  const taken = `Port ${port} is taken. Choose another with --port.\n`;
  expect(await runCommand(["sandbox", "--port", String(port)])).toEqual({ code: 1, out: "", err: taken });
  other.close();
  const [text, none] = [join(folder, "text.pem"), join(folder, "none.pem")];
  writeFileSync(text, "no certificate");
  const withFiles = (cert: string, key: string) => runCommand(["sandbox", "--tls-cert", cert, "--tls-key", key]);
  expect(await withFiles(none, text)).toEqual({ code: 1, out: "", err: `${none} cannot be read: ENOENT\n` });
  const { code, err } = await withFiles(text, text);
  expect([code, err]).toEqual([1, expect.stringMatching(/are no certificate and its key: [^\n]+\n$/)]);
});

test("with a private certificate takes the place of the hosted address, of a program that is not changed", async () => {
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  // As the guide has it.
  const request = "req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=verify.twilio.com";
  const names = ["-addext", "subjectAltName=DNS:verify.twilio.com", "-keyout", key, "-out", cert];
  execFileSync("openssl", [...request.split(" "), ...names], { stdio: "ignore" });
  const sandbox = startCommand(["sandbox", "--port", "0", "--tls-cert", cert, "--tls-key", key, "--json"]);
  await sandbox.until("url");
  const { url } = JSON.parse(sandbox.out());
  expect(url).toMatch(/^https:/);

  const file = (name: string) => fileURLToPath(new URL(`../../test-support/${name}`, import.meta.url));
  const words = ["--import", file("hosted-address.mjs"), file("hosted-program.mjs")];
  const env = { SANDBOX_PORT: new URL(url).port };
  const { code, out, err } = await spawnNode(words, { ...env, NODE_EXTRA_CA_CERTS: cert }).ended;
  expect([code, err]).toEqual([0, ""]);
  const { status, url: address, links } = JSON.parse(out);
  expect(status).toBe("approved");
  for (const absolute of [address, ...Object.values(links)])
    expect(absolute).toMatch(/^https:\/\/verify\.twilio\.com\/v2\//);
  const distrustful = await spawnNode(words, env).ended;
  expect([distrustful.code, distrustful.err]).toEqual([1, expect.stringContaining("self-signed certificate")]);
  sandbox.stop();
  expect((await sandbox.ended).code).toBe(0);
});
