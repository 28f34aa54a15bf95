import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { checkPackage, createPackageFromTarballData, type Problem } from "@arethetypeswrong/core";
import { build } from "esbuild";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { isWhole } from "./budget.ts";
import { publishedPackages } from "./published.ts";

/** One process for all packages: the checkers take longer to load than to look. */

const root = fileURLToPath(new URL("..", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "countersign-published-"));
const tarballOf = (name: string) =>
  join(
    scratch,
    readdirSync(scratch).find((file) => file.startsWith(`${name.replace("@", "").replace("/", "-")}-`)) ?? "",
  );
const names = publishedPackages.map(({ name }) => name);

beforeAll(async () => {
  const all = publishedPackages.map(({ folder }) => `./${folder}`);
  await promisify(execFile)("npm", ["pack", "--pack-destination", scratch, ...all], { cwd: root });
});
afterAll(() => rmSync(scratch, { recursive: true }));

/** What can only `require`, or reads no `exports`, our packages are not for. */
const isForUs = (problem: Problem) =>
  !("resolutionKind" in problem && ["node10", "node16-cjs"].includes(problem.resolutionKind));

test.each(names)("what %s publishes is found, with its types, by all that read ES modules", async (name) => {
  const bytes = new Uint8Array(readFileSync(tarballOf(name)));
  const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer }, strict: true });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  const analysis = await checkPackage(createPackageFromTarballData(bytes));
  expect(analysis.types && analysis.problems.filter(isForUs)).toEqual([]);
});

test.each(names)("%s publishes what was built, its licence and what is to be read, in at most 5 MB", async (name) => {
  const file = tarballOf(name);
  expect(statSync(file).size).toBeLessThanOrEqual(5_000_000);
  const others = (await filesIn(file)).filter((path) => !path.startsWith("package/dist/"));
  expect(others.sort()).toEqual(["LICENSE", "README.md", "package.json"].map((path) => `package/${path}`));
});

/** Where each package is, once it is unpacked. */
async function unpack(name: string): Promise<string> {
  const folder = join(scratch, "node_modules", name);
  mkdirSync(folder, { recursive: true });
  await promisify(execFile)("tar", ["-xzf", tarballOf(name), "-C", folder, "--strip-components=1"]);
  return folder;
}

test.each(names)("nothing that %s asks for, at once or later, is missing where it is installed", async (name) => {
  const folder = await unpack(name);
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const installed = { ...dependencies, ...peerDependencies };
  const files = readdirSync(join(folder, "dist"), { recursive: true, encoding: "utf8" });
  const { metafile } = await build({
    entryPoints: files.filter((file) => /^[\w.-]+\.js$/.test(file)).map((file) => join(folder, "dist", file)),
    ...{ bundle: true, platform: "node", format: "cjs", packages: "external", write: false, outdir: folder },
    ...{ metafile: true, logLevel: "silent" },
  });
  const asked = Object.values(metafile.inputs).flatMap(({ imports }) => imports.filter(({ external }) => external));
  const missing = asked.filter(({ path }) => {
    const [scope = "", own] = path.split("/");
    // What pg asks for by a try, a speed-up that few have, it does without.
    return (
      path !== "pg-native" && !isBuiltin(path) && !((own && scope[0] === "@" ? `${scope}/${own}` : scope) in installed)
    );
  });
  expect(missing.map(({ path }) => path)).toEqual([]);
});

