import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SaxesParser } from "saxes";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { takeDepartures } from "../../test-support/checked-answers.ts";
import { runCommand, startCommand } from "../../test-support/cli.ts";
import { startFaultyProxy } from "../../test-support/faulty-proxy.ts";
import { startSandbox } from "../sandbox/sandbox.ts";
import type { Running } from "../server.ts";

const folder = mkdtempSync(join(tmpdir(), "countersign-contract-"));
let sandbox: Running;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

const contract = (...more: string[]) => ["contract", "--server", sandbox.url, ...more];

/** The elements of an XML document, as `name attribute="value"`, in order. @throws when it is not well-formed */
function elementsOf(text: string): string[] {
  const elements: string[] = [];
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => elements.push(`${name} ${JSON.stringify(attributes)}`));
  parser.write(text).close();
  return elements;
}

describe("countersign contract", () => {
  it("says what it will do, shows how far it is, and ends with 0 where nothing departs", async () => {
    const file = join(folder, "passed.xml");
    const { code, out, err } = await runCommand(
      // The whole check has tests of its own.
      contract("--only", "approved", "createVerification", "listServices", "--junit", file),
      { isTTY: true, env: { NO_COLOR: "1" } },
    );
    expect(code).toBe(0);
    expect(err).toMatch(/^Checks http:\S+ in a service of its own that is deleted again; a sandbox's clock is moved/);
    expect(err.replaceAll("\r\u001b[K", "|")).toMatch(/\|\d+\/\d+ {2}createVerification\|/);
    expect(out).toMatch(/^✓ story approved$/m);
    expect(out).toMatch(/^✓ createVerification$/m);
    expect(out).toMatch(/, a sandbox: \d+ requests in [\d.]+ s, 0 departures\.\n$/);
    const elements = elementsOf(readFileSync(file, "utf8"));
    expect(elements.filter((element) => element.startsWith("testcase"))).toHaveLength(out.match(/^✓/gm)?.length ?? 0);
    expect(elements.filter((element) => /^(failure|skipped) /.test(element))).toEqual([]);
  });

  it("prints departures with their requests, for people, GitHub and JUnit, and ends with 1", async () => {
    const proxy = await startFaultyProxy(sandbox.url, [
      { method: "GET", path: /^\/v2\/Services$/, status: 200, spoil: () => ({ status: 206 }) },
    ]);
    const file = join(folder, "failed.xml");
    const words = ["contract", "--server", proxy.url, "--only", "listServices"];
    const { code, out, err } = await runCommand([...words, "--junit", file, "--github"]);
    const json = await runCommand([...words, "--json"]);
    await proxy.close();
    takeDepartures();
    expect([code, err.trimEnd().split("\n").at(-1)]).toEqual([1, `${proxy.url} departs from the document.`]);
    const text = "listServices (GET /v2/Services) answers 206: does not document 206 [";
    expect(out).toContain(`✗ listServices\n    ${text}`);
    expect(out).toContain("::error title=listServices::listServices (GET /v2/Services) answers 206: does not");
    const elements = elementsOf(readFileSync(file, "utf8"));
    expect(elements.find((element) => element.startsWith("failure"))).toContain(text);
    const report = JSON.parse(json.out);
    expect(json.code).toBe(1);
    const { departures } = report.results.find(({ name }: { name: string }) => name === "listServices");
    expect(departures[0]).toMatchObject({ operationId: "listServices", status: 206, message: "does not document 206" });
  });

  it("stops at Ctrl-C, and says so in one line", async () => {
    const running = startCommand(contract(), { isTTY: true });
    await running.until("createVerificationCheck");
    running.stop();
    const { code, out, err } = await running.ended;
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(/Stopped\. What was made is deleted\.\n$/);
  });

  it("says in one line that the account is nobody's, or that the report cannot be written", async () => {
    const stranger = await runCommand(contract("--token", "wrong"));
    expect([stranger.code, stranger.err.split("\n")[1]]).toEqual([
      1,
      `${sandbox.url} refuses the account and its token.`,
    ]);
    const unknown = await runCommand(contract("--only", "approved", "listService"));
    expect([unknown.code, unknown.err.split("\n")[1]]).toEqual([1, "There is no story and no operation listService."]);
    const unwritable = await runCommand(contract("--only", "approved", "--junit", join(folder, "none", "x.xml")));
    expect([unwritable.code, unwritable.err]).toEqual([
      1,
      expect.stringMatching(/x\.xml cannot be written: ENOENT\n$/),
    ]);
  });
});
