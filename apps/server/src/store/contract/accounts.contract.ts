import { describe, expect } from "vitest";
import type { Credential } from "../../accounts/account.ts";
import { type It, newSid } from "./subject.ts";

export function accountContract(it: It): void {
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
      const sid = newSid("AC");
      const other = { accountSid: sid, sid, secretHash: "h2", createdAt: clock.now };
      await store.accounts.create({ sid, friendlyName: "Other", createdAt: clock.now }, other);
      const rotated = { accountSid, sid: accountSid, secretHash: "new", createdAt: clock.now + 1000 };

      expect(await store.accounts.rotate(rotated)).toBe(true);
      expect(await store.accounts.credential(accountSid)).toEqual(rotated);
      expect(await store.accounts.credential(sid)).toEqual(other);
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
      const other = newSid("AC");
      const owner = { sid: other, friendlyName: "Other", createdAt: clock.now };
      await store.accounts.create(owner, { accountSid: other, sid: other, secretHash: "h", createdAt: clock.now });
      const keyOf = (owner: string, createdAt: number): Credential => {
        return { accountSid: owner, sid: newSid("SK"), secretHash: "key", createdAt };
      };
      const [late, early, foreign] = [keyOf(accountSid, clock.now + 1), keyOf(accountSid, clock.now), keyOf(other, 0)];
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
      const sid = newSid("AC");
      const other = { accountSid: sid, sid, secretHash: "h2", createdAt: clock.now };
      await store.accounts.create({ sid, friendlyName: "Other", createdAt: clock.now }, other);

      await store.accounts.rotate({ ...other, accountSid, secretHash: "mine" }).catch(() => false);
      expect(await store.accounts.credential(sid)).toEqual(other);
    });
  });
}
