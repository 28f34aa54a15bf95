import { describe, expect } from "vitest";
import { ada, check, rightCode, start } from "../../../test-support/store-commands.ts";
import { type It, newService, newSid, newSubject, type Subject, times } from "../../../test-support/store-subject.ts";
import type { Author } from "../../kernel/handler.ts";
import type { ResourceFact } from "../../sql/resources.ts";
import { operator } from "../../sql/resources.ts";
import { type Application, newApplication as makeApplication, newApplicationKeys } from "../../v1/application.ts";

/** An application of the subject's service, with keys of its own. */
export function newApplication({ accountSid, serviceSid, clock }: Omit<Subject, "store">): Application {
  const contact = { phoneNumber: "202-555-0150", countryCode: 1, email: "zoë@example.com" };
  const given = { accountSid, serviceSid, contact, now: clock.now };
  return { ...makeApplication({ sealText: () => "sealed" }, given, newApplicationKeys()), id: 2_000_000_000 };
}

export async function addApplication(subject: Subject): Promise<Application> {
  const application = newApplication(subject);
  await subject.store.applications.create(application, operator);
  return application;
}

export function applicationContract(it: It): void {
  const use = ({ store, clock }: Subject, serviceSid: string, hash: string, count = 100) =>
    store.applications.useNonce({ serviceSid, hash, at: clock.now }, { count, since: clock.now - 60_000 });

  describe("applications", () => {
    it("are found by either key, and by account and service", async (subject) => {
      const { applications } = subject.store;
      const application = await addApplication(subject);

      expect(await applications.byApiKey(application.apiKeyHash)).toEqual(application);
      expect(await applications.byAppApiKey(application.appApiKeyHash)).toEqual(application);
      expect(await applications.fetch(subject.accountSid, subject.serviceSid)).toEqual(application);
      expect(await applications.list(subject.accountSid)).toEqual([application]);
      expect(await applications.byApiKey(application.appApiKeyHash)).toBeUndefined();
      expect(await applications.byAppApiKey(application.apiKeyHash)).toBeUndefined();
    });

    it("are hidden from other accounts", async (subject) => {
      const { applications } = subject.store;
      await addApplication(subject);
      const { accountSid } = await newSubject(subject.store, subject.clock);

      expect(await applications.fetch(accountSid, subject.serviceSid)).toBeUndefined();
      expect(await applications.list(accountSid)).toEqual([]);
      expect(
        await applications.update({ ...subject, accountSid }, () => ({ outcome: 1 }), 0, operator),
      ).toBeUndefined();
      expect(await applications.delete(accountSid, subject.serviceSid, 0, operator)).toBe("unknown");
    });

    it("tell of each change, who made it, and what they were and are", async (subject) => {
      const { store, accountSid, serviceSid, clock } = subject;
      const facts: ResourceFact[] = [];
      store.react({
        // biome-ignore lint/correctness/useYield: nothing follows.
        *resource(fact) {
          if (fact.table === "applications") facts.push(fact);
        },
      });
      const application = newApplication(subject);
      const which = { accountSid, serviceSid };
      await store.applications.create(application, named("one"));
      await store.applications.update(
        which,
        ({ state }) => ({ outcome: 1, state: { ...state, plan: "new" } }),
        7,
        named("two"),
      );
      await store.applications.update(which, () => ({ outcome: "nothing changes" }), 8, named("nobody"));
      await store.applications.reseal(({ state }) => ({ sealedSigningKey: "again", state }), named("three"));
      await store.applications.delete(accountSid, serviceSid, clock.now, named("four"));

      const changed = { ...application, state: { ...application.state, plan: "new" }, updatedAt: 7 };
      const resealed = { ...changed, sealedSigningKey: "again" };
      const fact = { table: "applications", accountSid, sid: serviceSid };
      const of = (thing: object) => expect.objectContaining(thing);
      expect(facts).toEqual([
        { ...fact, kind: "created", by: named("one"), before: null, after: of(application) },
        { ...fact, kind: "changed", by: named("two"), before: of(application), after: of(changed) },
        { ...fact, kind: "changed", by: named("three"), before: of(changed), after: of(resealed) },
        { ...fact, kind: "deleted", by: named("four"), before: of(resealed), after: null },
      ]);
    });

    it("come with a new service, or neither comes to be", async (subject) => {
      const { store, accountSid, clock } = subject;
      const service = newService({ accountSid, createdAt: clock.now });
      const application = { ...newApplication(subject), serviceSid: service.sid };
      await store.applications.create(application, operator, service);
      expect(await store.services.fetch(accountSid, service.sid)).toEqual(service);

      const other = newService({ accountSid, createdAt: clock.now });
      const sameKey = { ...application, serviceSid: other.sid };
      await expect(store.applications.create(sameKey, operator, other)).rejects.toThrow();
      expect(await store.services.fetch(accountSid, other.sid)).toBeUndefined();
    });

    it("are one at most for a service", async (subject) => {
      const { applications } = subject.store;
      const first = await addApplication(subject);

      await expect(applications.create(newApplication(subject), operator)).rejects.toThrow();
      expect(await applications.list(subject.accountSid)).toEqual([first]);
    });

    it("change under a lock, so that no change is lost", async (subject) => {
      const { applications } = subject.store;
      await addApplication(subject);
      const at = subject.clock.now + 1000;
      const add = (name: string) =>
        applications.update(
          subject,
          ({ state }) => {
            const key = { id: name, name, permission: "read", keyHash: name, createdAt: at } as const;
            const accessKeys = [...state.accessKeys, key];
            return { outcome: accessKeys.length, state: { ...state, accessKeys } };
          },
          at,
          operator,
        );

      const counts = await Promise.all(["b", "c", "d", "e"].map(add));
      expect(counts.toSorted()).toEqual([2, 3, 4, 5]);
      const changed = await applications.fetch(subject.accountSid, subject.serviceSid);
      expect(changed?.state.accessKeys).toHaveLength(5);
      expect(changed?.updatedAt).toBe(at);
    });

    it("stay as they are when the decision gives no state", async (subject) => {
      const { applications } = subject.store;
      const application = await addApplication(subject);

      expect(await applications.update(application, ({ id }) => ({ outcome: id }), 1, operator)).toBe(application.id);
      expect(await applications.fetch(subject.accountSid, subject.serviceSid)).toEqual(application);
    });
  });

  describe("what applications have sealed", () => {
    it("is sealed again in all of them, under their locks, but where it stays as it is", async (subject) => {
      const { store, clock } = subject;
      const other = await newSubject(store, clock);
      const [first, second] = [await addApplication(subject), await addApplication(other)];
      const reseal = () =>
        store.applications.reseal(
          ({ serviceSid, sealedSigningKey, state }) =>
            serviceSid === other.serviceSid
              ? undefined
              : { sealedSigningKey: `${sealedSigningKey}+`, state: { ...state, plan: `${state.plan}+` } },
          operator,
        );
      const suspend = store.applications.update(
        first,
        ({ state }) => ({ outcome: 0, state: { ...state, isSuspended: true } }),
        clock.now,
        operator,
      );

      expect(await Promise.all([reseal(), reseal(), suspend])).toEqual([1, 1, 0]);
      expect(await store.applications.fetch(first.accountSid, first.serviceSid)).toEqual({
        ...first,
        sealedSigningKey: "sealed++",
        state: { ...first.state, plan: `${first.state.plan}++`, isSuspended: true },
      });
      expect(await store.applications.fetch(second.accountSid, second.serviceSid)).toEqual(second);
    });
  });

  describe("the end of an application", () => {
    it("waits for its pending verifications, and takes the service with it", async (subject) => {
      const { store, accountSid, serviceSid, clock } = subject;
      const application = await addApplication(subject);
      await start(subject, ada);
      expect(await store.applications.delete(accountSid, serviceSid, clock.now, operator)).toBe("in use");
      expect(await store.applications.fetch(accountSid, serviceSid)).toEqual(application);

      await check(subject, { recipient: ada }, rightCode);
      expect(await store.applications.delete(accountSid, serviceSid, clock.now, operator)).toBe("deleted");
      expect(await store.applications.byApiKey(application.apiKeyHash)).toBeUndefined();
      expect(await store.services.fetch(accountSid, serviceSid)).toBeUndefined();
      expect(await store.applications.delete(accountSid, serviceSid, clock.now, operator)).toBe("unknown");
    });

    it("does not wait for verifications whose window is over, nor for those of other services", async (subject) => {
      const { store, accountSid, serviceSid, clock } = subject;
      await addApplication(subject);
      await start(subject, ada);
      clock.now += 600_000;
      const other = newService({ accountSid, createdAt: clock.now });
      await store.services.create(other, operator);
      await start({ ...subject, serviceSid: other.sid }, ada);

      expect(await store.applications.delete(accountSid, serviceSid, clock.now, operator)).toBe("deleted");
      expect(await store.services.fetch(accountSid, other.sid)).toEqual(other);
    });

    it("comes with the end of its service", async (subject) => {
      const { store, accountSid, serviceSid } = subject;
      const application = await addApplication(subject);

      await store.services.delete(accountSid, serviceSid, operator);
      expect(await store.applications.byApiKey(application.apiKeyHash)).toBeUndefined();
    });

    it("comes with a reset, but integration keys stay, as accounts do", async (subject) => {
      const { store, accountSid } = subject;
      const application = await addApplication(subject);
      const key = { accountSid, keyHash: newSid("IK"), createdAt: 1 };
      await store.applications.addIntegrationKey(key, operator);

      await store.reset();
      expect(await store.applications.byApiKey(application.apiKeyHash)).toBeUndefined();
      expect(await store.applications.integrationKey(key.keyHash)).toEqual(key);
    });
  });

  describe("integration keys", () => {
    it("tell whose they are, and can be added twice", async ({ store, accountSid }) => {
      const key = { accountSid, keyHash: newSid("IK"), createdAt: 1 };
      await store.applications.addIntegrationKey(key, operator);
      await store.applications.addIntegrationKey({ ...key, createdAt: 2 }, operator);

      expect(await store.applications.integrationKey(key.keyHash)).toEqual(key);
      expect(await store.applications.integrationKey(newSid("IK"))).toBeUndefined();
    });
  });

  describe("a nonce", () => {
    it("is new once for an application, however old it is, and new again for another", async (subject) => {
      const other = await newSubject(subject.store, subject.clock);
      for (const each of [subject, other]) await addApplication(each);

      expect(await use(subject, subject.serviceSid, "n")).toBe("new");
      expect(await use(subject, subject.serviceSid, "n")).toBe("used");
      subject.clock.now += 10 * 365 * 86_400_000;
      await subject.store.erase(subject.clock.now);
      expect(await use(subject, subject.serviceSid, "n")).toBe("used");
      expect(await use(subject, other.serviceSid, "n")).toBe("new");
    });

    it("is new for one of those that use it at the same time", async (subject) => {
      await addApplication(subject);
      const results = await Promise.all(times(20, () => use(subject, subject.serviceSid, "n")));
      expect(results.filter((result) => result === "new")).toHaveLength(1);
      expect(results.filter((result) => result === "used")).toHaveLength(19);
    });

    it("is refused and not remembered while too many were used", async (subject) => {
      await addApplication(subject);
      const uses = await Promise.all(["a", "b", "c", "d"].map((hash) => use(subject, subject.serviceSid, hash, 3)));
      expect(uses.toSorted()).toEqual(["new", "new", "new", "too many"]);
      const late = ["a", "b", "c", "d"][uses.indexOf("too many")] as string;
      subject.clock.now += 60_000;
      expect(await use(subject, subject.serviceSid, late, 3)).toBe("new");
    });

    it("is never new without an application", async (subject) => {
      expect(await use(subject, newSid("VA"), "n")).toBe("used");
    });
  });
}

function named(actor: string): Author {
  return { actor, address: "192.0.2.1" };
}