test("the published server has the pages that it serves, and nothing is installed with it that its own files have", async () => {
  const file = tarballOf("@countersign/server");
  const files = await filesIn(file);
  for (const page of ["console", "docs"]) expect(files).toContain(`package/dist/${page}/index.html`);
  const { stdout } = await promisify(execFile)("tar", ["-xzOf", file, "package/package.json"]);
  const inside = files.flatMap((path) => /^package\/dist\/licences\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  expect(inside).toContain("commander");
  expect(inside.filter((name) => name in JSON.parse(stdout).dependencies)).toEqual([]);
});

test("each file of the published server can be run, those that are read when something asks for them as well", async () => {
  const folder = new URL("../apps/server/dist/", import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith(".js") && name !== "main.js");
  const urls = files.map((name) => new URL(name, folder).href);
  const program = `for (const url of ${JSON.stringify(urls)}) await import(url);`;
  await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
});

test.runIf(isWhole)(
  "the published server runs in production: it sends by a real SMS centre and mail server, takes a passkey, and tells a collector",
  async () => {
    // Loaded here alone: most runs of this file leave it out.
    const { apiOf } = await import("../apps/server/test-support/api.ts");
    const { startMailServer } = await import("../apps/server/test-support/mail-server.ts");
    const { startOtlpReceiver } = await import("../apps/server/test-support/otlp-receiver.ts");
    const { passkeysOf } = await import("../apps/server/test-support/passkeys.ts");
    const { startSmsc } = await import("../apps/server/test-support/smsc.ts");
    const [folder, mailServer, smsc, collector] = await Promise.all([
      unpack("@countersign/server"),
      startMailServer(),
      startSmsc(),
      startOtlpReceiver(),
      unpack("@countersign/client"),
    ]);
    // As npm would install them.
    for (const name of ["libsql", "saxes"]) {
      symlinkSync(join(root, "node_modules", name), join(scratch, "node_modules", name), "junction");
    }
    writeFileSync(join(scratch, "ca.pem"), mailServer.ca);
    const env = {
      PATH: process.env.PATH,
      NODE_EXTRA_CA_CERTS: join(scratch, "ca.pem"),
      COUNTERSIGN_DATABASE_URL: `sqlite:${join(scratch, "countersign.db")}`,
      COUNTERSIGN_SECRET: "what nobody guesses, in 32 characters or more",
      COUNTERSIGN_PUBLIC_URL: "https://verify.example.com",
      COUNTERSIGN_HOST: "127.0.0.1",
      COUNTERSIGN_SMS_URL: `smpp://acme:secret@127.0.0.1:${smsc.port}`,
      COUNTERSIGN_EMAIL_URL: mailServer.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    };
    const program = join(folder, "dist/main.js");
    const run = async (...words: string[]) => {
      const { stdout } = await promisify(execFile)(process.execPath, [program, ...words, "--json"], { env });
      return JSON.parse(stdout);
    };
    const { sid: accountSid, auth_token: authToken } = await run("accounts", "create", "Acme");
    const { sid } = await run("services", "create", "FriendlyName=Acme");
    const child = spawn(process.execPath, [program, "serve", "--port", "0"], { env });
    const ended = once(child, "close");
    let log = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      log += text;
    });
    await vi.waitFor(() => expect(log).toContain('"url"'), 10_000);
    const url = /"url":"([^"]+)"/.exec(log)?.[1] ?? "";
    const api = apiOf(url, { accountSid, authToken });
    const codeOf = (text: string) => /\b\d{6}\b/.exec(text)?.[0] ?? "";

    expect((await api.start(sid, { To: "+12025550123", Channel: "sms" })).status).toBe(201);
    await smsc.until(() => smsc.submitted.length === 1);
    const bySms = { To: "+12025550123", Code: codeOf(smsc.submitted[0]?.text ?? "") };
    expect((await api.check(sid, bySms)).body).toMatchObject({ status: "approved" });

    expect((await api.start(sid, { To: "ada@example.org", Channel: "email" })).status).toBe(201);
    await vi.waitFor(() => expect(mailServer.mails).toHaveLength(1), 10_000);
    const byMail = {
      To: "ada@example.org",
      Code: codeOf(mailServer.mails[0]?.source.split("\r\n\r\n").slice(1).join() ?? ""),
    };
    expect((await api.check(sid, byMail)).body).toMatchObject({ status: "approved" });

    const person = await passkeysOf(() => url, sid, { accountSid, authToken }).person("user-00000042");
    expect((await person.logIn()).body).toMatchObject({ status: "approved" });

    child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
    expect(collector.spans.map(({ name }) => name)).toEqual(expect.arrayContaining(["deliver sms", "deliver email"]));
    await Promise.all([mailServer.close(), smsc.close(), collector.close()]);
  },
);

async function filesIn(tarball: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)("tar", ["-tzf", tarball]);
  return stdout.split("\n").filter((path) => path !== "" && !path.endsWith("/"));
}
