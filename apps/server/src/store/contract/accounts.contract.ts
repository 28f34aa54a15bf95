import { describe, expect } from "vitest";
import { type It, newSid, newSubject, type Subject, times } from "../../../test-support/store-subject.ts";
import type { Credential } from "../../accounts/store.ts";
import type { Store } from "../store.ts";

const twoAMinute = [{ requestsMax: 2, seconds: 60 }];

export function accountContract(it: It): void {
  const count = ({ store, accountSid, clock }: Subject, name: string, limits = twoAMinute) =>
    store.requests.count({ accountSid, name }, limits, clock.now);

  describe("accounts", () => {
    it("are listed, and authenticated by their credential", async ({ store, accountSid, clock }) => {
      const sid = newSid("AC");
      const account = { sid, friendlyName: "Zoë’s “Shop”", createdAt: clock.now + 1 };
      const credential = { accountSid: sid, sid, secretHash: "h2", createdAt: clock.now + 1 };
      await store.accounts.create(account, credential);

      expect(await store.accounts.credential(sid)).toEqual(credential);
      expect(await store.accounts.credential(newSid("AC"))).toBeUndefined();
      const accounts = await store.accounts.list();
      expect(accounts.map((each) => each.sid).toSorted()).toEqual([accountSid, sid].toSorted());
      expect(accounts).toContainEqual(account);
    });

    it("are not created twice, and the second try changes nothing", async ({ store, accountSid, clock }) => {
      const before = await store.accounts.credential(accountSid);
      const account = { sid: accountSid, friendlyName: "Other", createdAt: clock.now };
      const credential = { accountSid, sid: accountSid, secretHash: "other", createdAt: clock.now };

      await expect(store.accounts.create(account, credential)).rejects.toThrow();
      expect(await store.accounts.credential(accountSid)).toEqual(before);
      expect(await store.accounts.list()).toMatchObject([{ friendlyName: "Acme" }]);
    });

    it("have their credential replaced by a rotation, and no credential of another account", async ({
      store,
      accountSid,
      clock,
    }) => {
      const other = await otherCredential(store, clock.now);
      const rotated = { accountSid, sid: accountSid, secretHash: "new", createdAt: clock.now + 1000 };

      expect(await store.accounts.rotate(rotated)).toBe(true);
      expect(await store.accounts.credential(accountSid)).toEqual(rotated);
      expect(await store.accounts.credential(other.sid)).toEqual(other);
      expect(await store.accounts.list()).toHaveLength(2);
    });

    it("keep their auth token beside an API key", async ({ store, accountSid, clock }) => {
      const token = await store.accounts.credential(accountSid);
      const key: Credential = { accountSid, sid: newSid("SK"), secretHash: "key", createdAt: clock.now };

      expect(await store.accounts.rotate(key)).toBe(true);
      expect(await store.accounts.credential(key.sid)).toEqual(key);
      expect(await store.accounts.rotate({ ...key, secretHash: "key2" })).toBe(true);
      expect(await store.accounts.credential(key.sid)).toEqual({ ...key, secretHash: "key2" });
      expect(await store.accounts.credential(accountSid)).toEqual(token);
    });

    it("list their API keys, the oldest first, and take one back", async ({ store, accountSid, clock }) => {
      const other = await otherCredential(store, clock.now);
      const keyOf = (owner: string, createdAt: number): Credential => {
        return { accountSid: owner, sid: newSid("SK"), secretHash: "key", createdAt };
      };
      const [late, early, foreign] = [
        keyOf(accountSid, clock.now + 1),
        keyOf(accountSid, clock.now),
        keyOf(other.sid, 0),
      ];
      for (const key of [late, early, foreign]) await store.accounts.rotate(key);

      expect(await store.accounts.keys(accountSid)).toEqual([early, late]);
      expect(await store.accounts.revoke(accountSid, foreign.sid)).toBe(false);
      expect(await store.accounts.revoke(accountSid, early.sid)).toBe(true);
      expect(await store.accounts.revoke(accountSid, early.sid)).toBe(false);
      expect(await store.accounts.keys(accountSid)).toEqual([late]);
      expect(await store.accounts.credential(early.sid)).toBeUndefined();
      expect(await store.accounts.credential(foreign.sid)).toEqual(foreign);
    });

    it("keep their auth token: it is no key, and cannot be taken back", async ({ store, accountSid }) => {
      expect(await store.accounts.keys(accountSid)).toEqual([]);
      expect(await store.accounts.revoke(accountSid, accountSid)).toBe(false);
      expect(await store.accounts.credential(accountSid)).toBeDefined();
    });

    it("do not come to be by a rotation, which answers false", async ({ store, clock }) => {
      const sid = newSid("AC");

      expect(await store.accounts.rotate({ accountSid: sid, sid, secretHash: "h", createdAt: clock.now })).toBe(false);
      expect(await store.accounts.credential(sid)).toBeUndefined();
      expect(await store.accounts.list()).toHaveLength(1);
    });

    it("cannot take over a credential of another account", async ({ store, accountSid, clock }) => {
      const other = await otherCredential(store, clock.now);

      await store.accounts.rotate({ ...other, accountSid, secretHash: "mine" }).catch(() => false);
      expect(await store.accounts.credential(other.sid)).toEqual(other);
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

/** The credential of an account more. */
async function otherCredential({ accounts }: Store, createdAt: number): Promise<Credential> {
  const sid = newSid("AC");
  const credential = { accountSid: sid, sid, secretHash: "h2", createdAt };
  await accounts.create({ sid, friendlyName: "Other", createdAt }, credential);
  return credential;
}
