import { sandboxServiceSid as ServiceSid } from "@countersign/server";
import { afterAll, describe } from "vitest";
import type { Sandbox } from "./sandbox.ts";
import { expect, test } from "./vitest.ts";

const To = "+12025550123";
const start = ({ client }: Sandbox, to = To) =>
  client.POST("/v2/Services/{ServiceSid}/Verifications", {
    params: { path: { ServiceSid } },
    body: { To: to, Channel: "sms" },
  });

const seen = new Set<Sandbox>();
afterAll(() => expect(seen.size).toBe(1));

test.beforeAll(async ({ sandbox }) => {
  seen.add(sandbox);
  await sandbox.clock.advance({ days: 1 });
});

describe("the tests of a file share one sandbox", () => {
  test("which is as new before the first, whatever came before", async ({ sandbox }) => {
    seen.add(sandbox);
    expect((await sandbox.clock.now()).getTime()).toBeLessThan(Date.now() + 60_000);
    for (let count = 0; count < 5; count += 1) expect((await start(sandbox)).error).toBeUndefined();
    expect((await start(sandbox)).error?.code).toBe(60203);
  });

  test("and before the next, so that no count and no message is left", async ({ sandbox }) => {
    seen.add(sandbox);
    expect(await sandbox.inbox.all()).toEqual([]);
    expect((await start(sandbox)).error).toBeUndefined();
    expect(await sandbox.inbox.code(To)).toBe("123456");
  });
});

test.for(["first", "second"])(
  "it begins with the seed file that the project names: in the %s test",
  async (_, { sandbox }) => {
    const { data } = await sandbox.client.GET("/v2/Services");
    expect(data?.services.map((service) => service.friendly_name)).toEqual(["Seeded", "Acme"]);
    await sandbox.client.DELETE("/v2/Services/{Sid}", { params: { path: { Sid: String(data?.services[0]?.sid) } } });
  },
);

describe("what a hook does before each test", () => {
  test.beforeEach(async ({ sandbox }) => {
    await start(sandbox);
  });

  test("is there in the test", async ({ sandbox }) => {
    expect(await sandbox.inbox.all()).toHaveLength(1);
  });

  test("and is there once in the next", async ({ sandbox }) => {
    expect(await sandbox.inbox.all()).toHaveLength(1);
  });
});

describe.concurrent("concurrent tests are not reset under each other", () => {
  test.for(["+12025550141", "+12025550142", "+12025550143"])("%s", async (to, { sandbox, expect }) => {
    await start(sandbox, to);
    expect(await sandbox.inbox.code(to)).toBe("123456");
    expect((await sandbox.inbox.all(to)).length).toBe(1);
  });
});
