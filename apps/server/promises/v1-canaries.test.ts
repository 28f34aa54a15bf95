import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { pino } from "pino";
import { expect, test } from "vitest";
import { sandboxAccount, startSandbox } from "../src/sandbox/sandbox.ts";
import { apiOf } from "../test-support/api.ts";
import { dump, runSql } from "../test-support/databases.ts";
import { v1ApiOf, v1Send } from "../test-support/v1-api.ts";
import { makeApplication } from "../test-support/v1-application.ts";

test("security 3 and 4: of a v1 call neither log nor database holds the key or a code, nor the log the number", async () => {
  const folder = mkdtempSync(join(tmpdir(), "countersign-v1-canaries-"));
  const databaseUrl = `sqlite:${join(folder, "v1.db")}`;
  let log = "";
  const stream = new Writable({
    write(chunk, _encoding, done) {
      log += chunk;
      done();
    },
  });
  const sandbox = await startSandbox({ databaseUrl, logger: pino(stream) });
  const v2 = apiOf(sandbox.url);
  const serviceSid = await v2.createService({ CustomCodeEnabled: "true" });
  const key = await makeApplication(databaseUrl, sandboxAccount.accountSid, serviceSid);
  const v1 = v1ApiOf(sandbox.url, key);

  const phone_number = "415-555-2671";
  await v1.start({ phone_number, code_length: 10 });
  const custom_code = "8247193550";
  const codes = [custom_code, ...(await v2.messages("+14155552671")).map(({ code }) => code)];
  const { sms_id = "" } = (await v1.start({ phone_number, custom_code })).body;
  await v1.check({ phone_number, verification_code: "0000000000" });
  const query = `api_key=${key}&country_code=1&phone_number=4155552671&verification_code=${custom_code}`;
  expect((await v1Send(sandbox.url, "GET", `/protected/json/phones/verification/check?${query}`)).status).toBe(200);
  expect((await v1.feedback(sms_id, { Outcome: "received" })).status).toBe(200);
  const stored = await dump(databaseUrl);
  await runSql(databaseUrl, "DROP TABLE verifications");
  expect((await v1.start({ phone_number, custom_code })).body.error_code).toBe("60000");
  await sandbox.close();
  rmSync(folder, { recursive: true });

  const secrets = [key, ...codes];
  expect(secrets.filter((secret) => stored.includes(secret))).toEqual([]);
  expect([...secrets, "4155552671", phone_number].filter((canary) => log.includes(canary))).toEqual([]);
  expect(log).toContain('"failure"');
});
