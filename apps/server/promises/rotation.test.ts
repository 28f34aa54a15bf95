import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apiOf } from "../test-support/api.ts";
import { databaseKinds, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { startProduction } from "../test-support/production.ts";

const newSecret = () => randomBytes(32).toString("base64url");

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKinds)("on %s", (kind) => {
  test("security 3: once the secret is replaced, codes and messages sealed under the previous one are still good, and new ones need it no more", async () => {
    const databaseUrl = await databases.create(kind);
    const [first, second] = [newSecret(), newSecret()];
    const phones = ["+14155552671", "+14155552672", "+14155552673"] as const;
    const before = await startProduction({ databaseUrl, secret: first, isHeld: true });
    const serviceSid = await before.api.createService();
    await before.api.start(serviceSid, { To: phones[0] });
    await before.deliver();
    await before.api.start(serviceSid, { To: phones[1] });
    await before.close();

    const during = await startProduction({ databaseUrl, secret: second, previousSecret: first });
    const duringApi = apiOf(during.url, before.credentials);
    await during.deliver();
    expect(during.sent.map(({ to }) => to)).toEqual([phones[1]]);
    const sent = [...before.sent, ...during.sent];
    for (const { to, code } of sent) {
      expect((await duringApi.check(serviceSid, { To: to, Code: code })).body.status).toBe("approved");
    }
    await duringApi.start(serviceSid, { To: phones[2] });
    await during.close();

    const after = await startProduction({ databaseUrl, secret: second });
    try {
      const code = during.sent.at(-1)?.code ?? "";
      const checked = await apiOf(after.url, before.credentials).check(serviceSid, { To: phones[2], Code: code });
      expect(checked.body.status).toBe("approved");
    } finally {
      await after.close();
    }
  });
});
