import { afterAll, beforeAll, expect, test } from "vitest";
import { guardOf } from "../src/guard/settings.ts";
import { sandboxServiceSid as serviceSid, startSandbox } from "../src/sandbox/sandbox.ts";
import { type Answer, apiOf } from "../test-support/api.ts";
import { startPostgres, type TestPostgres } from "../test-support/postgres.ts";

const unknownSid = "VE0000000000000000000000000000000f";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres({ fsync: false });
});
afterAll(() => postgres.stop());

test("security 14 and 23: while the database is gone everything is refused with 503; once it is back, the same process serves again", async () => {
  const limits = { recipient: [{ requestsMax: 5, seconds: 60 }], account: [{ requestsMax: 1000, seconds: 1 }] };
  const guard = guardOf({ limits, blocksPumping: true, safePrefixes: ["+1202"] });
  const sandbox = await startSandbox({ databaseUrl: await postgres.createDatabase(), guard });
  const api = apiOf(sandbox.url);
  try {
    const numbers = Array.from({ length: 60 }, (_, index) => `+120255501${String(index).padStart(2, "0")}`);
    const [before = "", ...others] = numbers;
    expect((await api.start(serviceSid, { To: before })).status).toBe(201);
    const inTheMidst = others.map((To) => api.start(serviceSid, { To }));
    await Promise.race(inTheMidst);
    await postgres.kill();
    const answers = await Promise.all(inTheMidst);
    for (const answer of answers) if (answer.status !== 201) expectUnavailable(answer);
    // The children of the killed one take a moment to notice.
    const look = () =>
      Promise.all(
        Array.from({ length: 8 }, () => [api.fetch(serviceSid, unknownSid), api.call("GET", "/v2/Services")]).flat(),
      );
    await expect.poll(async () => (await look()).every(({ status }) => status === 503), { timeout: 20_000 }).toBe(true);

    const whileGone = await Promise.all([
      api.start(serviceSid, { To: "+12025550190" }),
      api.check(serviceSid, { To: before, Code: "123456" }),
      api.check(serviceSid, { To: before, Code: "000000" }),
      api.fetch(serviceSid, encodeURIComponent(before)),
      api.call("POST", `/v2/Services/${serviceSid}/Verifications/${encodeURIComponent(before)}`, {
        Status: "approved",
      }),
      api.call("GET", "/v2/Services"),
      api.call("POST", "/v2/Services", { FriendlyName: "Acme" }),
      api.call("GET", "/v2/Attempts"),
      api.call("GET", "/v2/Attempts/Summary"),
    ]);
    for (const answer of whileGone) expectUnavailable(answer);

    await postgres.restart();
    await expect
      .poll(async () => (await api.start(serviceSid, { To: "+12025550191" })).status, { timeout: 20_000 })
      .toBe(201);
    // What was acknowledged before is there, and what was refused in between left no trace.
    const kept = [before, ...others.filter((_, index) => answers[index]?.status === 201)];
    const checks = await Promise.all(kept.map((To) => api.check(serviceSid, { To, Code: "123456" })));
    expect(checks.map(({ body }) => body.status)).toEqual(kept.map(() => "approved"));
    expect((await api.check(serviceSid, { To: "+12025550190", Code: "123456" })).body.code).toBe(20404);
  } finally {
    await sandbox.close();
  }
});

function expectUnavailable({ status, body, headers }: Answer): void {
  expect([status, body.code]).toEqual([503, 20503]);
  expect(Number(headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
}
