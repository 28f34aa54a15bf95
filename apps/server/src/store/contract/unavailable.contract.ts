import { describe, expect } from "vitest";
import { accepted, ada, newMessage, start } from "../../../test-support/store-commands.ts";
import { type It, newService } from "../../../test-support/store-subject.ts";
import { newCredential } from "../../accounts/authenticate.ts";
import { StoreUnavailableError } from "../../kernel/refusal.ts";
import { operator } from "../../sql/resources.ts";
import { newApplication } from "./applications.contract.ts";

export function unavailableContract(it: It): void {
  describe("a store that is closed", () => {
    it("rejects every call with StoreUnavailableError", async (subject) => {
      const { store, accountSid, serviceSid, clock } = subject;
      const sid = accepted(await start(subject, ada)).value.attempt.sid;
      const attempt = await store.attempts.fetch(accountSid, sid);
      const message = newMessage(attempt as NonNullable<typeof attempt>);
      const credential = newCredential({ accountSid, sid: accountSid, secret: "token", createdAt: 0 });
      const application = newApplication(subject);
      await store.close();

      const calls = [
        () => start(subject, ada),
        () => store.services.create(newService({ accountSid, createdAt: 0 }), operator),
        () => store.services.fetch(accountSid, serviceSid),
        () => store.services.list(accountSid, { size: 1 }),
        () => store.services.update(accountSid, serviceSid, (settings) => ({ ok: true, value: settings }), 0, operator),
        () => store.services.delete(accountSid, serviceSid, operator),
        () => store.attempts.fetch(accountSid, sid),
        () => store.attempts.list(accountSid, {}, { size: 1 }),
        () => store.attempts.count(accountSid, {}),
        () => store.attempts.receive("a", { status: "sent", errorCode: null }, 0),
        () => store.accounts.create({ sid: accountSid, friendlyName: "", createdAt: 0 }, credential, operator),
        () => store.accounts.list(),
        () => store.accounts.rotate(credential, () => "h", 0, 0, operator),
        () => store.accounts.addKey(credential, operator),
        () => store.accounts.used(credential, 0),
        () => store.accounts.credential(accountSid),
        () => store.accounts.keys(accountSid, { size: 1 }),
        () => store.accounts.revoke(accountSid, sid, operator),
        () => store.requests.count({ accountSid, name: "a" }, [], 0),
        () => store.outbox.nextDueAt(),
        () => store.outbox.claim(1, 1, clock.now),
        () => store.outbox.retry([]),
        () => store.outbox.settle([{ message, report: { status: "sent", errorCode: null } }], clock.now),
        () => store.applications.create(application, operator),
        () => store.applications.byApiKey("h"),
        () => store.applications.update(application, () => ({ outcome: 1 }), 0, operator),
        () => store.applications.reseal(() => undefined, operator),
        () => store.applications.delete(accountSid, serviceSid, 0, operator),
        () => store.applications.useNonce({ serviceSid, hash: "h", at: 0 }, { count: 1, since: 0 }),
        () => store.applications.integrationKey("h"),
        () => store.posts.add([]),
        () => store.posts.nextDueAt(),
        () => store.posts.claim(1, 1, 0),
        () => store.posts.settle({ serviceSid, sid }, { status: "done" }, 0),
        () => store.posts.failed(accountSid),
        () => store.posts.failedCount(),
        () => store.posts.retry({ sid }, 0, operator),
        () => store.posts.list(accountSid, undefined, { size: 1 }),
        () => store.facts(serviceSid, sid),
        () => store.blocks.list(0),
        () => store.blocks.lift(accountSid, "+1", 0, operator),
        () => store.erase(0),
        () => store.reset(),
      ];
      for (const call of calls) await expect(call(), String(call)).rejects.toBeInstanceOf(StoreUnavailableError);
    });

    it("has answered what was asked before, and can be closed again", async (subject) => {
      const outcomes = Promise.all([start(subject, ada), start(subject, ada)]);
      await Promise.all([subject.store.close(), subject.store.close()]);
      await subject.store.close();

      expect(await outcomes).toMatchObject([{ ok: true }, { ok: true }]);
    });
  });
}
