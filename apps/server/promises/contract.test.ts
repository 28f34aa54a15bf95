import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ContractReport, checkContract, departuresIn } from "@countersign/contract";
import { operationsOf } from "@countersign/document";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isWhole, share } from "../../../scripts/budget.ts";
import { guardOf } from "../src/guard/settings.ts";
import { bundledDocument } from "../src/http/bundled-document.ts";
import { sandboxKeys } from "../src/sandbox/account.ts";
import { sandboxAccount, startSandbox } from "../src/sandbox/sandbox.ts";
import type { Running } from "../src/server.ts";
import { apiOf } from "../test-support/api.ts";
import { observeTrail, untold } from "../test-support/audited.ts";
import { observeLinks } from "../test-support/links.ts";
import { type ProductionServer, startProduction } from "../test-support/production.ts";

const operationIds = operationsOf(bundledDocument).map(({ operation }) => operation.operationId);
/** What a production server is asked for: all, or a share with what is looked at in its report. */
const lookedAt = ["approved", "fetchClock", "createVerification", "fetchPhoneInfo", "updateService"];
const asked = isWhole ? {} : { only: [...share(operationIds), ...lookedAt] };
/** What sends, and what needs something that was sent. The rest is as it is without. */
const sends = isWhole
  ? operationIds
  : ["createVerification", "createVerificationCheck", "fetchVerification", "updateVerification", "fetchAttempt"];

function departuresOf(report: ContractReport) {
  return report.results.flatMap(({ departures }) => departures);
}

function skippedOf({ results }: ContractReport) {
  return Object.fromEntries(results.flatMap(({ name, skipped }) => (skipped.length > 0 ? [[name, skipped]] : [])));
}

describe("on a sandbox", () => {
  const folder = mkdtempSync(join(tmpdir(), "countersign-contract-"));
  const databaseUrl = `sqlite:${join(folder, "sandbox.db")}`;
  const trail = observeTrail(databaseUrl);
  const { links, observeRoute } = observeLinks();
  let sandbox: Running;
  let options: Parameters<typeof checkContract>[0];
  beforeAll(async () => {
    const { tracing } = trail;
    sandbox = await startSandbox({
      databaseUrl,
      tracing: {
        ...tracing,
        observeRoute: (route, respond) => tracing.observeRoute(route, observeRoute(route, respond)),
      },
    });
    options = { ...sandboxAccount, server: `${sandbox.url}/`, integrationKey: sandboxKeys.integrationKey };
  });
  afterAll(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true });
  });

  it("finds no departure in the whole document, and leaves nothing out", async () => {
    const seen: [number, number, string][] = [];
    const report = await checkContract({ ...options, onProgress: (...progress) => seen.push(progress) });
    expect(departuresOf(report)).toEqual([]);
    expect(report.kind).toBe("sandbox");
    expect(report.requests).toBeGreaterThan(1_000);
    expect(skippedOf(report)).toEqual({});
    expect(report.results.filter(({ requests }) => requests === 0)).toEqual([]);
    expect(seen.map(([done]) => done)).toEqual(seen.map((_, index) => index));
    expect(seen).toHaveLength(report.results.length);
  });

  it("leads to what it has with every address that it answers", async () => {
    // What is there knows that it has no such method, whether or not it is found.
    const led = links();
    const asked = led.map(async (link) => [link, (await apiOf("").call("PATCH", link)).status]);
    expect(Object.fromEntries(await Promise.all(asked))).toEqual(Object.fromEntries(led.map((link) => [link, 405])));
    expect(led.length).toBeGreaterThan(12);
  });

  it("security 39: what changed something left the entry of who did it, and no refused request left one", () => {
    expect(trail.wrong()).toEqual([]);
    expect([...trail.changing]).toEqual(expect.arrayContaining(["updateVerification", "deleteAccessKey"]));
    // None of them is left that is not there any more.
    expect(Object.keys(untold).filter((operationId) => !trail.changing.has(operationId))).toEqual([]);
  });

  it("security 39: the trail holds no secret, no hash, no code and no recipient", () => {
    const text = trail.told();
    for (const name of ["friendly_name", "unique_name", "access_keys", "webhooks"]) expect(text).toContain(name);
    // Of what was erased it has the numbers.
    expect(text).not.toMatch(/[a-z_]*(hash|sealed|secret|token|nonce|"code")[a-z_]*":(?!\d)/);
    // What a service sends from is no recipient.
    expect(text.replaceAll(/"from":"[^"]*"/g, "")).not.toMatch(/\+\d{10,15}|@/);
  });

  it("with keepSandbox leaves the clock, the verifications and the services of others as they are", async () => {
    const { call, start, createService } = apiOf(sandbox.url);
    const serviceSid = await createService();
    await start(serviceSid, { To: "+12025550123" });
    const clock = async () => (await call("GET", "/sandbox/clock")).body as { offset_seconds?: number };
    const services = async () => (await call("GET", "/v2/Services")).body as { services?: { sid: string }[] };
    const before = [(await clock()).offset_seconds, (await services()).services];
    // Signed calls are counted by the minute, and a minute is not waited for where the clock stays.
    const { integrationKey: _, ...withoutV1 } = options;
    const only = [...share(operationIds), "expired", "advanceClock", "startPhoneVerification", "createService"];
    const report = await checkContract({ ...withoutV1, keepSandbox: true, only });
    expect(departuresOf(report)).toEqual([]);
    expect(Object.keys(skippedOf(report))).toEqual(
      expect.arrayContaining(["expired", "advanceClock", "startPhoneVerification"]),
    );
    expect([(await clock()).offset_seconds, (await services()).services]).toEqual(before);
    const { body } = await apiOf(sandbox.url).fetch(serviceSid, "+12025550123");
    expect(body.status).toBe("pending");
  });

  it("stops when it is told to, and deletes what it made", async () => {
    const before = (await apiOf(sandbox.url).call("GET", "/v2/Services")).text;
    const stopping = new AbortController();
    const onProgress = (done: number) => done > 20 && stopping.abort();
    await expect(checkContract({ ...options, signal: stopping.signal, onProgress })).rejects.toThrow("abort");
    expect((await apiOf(sandbox.url).call("GET", "/v2/Services")).text).toBe(before);
  });

  it("says that the account is nobody's, and that nobody answers", async () => {
    await expect(checkContract({ ...options, authToken: "x" })).rejects.toThrow("refuses the account and its token");
    const server = "http://127.0.0.1:2";
    await expect(checkContract({ ...options, server })).rejects.toThrow(
      `No answer from ${server}: connect ECONNREFUSED`,
    );
  });
});

