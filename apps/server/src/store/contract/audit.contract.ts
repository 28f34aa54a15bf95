import { describe, expect } from "vitest";
import { ada, bob, decide, start } from "../../../test-support/store-commands.ts";
import type { It, Subject } from "../../../test-support/store-subject.ts";
import { auditDays } from "../../console/trail.ts";
import type { Author } from "../../kernel/handler.ts";
import { newSid } from "../../kernel/random.ts";
import { accepted } from "../../kernel/refusal.ts";
import { decideEnd, endedBy } from "../../verifications/end.ts";

const by: Author = { actor: newSid("SK"), address: "192.0.2.1" };

export function auditContract(it: It): void {
  describe("the audit trail", () => {
    it("tells of a change who made it, when, from where, and what of the resource is other now", async (subject) => {
      const { store, accountSid, serviceSid, clock } = subject;
      const before = await store.services.fetch(accountSid, serviceSid);
      clock.now += 1;
      const change = { codeLength: 8, push: { includeDate: true, apnCredentialSid: null, fcmCredentialSid: null } };
      await store.services.update(
        accountSid,
        serviceSid,
        (settings) => accepted({ ...settings, ...change }),
        clock.now,
        by,
      );
      expect(await entriesOf(subject)).toMatchObject([
        {
          ...{ accountSid, sid: expect.stringMatching(/^AE[0-9a-f]{32}$/), createdAt: clock.now, ...by },
          ...{ action: "changed", resourceType: "service", resourceSid: serviceSid },
          before: { code_length: before?.settings.codeLength, push: { include_date: null } },
          after: { code_length: 8, push: { include_date: true } },
        },
        { action: "created", actor: "operator", address: null, before: null, after: { code_length: 6 } },
      ]);
      expect(Object.keys((await entriesOf(subject))[0]?.after ?? {})).toEqual(["code_length", "push"]);
    });

    it("outlives the service that it tells of, for so many days, and no reset of the sandbox", async (subject) => {
      const { store, accountSid, serviceSid, clock } = subject;
      await store.services.delete(accountSid, serviceSid, by);
      const actions = async () => (await entriesOf(subject)).map(({ action }) => action).sort();
      expect(await actions()).toEqual(["created", "deleted"]);
      clock.now += auditDays * 86_400_000;
      await store.erase(clock.now);
      expect(await actions()).toEqual(["created", "deleted"]);
      clock.now += 1;
      await store.erase(clock.now);
      expect(await actions()).toEqual([]);

      await store.audit.add({
        accountSid,
        by,
        action: "tested",
        resourceType: "provider",
        resourceSid: serviceSid,
        at: clock.now,
      });
      expect(await actions()).toEqual(["tested"]);
      await store.reset();
      expect(await actions()).toEqual([]);
    });

    it("is shown newest first, by actor, resource, action and time, each account its own", async (subject) => {
      const { store, accountSid, serviceSid, clock } = subject;
      const start = clock.now;
      for (const [index, action] of ["tested", "revealed", "tested"].entries()) {
        const at = start + index;
        await store.audit.add({ accountSid, by, action, resourceType: "provider", resourceSid: serviceSid, at });
      }
      const stranger = { accountSid: newSid("AC"), by, action: "tested", resourceType: "provider", at: start };
      await store.audit.add(stranger);
      const found = async (filter: Parameters<Subject["store"]["audit"]["list"]>[1]) =>
        (await store.audit.list(accountSid, filter, { size: 9 })).items.map(({ createdAt }) => createdAt - start);
      expect(await found({ resourceSid: serviceSid, actor: by.actor })).toEqual([2, 1, 0]);
      expect(await found({ action: "tested" })).toEqual([2, 0]);
      expect(await found({ action: "tested", createdBefore: start + 1 })).toEqual([0]);
      expect(await found({ actor: by.actor, createdAfter: start + 1 })).toEqual([2, 1]);
      expect(await found({ actor: newSid("SK") })).toEqual([]);
    });

    it("has the entry of who ends a verification by hand in the commit that ends it, or neither is there", async (subject) => {
      const ended = async (recipient: string, text?: string) => {
        const started = await start(subject, recipient);
        const sid = started.ok ? started.value.verification.sid : "";
        const decided = decide(subject, { sid }, ({ current }, now) => {
          const found = decideEnd(current, "approved", now);
          if (!found.ok) return { outcome: undefined };
          const { written = [], ...decision } = endedBy(by, found.value, "approved", now);
          return { outcome: sid, ...decision, written: written.map((one) => ({ ...one, text: text ?? one.text })) };
        });
        await decided.catch(() => undefined);
        const status = await decide(subject, { sid }, ({ current }) => ({ outcome: current?.status }));
        const entries = await entriesOf(subject, sid);
        return [status, entries.map(({ action, actor, resourceType }) => [action, actor, resourceType])];
      };
      expect(await ended(ada)).toEqual(["approved", [["approved", by.actor, "verification"]]]);
      expect(await ended(bob, "INSERT INTO nowhere VALUES ($1)")).toEqual(["pending", []]);
    });
  });
}

async function entriesOf({ store, accountSid, serviceSid }: Subject, resourceSid = serviceSid) {
  return (await store.audit.list(accountSid, { resourceSid }, { size: 50 })).items;
}
