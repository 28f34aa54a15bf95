import { describe, expect } from "vitest";
import { configure, decide, newConfiguration, smsRoute } from "../../../test-support/store-commands.ts";
import {
  type It,
  itOfThree,
  newSid,
  type ReopenStore,
  type Subject,
  times,
} from "../../../test-support/store-subject.ts";
import type { MessagingConfiguration } from "../../messaging-configurations/messaging-configuration.ts";
import { operator } from "../../sql/resources.ts";

const [first, second] = [smsRoute, newSid("MG")];

export function messagingConfigurationContract(it: It): void {
  describe("messaging configurations", () => {
    it("are found, changed and deleted by their own account alone, and go with their service", async (subject) => {
      const { accountSid, serviceSid, store } = subject;
      const { messagingConfigurations: kept } = store;
      const [made, whole] = [newConfiguration(subject, "DE"), newConfiguration(subject, "all")];
      for (const each of [made, whole]) expect(await kept.create(each, operator)).toBe("created");
      const which = { accountSid, serviceSid, country: "DE" };
      const others = { ...which, accountSid: newSid("AC") };
      const change = (before: MessagingConfiguration) => ({ ...before, messagingServiceSid: second });
      expect(await kept.fetch(which)).toEqual(made);
      expect(await kept.fetch(others)).toBeUndefined();
      expect(await kept.update(others, change, operator)).toBeUndefined();
      expect(await kept.delete(others, operator)).toBe(false);
      expect(await kept.update(which, change, operator)).toEqual({ ...made, messagingServiceSid: second });
      expect(await kept.lost([first])).toEqual([{ sid: second, services: [serviceSid] }]);
      expect(await kept.delete(which, operator)).toBe(true);
      expect((await kept.list({ accountSid, serviceSid }, { size: 50 })).items).toEqual([whole]);
      await store.services.delete(accountSid, serviceSid, operator);
      expect((await kept.list({ accountSid, serviceSid }, { size: 50 })).items).toEqual([]);
      expect(await kept.create(made, operator)).toBe("no parent");
    });
  });
}

export function messagingConfigurationProcessContract(it: It, reopen: ReopenStore): void {
  const itTogether = itOfThree(it, reopen);
  const routesOf = (scope: Subject) =>
    decide(scope, { sid: newSid("VE") }, ({ service }) => ({ outcome: { ...service?.smsRoutes } }));

  describe("messaging configurations of three processes", () => {
    itTogether("of 60 made at once for two countries two are made", async (scopes) => {
      const results = await Promise.all(
        times(60, (index) => {
          return configure(scopes[index % 3] as Subject, index % 2 ? "DE" : "all");
        }),
      );
      expect(results.filter((isMade) => isMade)).toHaveLength(2);
    });

    itTogether("hold for the next decision of each, from the moment that a change is answered", async (scopes) => {
      const [one, other] = scopes;
      const all = () => Promise.all(scopes.map(routesOf));
      expect(await all()).toEqual([{}, {}, {}]);
      await one.store.messagingConfigurations.create(newConfiguration(one, "DE"), operator);
      await other.store.messagingConfigurations.create(newConfiguration(one, "all"), operator);
      expect(await all()).toEqual(times(3, () => ({ DE: first, all: first })));
      const { accountSid, serviceSid } = one;
      const change = (before: MessagingConfiguration) => ({ ...before, messagingServiceSid: second });
      await other.store.messagingConfigurations.update({ accountSid, serviceSid, country: "DE" }, change, operator);
      expect(await all()).toEqual(times(3, () => ({ DE: second, all: first })));
      await one.store.messagingConfigurations.delete({ accountSid, serviceSid, country: "all" }, operator);
      expect(await all()).toEqual(times(3, () => ({ DE: second })));
    });
  });
}
