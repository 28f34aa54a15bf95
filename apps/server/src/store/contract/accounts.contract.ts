import { describe, expect } from "vitest";
import { type It, newSid, newSubject, type Subject, times } from "../../../test-support/store-subject.ts";
import { newCredential } from "../../accounts/authenticate.ts";
import type { Credential } from "../../accounts/store.ts";
import { operator } from "../../sql/resources.ts";
import type { Store } from "../store.ts";

const twoAMinute = [{ requestsMax: 2, seconds: 60 }];

export function accountContract(it: It): void {
  const count = ({ store, accountSid, clock }: Subject, name: string, limits = twoAMinute) =>
    store.requests.count({ accountSid, name }, limits, clock.now);

  describe("accounts", () => {
    it("are listed, and authenticated by their credential", async ({ store, accountSid, clock }) => {
      const sid = newSid("AC");
      const account = { sid, friendlyName: "Zoë’s “Shop”", createdAt: clock.now + 1 };
      const credential = credentialOf(sid, sid, clock.now + 1);
      await store.accounts.create(account, credential, operator);

      expect(await store.accounts.credential(sid)).toEqual(credential);
      expect(await store.accounts.credential(newSid("AC"))).toBeUndefined();
      const accounts = await store.accounts.list();
      expect(accounts.map((each) => each.sid).toSorted()).toEqual([accountSid, sid].toSorted());
      expect(accounts).toContainEqual(account);
    });

    it("are not created twice, and the second try changes nothing", async ({ store, accountSid, clock }) => {
      const before = await store.accounts.credential(accountSid);
      const account = { sid: accountSid, friendlyName: "Other", createdAt: clock.now };
      const credential = credentialOf(accountSid, accountSid, clock.now);

      await expect(store.accounts.create(account, credential, operator)).rejects.toThrow();
      expect(await store.accounts.credential(accountSid)).toEqual(before);
      expect(await store.accounts.list()).toMatchObject([{ friendlyName: "Acme" }]);
    });

    it("have their credential replaced by a rotation, and no credential of another account", async ({
      store,
      accountSid,
      clock,
    }) => {
      const other = await otherCredential(store, clock.now);
      const before = await store.accounts.credential(accountSid);
      const rotated = { ...before, secretHash: "new", rotatedAt: clock.now + 1000 };

      expect(await rotate(store, accountSid, accountSid, clock.now + 1000)).toEqual(rotated);
      expect(await store.accounts.credential(accountSid)).toEqual(rotated);
      expect(await store.accounts.credential(other.sid)).toEqual(other);
      expect(await store.accounts.list()).toHaveLength(2);
    });

    it("have two secrets while a rotation overlaps, and of several rotations the latest two", async ({
      store,
      accountSid,
      clock,
    }) => {
      const which = { accountSid, sid: accountSid };
      const first = (await store.accounts.credential(accountSid))?.secretHash;
      await store.accounts.rotate(which, (hash) => `${hash}2`, 60, clock.now, operator);
      const overlapping = { previousHash: first, secretHash: `${first}2`, overlapEndsAt: clock.now + 60_000 };
      expect(await store.accounts.credential(accountSid)).toMatchObject(overlapping);
      await store.accounts.rotate(which, (hash) => `${hash}3`, 60, clock.now, operator);
      expect(await store.accounts.credential(accountSid)).toMatchObject({
        ...{ previousHash: `${first}2`, secretHash: `${first}23` },
      });
      await rotate(store, accountSid, accountSid, clock.now);
      expect(await store.accounts.credential(accountSid)).toMatchObject({ previousHash: null, overlapEndsAt: null });
    });

    it("keep their auth token beside an API key", async ({ store, accountSid, clock }) => {
      const token = await store.accounts.credential(accountSid);
      const key: Credential = {
        ...credentialOf(accountSid, newSid("SK"), clock.now),
        ...{ friendlyName: "Shop", scopes: ["start", "console:read"], expiresAt: clock.now + 1 },
      };

      expect(await store.accounts.addKey(key, operator)).toBe(true);
      expect(await store.accounts.credential(key.sid)).toEqual(key);
      await rotate(store, accountSid, key.sid, clock.now);
      expect(await store.accounts.credential(key.sid)).toEqual({ ...key, secretHash: "new", rotatedAt: clock.now });
      expect(await store.accounts.credential(accountSid)).toEqual(token);
    });

    it("list their API keys, the oldest first, and take one back", async ({ store, accountSid, clock }) => {
      const other = await otherCredential(store, clock.now);
      const [late, early, foreign] = [
        credentialOf(accountSid, newSid("SK"), clock.now + 1),
        credentialOf(accountSid, newSid("SK"), clock.now),
        credentialOf(other.sid, newSid("SK"), 0),
      ];
      for (const key of [late, early, foreign]) await store.accounts.addKey(key, operator);
      const keys = async () => (await store.accounts.keys(accountSid, { size: 9 })).items;
      const revoke = (sid: string) => store.accounts.revoke(accountSid, sid, operator);

      expect(await keys()).toEqual([early, late]);
      expect(await revoke(foreign.sid)).toBe(false);
      expect(await revoke(early.sid)).toBe(true);
      expect(await revoke(early.sid)).toBe(false);
      expect(await keys()).toEqual([late]);
      expect(await store.accounts.credential(early.sid)).toBeUndefined();
      expect(await store.accounts.credential(foreign.sid)).toEqual(foreign);
    });

    it("keep their auth token: it is no key, and cannot be taken back", async ({ store, accountSid }) => {
      expect((await store.accounts.keys(accountSid, { size: 9 })).items).toEqual([]);
      expect(await store.accounts.revoke(accountSid, accountSid, operator)).toBe(false);
      expect(await store.accounts.credential(accountSid)).toBeDefined();
    });

    it("do not come to be by a rotation or a key", async ({ store, clock }) => {
      const sid = newSid("AC");

      expect(await rotate(store, sid, sid, clock.now)).toBeUndefined();
      expect(await store.accounts.addKey(credentialOf(sid, newSid("SK"), clock.now), operator)).toBe(false);
      expect(await store.accounts.credential(sid)).toBeUndefined();
      expect(await store.accounts.list()).toHaveLength(1);
    });

    it("cannot take over a credential of another account", async ({ store, accountSid, clock }) => {
      const other = await otherCredential(store, clock.now);

      await expect(store.accounts.addKey(credentialOf(accountSid, other.sid, 0), operator)).rejects.toThrow();
      expect(await rotate(store, accountSid, other.sid, clock.now)).toBeUndefined();
      await store.accounts.used({ accountSid, sid: other.sid }, clock.now);
      expect(await store.accounts.credential(other.sid)).toEqual(other);
    });

    it("remember when a credential was used, at most once a minute", async ({ store, accountSid, clock }) => {
      const use = async (now: number) => {
        await store.accounts.used({ accountSid, sid: accountSid }, now);
        return (await store.accounts.credential(accountSid))?.lastUsedAt;
      };
      expect(await use(clock.now)).toBe(clock.now);
      expect(await use(clock.now + 59_999)).toBe(clock.now);
      expect(await use(clock.now + 60_000)).toBe(clock.now + 60_000);
    });

    it("tell the audit trail who made, rotated and took back what, and never a secret or its hash", async (subject) => {
      const { store, accountSid, clock } = subject;
      const key = { ...credentialOf(accountSid, newSid("SK"), clock.now), friendlyName: "Shop" };
      const by = (actor: string) => ({ actor, address: "192.0.2.1" });
      await store.accounts.addKey(key, by("SK1"));
      await store.accounts.rotate(key, (hash) => `${hash}2`, 60, clock.now, by("SK2"));
      await rotate(store, accountSid, accountSid, clock.now);
      await store.accounts.revoke(accountSid, key.sid, by("SK3"));
      await store.applications.addIntegrationKey({ accountSid, keyHash: "hash", createdAt: 0 }, by("SK4"));
      const other = await otherCredential(store, clock.now);

      const { items } = await store.audit.list(accountSid, {}, { size: 9 });
      const told = items
        .filter(({ resourceType }) => !["service", "account"].includes(resourceType))
        .map(({ action, resourceType, resourceSid, actor }) => [action, resourceType, resourceSid, actor]);
      expect(told.reverse()).toEqual([
        ["created", "key", key.sid, "SK1"],
        ["changed", "key", key.sid, "SK2"],
        ["changed", "key", accountSid, "operator"],
        ["deleted", "key", key.sid, "SK3"],
        ["created", "integration_key", accountSid, "SK4"],
      ]);
      const [minute, now] = ["2026-03-02T09:31:00Z", "2026-03-02T09:30:00Z"];
      expect(items.find(({ actor }) => actor === "SK2")).toMatchObject({
        before: { date_rotated: null, date_overlap_ends: null },
        after: { date_rotated: now, date_overlap_ends: minute },
      });
      expect((await store.audit.list(other.sid, {}, { size: 9 })).items).toMatchObject([
        { action: "created", resourceType: "account", after: { friendly_name: "Other" } },
      ]);
      expect(JSON.stringify(items)).not.toMatch(/hash|secret/i);
    });
  });

  describe("requests", () => {
    it("are counted up to the limit, and again when the window is over", async (subject) => {
      expect([await count(subject, "a"), await count(subject, "a")]).toEqual([0, 0]);
      subject.clock.now += 20_000;
      expect(await count(subject, "a")).toBe(40);
      subject.clock.now += 40_000;
      expect(await count(subject, "a")).toBe(0);
    });

    it("are counted for each account and each kind apart", async (subject) => {
      const other = await newSubject(subject.store, subject.clock);
      const waits = await Promise.all(
        [subject, other].flatMap((each) => ["a", "b", "a", "b", "a"].map((name) => count(each, name))),
      );
      expect(waits.map((wait) => wait > 0).filter(Boolean)).toHaveLength(2);
    });

    it("are counted under all limits or under none", async (subject) => {
      const limits = [...twoAMinute, { requestsMax: 3, seconds: 3600 }];
      const waits = [];
      for (let request = 0; request < 4; request += 1) waits.push(await count(subject, "a", limits));
      subject.clock.now += 60_000;
      for (let request = 0; request < 2; request += 1) waits.push(await count(subject, "a", limits));
      expect(waits).toEqual([0, 0, 60, 60, 0, 3540]);
    });

    it("security 13: of many at once exactly as many as the limit are counted, the first ones ever too", async (subject) => {
      const waits = await Promise.all(times(50, () => count(subject, "a")));
      expect(waits.filter((wait) => wait === 0)).toHaveLength(2);
      expect(waits.filter((wait) => wait === 60)).toHaveLength(48);
    });

    it("are forgotten by a reset, and when they are old enough to be erased", async (subject) => {
      const { store, clock } = subject;
      const week = [{ requestsMax: 1, seconds: 7 * 86_400 }];
      expect(await count(subject, "a", week)).toBe(0);
      await store.erase(clock.now);
      expect(await count(subject, "a", week)).toBeGreaterThan(0);
      await store.erase(clock.now + 1);
      expect(await count(subject, "a", week)).toBe(0);
      await store.reset();
      expect(await count(subject, "a", week)).toBe(0);
    });
  });
}

const credentialOf = (accountSid: string, sid: string, createdAt: number) =>
  newCredential({ accountSid, sid, secret: "secret", createdAt });

const rotate = (store: Store, accountSid: string, sid: string, now: number) =>
  store.accounts.rotate({ accountSid, sid }, () => "new", 0, now, operator);

/** The credential of an account more. */
async function otherCredential({ accounts }: Store, createdAt: number): Promise<Credential> {
  const sid = newSid("AC");
  const credential = credentialOf(sid, sid, createdAt);
  await accounts.create({ sid, friendlyName: "Other", createdAt }, credential, operator);
  return credential;
}
