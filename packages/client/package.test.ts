import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isWhole } from "../../scripts/budget.ts";
import { startHttpServer } from "./test-support/http-server.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const project = mkdtempSync(join(tmpdir(), "countersign-consumer-"));

/** Runs a command, and gives what it says when it fails. */
function complaint(command: string, args: string[], cwd = project): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  return status === 0 ? "" : `${stdout}${stderr}`;
}

const CONSUMER = `
import { createClient, unwrap, VerifyError } from "@countersign/client";
import { createVerification, createVerificationCheck, paginateServices } from "@countersign/client/operations";
import { findError } from "@countersign/types";

declare const process: { argv: string[] };
const client = createClient({ accountSid: "AC1", authToken: "t", baseUrl: process.argv[2] });
const ServiceSid = "VA1";

const verification = await unwrap(createVerification(client, { ServiceSid, To: "+12025550123", Channel: "sms" }));
const sids: (string | null)[] = [];
for await (const service of paginateServices(client)) sids.push(service.sid);
const { error } = await createVerificationCheck(client, { ServiceSid, To: "+12025550123", Code: "1234" });
let advice = "";
switch (error?.code) {
  case 60202:
    advice = findError("v2", error.code).message;
    break;
  case 20404:
    advice = error.details.reason;
    break;
  case 20003:
  case 20004:
  case 20403:
  case 20408:
  case 20413:
  case 20414:
  case 20429:
  case 20431:
  case 20500:
  case 20503:
  case 60200:
  case 60204:
  case 60206:
  case 60221:
    advice = error.message;
    break;
  case undefined:
    break;
  default:
    error satisfies never;
}
const thrown = await unwrap(client.DELETE("/v2/Services/{Sid}", { params: { path: { Sid: "VA2" } } })).catch((e) => e);
console.log(JSON.stringify([verification.status, sids, advice, thrown instanceof VerifyError && thrown.code]));
`;

/** The packages under test. They need no other, so nothing is fetched. */
const PACKED = ["./packages/types", "./packages/client"];

/** The compiler options of two kinds of project: one for Node, one that a bundler makes ready for browsers. */
const settings = {
  nodenext: { module: "nodenext", types: ["node"], typeRoots: [join(root, "node_modules/@types")], lib: ["ES2022"] },
  bundler: { module: "esnext", moduleResolution: "bundler", types: [], lib: ["ES2022", "DOM"], noEmit: true },
};

/** The compilers that callers have, 5.9 and 7: each reads both, or one of the two where it has to be quick. */
const compilers: Record<string, string[]> = isWhole
  ? { nodenext: ["typescript", "typescript-7"], bundler: ["typescript", "typescript-7"] }
  : { nodenext: ["typescript-7"], bundler: ["typescript"] };

/** The TypeScript of both READMEs, a file each. */
function snippets(): [string, string][] {
  return ["types", "client"].flatMap((name) => {
    const text = readFileSync(join(root, "packages", name, "README.md"), "utf8");
    const blocks = [...text.matchAll(/```ts\n(.*?)```/gs)];
    return blocks.map(([, code = ""], index): [string, string] => {
      const kind = code.includes("@countersign/client/node") ? "node." : "";
      return [`readme-${name}-${index}.${kind}ts`, code];
    });
  });
}

beforeAll(() => {
  expect(complaint("npm", ["pack", "--pack-destination", project, ...PACKED], root)).toBe("");
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const tarballs = readdirSync(project).filter((name) => name.endsWith(".tgz"));
  const install = [
    "install",
    "--offline",
    "--cache=.npm",
    "--no-audit",
    "--no-fund",
    ...tarballs.map((name) => `./${name}`),
  ];
  expect(complaint("npm", install)).toBe("");
  for (const [name, code] of [["consumer.ts", CONSUMER] as const, ...snippets()])
    writeFileSync(join(project, name), code);
}, 60_000);

afterAll(() => rmSync(project, { recursive: true }));

test.each(Object.entries(settings))(
  "from an empty project, a consumer and every README snippet compile: strict, %s, library types checked",
  (name, own) => {
    const strict = { strict: true, exactOptionalPropertyTypes: true, target: "ES2022" };
    // What is in the compiler itself is not ours.
    const libraries = { skipLibCheck: false, skipDefaultLibCheck: true };
    const config = {
      compilerOptions: { ...strict, ...libraries, ...own },
      include: ["*.ts"],
      // What only Node runs, and is typed by Node's own types.
      exclude: name === "bundler" ? ["*.node.ts"] : [],
    };
    writeFileSync(join(project, `tsconfig.${name}.json`), JSON.stringify(config));
    const complaints = compilers[name]?.map((compiler) => {
      const tsc = join(root, "node_modules", compiler, "bin/tsc");
      return complaint(process.execPath, [tsc, "-p", `tsconfig.${name}.json`]);
    });
    expect(complaints?.join("")).toBe("");
  },
  60_000,
);

test("what the consumer was compiled to runs: data, pages, a typed refusal, a thrown one", async () => {
  const answers: Record<string, [status: number, body: object]> = {
    "POST /v2/Services/VA1/Verifications": [201, { status: "pending" }],
    "GET /v2/Services": [200, { services: [{ sid: "VA1" }], meta: { key: "services", next_page_url: null } }],
    "POST /v2/Services/VA1/VerificationCheck": [429, { code: 60202, message: "Max check attempts reached" }],
    "DELETE /v2/Services/VA2": [404, { code: 20404, message: "not found" }],
  };
  const server = await startHttpServer(({ method, url }, response) => {
    const [status, body] = answers[`${method} ${url}`] ?? [500, {}];
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
  });
  const consumer = spawn(process.execPath, ["consumer.js", server.url], {
    cwd: project,
    stdio: ["ignore", "pipe", "inherit"],
  });
  expect(JSON.parse(await text(consumer.stdout))).toEqual(["pending", ["VA1"], "Max check attempts reached", 20404]);
  await server.close();
});
