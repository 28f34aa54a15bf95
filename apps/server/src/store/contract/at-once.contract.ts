import { describe, expect } from "vitest";
import {
  type It,
  itOfThree,
  newService,
  type ReopenStore,
  type Subject,
  times,
} from "../../../test-support/store-subject.ts";
import { operator } from "../../sql/resources.ts";
import type { FeatureStores } from "../store.ts";

const page = { size: 1000 };

export function atOnceContract(it: It): void {
  describe("what takes many steps", () => {
    it("is on disk with all of them, and with none if the last one fails", async (subject) => {
      const { store, accountSid } = subject;
      const twice = async (stores: FeatureStores) => {
        await stores.services.create(made(subject), operator);
        await stores.services.create(made(subject), operator);
        // Its own steps it sees at once.
        return (await stores.services.list(accountSid, page)).items.length;
      };
      expect(await store.atOnce(twice)).toBe(3);
      await expect(
        store.atOnce(async (stores) => {
          await twice(stores);
          throw new Error("no more");
        }),
      ).rejects.toThrow("no more");
      expect((await store.services.list(accountSid, page)).items).toHaveLength(3);
      expect((await store.audit.list(accountSid, {}, page)).items).toHaveLength(4);
    });

    it("goes on after a step that failed, which is undone alone", async (subject) => {
      const { store, accountSid } = subject;
      const service = made(subject);
      await store.atOnce(async (stores) => {
        await stores.services.create(service, operator);
        await expect(stores.services.create(service, operator)).rejects.toThrow();
        await stores.services.create(made(subject), operator);
      });
      expect((await store.services.list(accountSid, page)).items).toHaveLength(3);
    });
  });
}

export function atOnceProcessContract(it: It, reopen: ReopenStore): void {
  describe("what takes many steps in three processes", () => {
    itOfThree(it, reopen)("is done one after the other", async (scopes) => {
      const [{ accountSid, store }] = scopes;
      const onlyOne = (scope: Subject) =>
        scope.store.atOnce(async (stores) => {
          if ((await stores.services.list(accountSid, page)).items.length > 1) return 0;
          await stores.services.create(made(scope), operator);
          return 1;
        });
      const results = await Promise.all(times(9, (index) => onlyOne(scopes[index % 3] as Subject)));
      expect(results.reduce<number>((sum, count) => sum + count, 0)).toBe(1);
      expect((await store.services.list(accountSid, page)).items).toHaveLength(2);
    });
  });
}

const made = ({ accountSid, clock }: Subject) => newService({ accountSid, createdAt: clock.now });
