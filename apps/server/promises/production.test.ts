import { randomBytes } from "node:crypto";
import { operationsOf } from "@countersign/document";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Config, readConfig } from "../src/config.ts";
import { bundledDocument } from "../src/http/bundled-document.ts";
import { fixedCode } from "../src/sandbox/outcome-number.ts";
import { startServer } from "../src/serve.ts";
import { apiOf } from "../test-support/api.ts";
import { createAccount, databaseKinds, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { startProduction } from "../test-support/production.ts";

const secret = randomBytes(32).toString("base64url");
const sandboxOperations = operationsOf(bundledDocument)
  .filter(({ path, operation }) => path.startsWith("/sandbox/") || "x-sandbox-only" in operation)
  .map(({ path, method }) => [method, path] as const);

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKinds)("in production on %s", (kind) => {
  test("security 12: no operation of the sandbox is there, with credentials or without", async () => {
    const databaseUrl = await databases.create(kind);
    const credentials = await createAccount(databaseUrl);
    const env = { COUNTERSIGN_DATABASE_URL: databaseUrl, COUNTERSIGN_SECRET: secret, COUNTERSIGN_HOST: "127.0.0.1" };
    const { config } = readConfig({ ...env, PORT: "0" }) as { config: Config };
    const server = await startServer(config, pino({ level: "silent" }));
    try {
      expect(sandboxOperations.length).toBeGreaterThanOrEqual(6);
      for (const [method, path] of sandboxOperations) {
        for (const who of [credentials, { ...credentials, authToken: "sandbox" }]) {
          const { status, body } = await apiOf(server.url, who).call(method, path);
          expect([method, path, status, body.code]).toEqual([method, path, 404, 20404]);
        }
      }
      const known = await apiOf(server.url).call("GET", "/v2/Services");
      expect(known.status, "the sandbox's account is nobody here").toBe(401);
    } finally {
      await server.close();
    }
  });

  test("security 12: outcome numbers, outcome identities and fictional numbers are ordinary, with random codes", async () => {
    const server = await startProduction({ databaseUrl: await databases.create(kind), secret });
    try {
      const serviceSid = await server.api.createService({ CodeLength: "10" });
      const recipients = [
        ...["+15005560203", "+12025550123", "+12125550199", "+442079460958"].map((To) => ({ To, Channel: "sms" })),
        ...["error-60203@example.com", "ada@example.com"].map((To) => ({ To, Channel: "email" })),
      ];
      for (const recipient of recipients) {
        const started = await server.api.start(serviceSid, recipient);
        expect([recipient.To, started.status, started.body.code]).toEqual([recipient.To, 201, undefined]);
        const wrong = await server.api.check(serviceSid, { To: recipient.To, Code: fixedCode(10) });
        expect(wrong.body.status).toBe("pending");
        const code = server.sent.at(-1)?.code ?? "";
        expect((await server.api.check(serviceSid, { To: recipient.To, Code: code })).body.status).toBe("approved");
      }
      expect(new Set(server.sent.map(({ code }) => code)).size).toBe(recipients.length);
      const entity = await server.api.call("POST", `/v2/Services/${serviceSid}/Entities`, { Identity: "error-60301" });
      expect([entity.status, entity.body.code]).toEqual([201, undefined]);
      for (const To of ["+447700900123", "+33639981234", "+353209123456", "+12425550123"]) {
        const refused = await server.api.start(serviceSid, { To });
        expect([To, refused.status, refused.body.details]).toEqual([To, 400, { recipient: "unknown_number" }]);
      }
      expect(server.sent, "nothing is sent to what no numbering plan lists").toHaveLength(recipients.length);
    } finally {
      await server.close();
    }
  });
});
