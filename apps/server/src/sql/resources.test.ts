import { randomBytes } from "node:crypto";
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databaseKinds, startDatabases, type TestDatabases } from "../../test-support/databases.ts";
import { addPosts } from "../events/posts.ts";
import type { Author, Request } from "../kernel/handler.ts";
import { newSid } from "../kernel/random.ts";
import type { Outcome } from "../kernel/refusal.ts";
import { accepted } from "../kernel/refusal.ts";
import { everyScope } from "../kernel/scope.ts";
import { bucketHandlers } from "../rate-limits/buckets.ts";
import { rateLimitHandlers } from "../rate-limits/rate-limits.ts";
import { settingsOf } from "../services/service.ts";
import { serviceHandlers } from "../services/services.ts";
import { openStore } from "../store/open-store.ts";
import type { Store } from "../store/store.ts";
import { createDayKeys } from "../verifications/vault.ts";
import type { ResourceFact } from "./resources.ts";
import { operator } from "./resources.ts";

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

const accountSid = newSid("AC");
const by = { actor: newSid("SK"), address: "192.0.2.1" };
const keys = createDayKeys();
keys.add(0, randomBytes(32));

describe.each(databaseKinds)("one reaction, on %s", (kind) => {
  it("hears who created, changed and deleted which resource, and what it was and is", async () => {
    await withStore(kind, async (store) => {
      const facts: ResourceFact[] = [];
      store.react({
        *resource(fact) {
          yield* addPosts([], keys);
          facts.push(fact);
        },
      });
      const { services, rateLimits, buckets } = handlersOf(store);
      const service = value(await services.createService(request({}, { FriendlyName: "Acme" })));
      const ofService = { ServiceSid: service.sid };
      const limit = value(await rateLimits.createRateLimit(request(ofService, { UniqueName: "address" })));
      const ofLimit = { ...ofService, RateLimitSid: limit.sid };
      const bucket = value(await buckets.createBucket(request(ofLimit, { Max: 1, Interval: 60 })));
      await buckets.updateBucket(request({ ...ofLimit, Sid: bucket.sid }, { Max: 2 }));
      await rateLimits.updateRateLimit(request({ ...ofService, Sid: "address" }, { Description: "By address" }));
      await services.updateService(request({ Sid: service.sid }, { FriendlyName: "Beta" }));
      await buckets.deleteBucket(request({ ...ofLimit, Sid: bucket.sid }));
      await rateLimits.deleteRateLimit(request({ ...ofService, Sid: limit.sid }));
      await services.deleteService(request({ Sid: service.sid }));

      const told = (
        kind: string,
        table: string,
        { sid }: { sid: string },
        before: object | null,
        after: object | null,
      ) => ({ kind, table, accountSid, sid, by, before, after });
      const named = (friendlyName: string) =>
        expect.objectContaining({ settings: expect.objectContaining({ friendlyName }) });
      const described = (description: string | null) => expect.objectContaining({ uniqueName: "address", description });
      const limited = (max: number) => expect.objectContaining({ max, intervalSeconds: 60 });
      expect(facts).toEqual([
        told("created", "services", service, null, named("Acme")),
        told("created", "rate_limits", limit, null, described(null)),
        told("created", "buckets", bucket, null, limited(1)),
        told("changed", "buckets", bucket, limited(1), limited(2)),
        told("changed", "rate_limits", limit, described(null), described("By address")),
        told("changed", "services", service, named("Acme"), named("Beta")),
        told("deleted", "buckets", bucket, limited(2), null),
        told("deleted", "rate_limits", limit, described("By address"), null),
        told("deleted", "services", service, named("Beta"), null),
      ]);
    });
  });

  it("and the change are both on disk, or neither is, and its actor is whoever it was done for", async () => {
    await withStore(kind, async (store) => {
      const service = {
        accountSid,
        sid: newSid("VA"),
        settings: settingsOf({ FriendlyName: "Acme" }),
        createdAt: 1,
        updatedAt: 1,
      };
      const { sid: serviceSid } = service;
      const limit = {
        accountSid,
        serviceSid,
        sid: newSid("RK"),
        uniqueName: "address",
        description: null,
        createdAt: 1,
        updatedAt: 1,
      };
      const authors: Author[] = [];
      let fails = false;
      store.react({
        *resource({ by, sid }) {
          authors.push(by);
          yield* addPosts(
            [{ accountSid, serviceSid, sid: newSid("WD"), webhookId: sid, payload: {}, createdAt: 1 }],
            keys,
          );
          if (fails) throw new Error("the reaction failed");
        },
      });
      const heard = async () => (await store.posts.claim(9, 0, 1)).map(({ webhookId }) => webhookId).sort();
      await store.services.create(service, operator);
      await store.rateLimits.create(limit, operator);
      expect(await heard()).toEqual([limit.sid, serviceSid].sort());

      fails = true;
      const other = newSid("VA");
      for (const change of [
        () => store.services.create({ ...service, sid: other }, operator),
        () =>
          store.services.update(
            accountSid,
            serviceSid,
            (settings) => accepted({ ...settings, friendlyName: "Beta" }),
            2,
            operator,
          ),
        () => store.services.delete(accountSid, serviceSid, operator),
        () => store.rateLimits.create({ ...limit, sid: newSid("RK"), uniqueName: "user" }, operator),
        () =>
          store.rateLimits.update({ sid: limit.sid }, (before) => ({ ...before, description: "changed" }), operator),
        () => store.rateLimits.delete({ sid: limit.sid }, operator),
      ]) {
        await expect(change(), String(change)).rejects.toThrow("the reaction failed");
      }
      expect(await store.services.fetch(accountSid, other)).toBeUndefined();
      expect(await store.services.fetch(accountSid, serviceSid)).toEqual(service);
      expect((await store.rateLimits.list({ serviceSid }, { size: 9 })).items).toEqual([limit]);
      expect(await heard()).toHaveLength(2);
      expect(new Set(authors)).toEqual(new Set([operator]));
    });
  });
});

async function withStore(kind: (typeof databaseKinds)[number], test: (store: Store) => Promise<void>): Promise<void> {
  const store = await openStore(await databases.create(kind), () => 1);
  await test(store).finally(() => store.close());
}

function handlersOf(store: Store) {
  const parts = { ...store, clock: () => 1, newSid, templates: { find: () => undefined }, pushes: { has: () => true } };
  return { services: serviceHandlers(parts), rateLimits: rateLimitHandlers(parts), buckets: bucketHandlers(parts) };
}

/** A request with one of the account's keys. */
function request<Path extends object, Body extends object>(path: Path, body = {} as Body) {
  const principal = {
    kind: "account",
    accountSid,
    actor: by.actor,
    scopes: everyScope,
  } as const satisfies Request<"createService">["principal"];
  const url = new URL("http://localhost");
  return {
    principal,
    by,
    accountSid,
    base: url.origin,
    url: () => url,
    hasHungUp: () => false,
    raw: new IncomingMessage(new Socket()),
    path,
    query: {},
    body,
  };
}

function value<T extends { sid: string | null }>(outcome: Outcome<T>): { sid: string } {
  if (!outcome.ok || outcome.value.sid === null) throw new Error("it was refused");
  return { sid: outcome.value.sid };
}
