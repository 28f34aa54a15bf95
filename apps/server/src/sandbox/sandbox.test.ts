import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apiOf } from "../../test-support/api.ts";
import { databaseKindsOr, startDatabases, type TestDatabases } from "../../test-support/databases.ts";
import { v1ApiOf } from "../../test-support/v1-api.ts";
import { operator } from "../sql/resources.ts";
import { openStore } from "../store/open-store.ts";
import { sandboxAccount, sandboxApiKey } from "./account.ts";
import { sandboxServiceSid as serviceSid, startSandbox } from "./sandbox.ts";

const byKey = { accountSid: sandboxApiKey.apiKey, authToken: sandboxApiKey.apiSecret };
let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKindsOr("PostgreSQL"))("on %s", (kind) => {
  test("sandboxes that start at once on one empty database, and are reset again and again, all have what everybody knows", async () => {
    const databaseUrl = await databases.create(kind);
    const sandboxes = await Promise.all(Array.from({ length: 5 }, () => startSandbox({ databaseUrl })));
    const expectSeeded = async () => {
      for (const { url } of sandboxes) {
        expect((await apiOf(url).call("GET", `/v2/Services/${serviceSid}`)).status).toBe(200);
        expect((await apiOf(url, byKey).call("GET", "/v2/Services")).status).toBe(200);
        expect((await v1ApiOf(url).details()).status).toBe(200);
      }
    };
    await expectSeeded();
    const resets = sandboxes.map(async ({ url }) => {
      for (let round = 0; round < 10; round += 1) {
        expect((await apiOf(url).call("POST", "/sandbox/reset")).status).toBe(204);
      }
    });
    await Promise.all(resets);
    await expectSeeded();
    await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
  });

  test("a sandbox that starts again on a database that was kept sends and checks what was pending", async () => {
    const databaseUrl = await databases.create(kind);
    const To = "+14155552671";
    const first = await startSandbox({ databaseUrl });
    const { body } = await apiOf(first.url).start(serviceSid, { To });
    await first.close();

    const second = await startSandbox({ databaseUrl });
    const api = apiOf(second.url);
    expect((await api.start(serviceSid, { To })).body.sid).toBe(body.sid);
    const [message] = await api.messages(To);
    expect((await api.check(serviceSid, { To, Code: message?.code ?? "" })).body.status).toBe("approved");
    await second.close();
  });

  test("a database that was kept from before there was an API key has it from now on", async () => {
    const databaseUrl = await databases.create(kind);
    await (await startSandbox({ databaseUrl })).close();
    const store = await openStore(databaseUrl, Date.now);
    expect(await store.accounts.revoke(sandboxAccount.accountSid, sandboxApiKey.apiKey, operator)).toBe(true);
    await store.close();
    const sandbox = await startSandbox({ databaseUrl });
    expect((await apiOf(sandbox.url, byKey).call("GET", "/v2/Services")).status).toBe(200);
    await sandbox.close();
  });
});