describe("on a production server", () => {
  const folder = mkdtempSync(join(tmpdir(), "countersign-contract-"));
  let server: ProductionServer;
  beforeAll(async () => {
    const databaseUrl = `sqlite:${join(folder, "countersign.db")}`;
    const smsRoutes = ["MG00000000000000000000000000000007"];
    server = await startProduction({ databaseUrl, secret: "a secret of no less than 32 characters", smsRoutes });
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  it("sends nothing, leaves nothing behind, and says what it left out", async () => {
    const report = await checkContract({ ...server.credentials, server: server.url, ...asked });
    expect(departuresOf(report)).toEqual([]);
    expect(report.kind).toBe("service");
    expect(server.sent).toEqual([]);
    const { body } = await server.api.call("GET", "/v2/Services");
    expect(body).toMatchObject({ services: [] });
    const skipped = skippedOf(report);
    expect(skipped.approved).toEqual(["the server is no sandbox"]);
    expect(skipped.fetchClock).toEqual(["the server is no sandbox"]);
    expect(skipped.createVerification?.[0]).toContain("--send");
    expect(skipped.fetchPhoneInfo?.[0]).toContain("integration key");
    expect(skipped).not.toHaveProperty("updateService");
  });

  it("puts no number on a safe list that lifts nothing", async () => {
    const databaseUrl = `sqlite:${join(folder, "listless.db")}`;
    const guard = guardOf({ safeNumbers: "off" });
    const listless = await startProduction({ databaseUrl, secret: "a secret of no less than 32 characters", guard });
    const only = ["createSafeNumber", "fetchSafeNumber", "deleteSafeNumberBySid"];
    const report = await checkContract({ ...listless.credentials, server: listless.url, only });
    await listless.close();
    expect(departuresOf(report)).toEqual([]);
    expect(Object.keys(skippedOf(report))).toEqual(only);
  });

  it("sends to fictional numbers alone when it may send", async () => {
    const report = await checkContract({ ...server.credentials, server: server.url, send: true, only: sends });
    expect(departuresOf(report)).toEqual([]);
    expect(departuresIn(report)).toBe(0);
    expect(skippedOf(report)).not.toHaveProperty("createVerification");
    expect(server.sent.length).toBeGreaterThan(0);
    for (const { to } of server.sent) expect(to).toMatch(/^\+1[2-9]\d\d55501\d\d$/);
  });
});
