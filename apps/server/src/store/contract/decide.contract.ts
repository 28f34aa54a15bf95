import { describe, expect } from "vitest";
import {
  accepted,
  ada,
  bob,
  check,
  decide,
  end,
  look,
  rightCode,
  start,
  started,
  wrongCode,
} from "../../../test-support/store-commands.ts";
import { type It, newSid, newSubject, times, withNewService } from "../../../test-support/store-subject.ts";

/** What one command may see, and what becomes of its change. */
export function decideContract(it: It): void {
  describe("decide", () => {
    it("shows a committed decision to the next command, by recipient and by sid, to the letter", async (subject) => {
      const lookup = {
        mobileCountryCode: "310",
        mobileNetworkCode: "004",
        type: "mobile",
        name: "Zoë’s “Carrier” \\ 山",
        errorCode: null,
      } as const;
      const sna = { urlToken: "u", needsClientToken: false };
      const verification = await started(start(subject, ada, { amount: "€39.99", payee: "Ünal & Co", lookup, sna }));

      const byRecipient = await look(subject, { recipient: ada });
      const bySid = await look(subject, { sid: verification.sid });

      expect(byRecipient.current).toEqual(verification);
      expect(bySid.current).toEqual(verification);
      const service = await subject.store.services.fetch(subject.accountSid, subject.serviceSid);
      expect(byRecipient.service).toMatchObject({ ...service });
    });

    it("keeps what a caller says to the letter, whatever characters it has and though it be empty", async (subject) => {
      const said = "\x01\t\n\x1b\x1c\x1d\x1e\x1f\x7f \\N\\ '{\"null\",}' \u2028 ₂ 山 𝕏";
      const verification = await started(start(subject, ada, { amount: said, payee: "" }));
      const { log } = subject.store;
      expect((await log.fetch(subject.accountSid, verification.sid))?.verification).toEqual(verification);

      await end(subject, { recipient: ada }, "canceled");
      const ended = (await log.fetch(subject.accountSid, verification.sid))?.verification;
      expect(ended).toMatchObject({ status: "canceled", amount: said, payee: "" });
    });

    it("shows nothing for a recipient and a sid that were never seen", async (subject) => {
      expect((await look(subject, { recipient: ada })).current).toBeUndefined();
      expect((await look(subject, { sid: newSid("VE") })).current).toBeUndefined();
    });

    it("keeps one recipient of two services and of two accounts apart", async (subject) => {
      const second = await withNewService(subject);
      const foreign = await newSubject(subject.store, subject.clock);
      const scopes = [subject, second, foreign];

      const verifications = await Promise.all(scopes.map((scope) => started(start(scope, ada))));
      await check(subject, { recipient: ada }, wrongCode);

      expect(new Set(verifications.map(({ sid }) => sid)).size).toBe(3);
      const seen = await Promise.all(scopes.map((scope) => look(scope, { recipient: ada })));
      expect(seen.map(({ current }) => current?.sid)).toEqual(verifications.map(({ sid }) => sid));
      expect(seen.map(({ current }) => current?.checks)).toEqual([1, 0, 0]);
    });

    it("shows a foreign account neither the service nor a verification of it", async (subject) => {
      const { sid } = await started(start(subject, ada));
      const foreign = { ...(await newSubject(subject.store, subject.clock)), serviceSid: subject.serviceSid };

      expect(await look(foreign, { recipient: ada })).toEqual({ service: undefined, current: undefined });
      expect(await look(foreign, { sid })).toEqual({ service: undefined, current: undefined });
    });

    it("does not show a verification to another service of the same account", async (subject) => {
      const { sid } = await started(start(subject, ada));
      const other = await withNewService(subject);

      const state = await look(other, { sid });

      expect(state.service?.sid).toBe(other.serviceSid);
      expect(state.current).toBeUndefined();
    });

    it("finds the latest verification by recipient, and an ended one still by its sid", async (subject) => {
      const first = await started(start(subject, ada));
      await end(subject, { sid: first.sid }, "canceled");
      const second = await started(start(subject, ada));

      expect(second.sid).not.toBe(first.sid);
      expect((await look(subject, { recipient: ada })).current).toEqual(second);
      expect((await look(subject, { sid: first.sid })).current).toMatchObject({ sid: first.sid, status: "canceled" });
      expect((await look(subject, { sid: second.sid })).current).toEqual(second);
    });

    it("ends one verification and begins another in one decision, with the facts of each", async (subject) => {
      const first = await started(start(subject, ada));
      const second = { ...first, sid: newSid("VE"), attempts: [] };
      await decide(subject, { recipient: ada }, ({ current }) => {
        if (!current) throw new Error("There is none to be ended.");
        const canceled = { ...current, status: "canceled" as const, code: null };
        const before = { verification: canceled, facts: ["canceled" as const] };
        return { outcome: undefined, before, verification: second, facts: ["started"] };
      });

      expect((await look(subject, { recipient: ada })).current).toMatchObject({ sid: second.sid, status: "pending" });
      expect((await look(subject, { sid: first.sid })).current).toMatchObject({ status: "canceled", code: null });
      const facts = (sid: string) => subject.store.facts(subject.serviceSid, sid);
      expect((await facts(first.sid)).map(({ type }) => type)).toEqual(["started", "sent", "canceled"]);
      expect((await facts(second.sid)).map(({ type }) => type)).toEqual(["started"]);
    });

    it("shows commands that arrive together each other's changes, in the order of their arrival", async (subject) => {
      const sid = newSid("VE");
      const outcomes = await Promise.all([
        check(subject, { recipient: ada }, rightCode),
        start(subject, ada, { newSid: sid }),
        check(subject, { sid }, wrongCode),
        start(subject, bob),
        check(subject, { recipient: ada }, wrongCode),
        check(subject, { sid }, rightCode),
        check(subject, { recipient: ada }, rightCode),
        start(subject, ada),
      ]);

      expect(outcomes.map(({ ok }) => ok)).toEqual([false, true, true, true, true, true, false, true]);
      expect(outcomes[5]).toMatchObject({ value: { sid, status: "approved", checks: 2 } });
      expect((await look(subject, { sid })).current).toMatchObject({ status: "approved", checks: 2 });
      expect((await look(subject, { recipient: ada })).current).toMatchObject({ status: "pending", checks: 0 });
    });

    it("undoes a decision that throws, and nothing of what arrived with it", async (subject) => {
      const fault = new Error("a decision that fails");
      const failing = decide(subject, { recipient: ada }, () => {
        throw fault;
      });
      const results = await Promise.allSettled([start(subject, bob), failing, start(subject, ada)]);

      expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
      expect(results[1]).toMatchObject({ reason: fault });
      const { accountSid } = subject;
      expect(await subject.store.attempts.count(accountSid, {})).toEqual({ total: 2, converted: 0 });
      expect((await look(subject, { recipient: ada })).current).toMatchObject({ recipient: ada, checks: 0 });
    });

    it("undoes what the database refuses, and nothing of what arrived with it", async (subject) => {
      const attemptSid = newSid("VL");
      await started(start(subject, bob, { attemptSid }));
      const results = await Promise.allSettled([
        start(subject, "+12025550101"),
        start(subject, ada, { attemptSid }),
        start(subject, "+12025550102"),
      ]);

      expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
      expect((await look(subject, { recipient: ada })).current).toBeUndefined();
      expect((await subject.store.attempts.count(subject.accountSid, {})).total).toBe(3);
      expect((await subject.store.attempts.fetch(subject.accountSid, attemptSid))?.recipient).toBe(bob);
    });

    it("changes nothing for a decision that has no changes", async (subject) => {
      const verification = await started(start(subject, ada));
      subject.clock.now += 1000;

      await Promise.all([look(subject, { recipient: ada }), look(subject, { recipient: bob })]);

      expect((await look(subject, { recipient: ada })).current).toEqual(verification);
      expect((await subject.store.attempts.count(subject.accountSid, {})).total).toBe(1);
    });

    it("writes events without a change of the verification", async (subject) => {
      const { accountSid, serviceSid, store, clock } = subject;
      const { sid } = await started(start(subject, ada));
      await decide(subject, { sid }, () => ({ outcome: undefined, facts: ["check_refused"] }));

      expect((await store.facts(serviceSid, sid)).at(-1)).toEqual({
        accountSid,
        serviceSid,
        verificationSid: sid,
        at: clock.now,
        type: "check_refused",
      });
    });

    it("gives decisions the time of the store's clock", async (subject) => {
      const before = await started(start(subject, ada));
      subject.clock.now += 600_000;
      const after = await started(start(subject, ada));

      expect(after.sid).not.toBe(before.sid);
      expect(after.createdAt).toBe(before.createdAt + 600_000);
    });

    it("answers a thousand different recipients at once, each with its own", async (subject) => {
      const recipients = times(1000, (index) => `+1202556${String(index).padStart(4, "0")}`);
      const outcomes = await Promise.all(recipients.map((recipient) => start(subject, recipient)));

      expect(outcomes.map((outcome) => accepted(outcome).value.verification.recipient)).toEqual(recipients);
      const seen = await Promise.all(recipients.map((recipient) => look(subject, { recipient })));
      expect(seen.map(({ current }) => current)).toEqual(
        outcomes.map((outcome) => accepted(outcome).value.verification),
      );
    });
  });

  describe("events", () => {
    it("come in the order in which they happened, also within one millisecond and within one batch", async (subject) => {
      const { store, serviceSid } = subject;
      const { sid } = await started(start(subject, ada));
      await check(subject, { sid }, wrongCode);
      await Promise.all([
        start(subject, ada),
        start(subject, bob),
        check(subject, { recipient: ada }, wrongCode),
        check(subject, { sid }, rightCode),
      ]);

      const facts = await store.facts(serviceSid, sid);
      expect(facts.map(({ type }) => type)).toEqual([
        "started",
        "sent",
        "check_refused",
        "sent",
        "check_refused",
        "approved",
      ]);
    });

    it("are kept to the letter, each with its time", async (subject) => {
      const { store, accountSid, serviceSid, clock } = subject;
      const begun = clock.now;
      const { sid } = await started(start(subject, ada));
      clock.now += 1000;
      await check(subject, { sid }, wrongCode);

      const fact = { accountSid, serviceSid, verificationSid: sid };
      expect(await store.facts(serviceSid, sid)).toEqual([
        { ...fact, at: begun, type: "started" },
        { ...fact, at: begun, type: "sent" },
        { ...fact, at: begun + 1000, type: "check_refused" },
      ]);
    });

    it("belong to one verification of one service", async (subject) => {
      const { store, serviceSid } = subject;
      const foreign = await newSubject(store, subject.clock);
      const { sid } = await started(start(subject, ada));
      const other = await started(start(subject, bob));
      await check(subject, { sid: other.sid }, rightCode);

      expect(await store.facts(serviceSid, sid)).toHaveLength(2);
      expect(await store.facts(foreign.serviceSid, sid)).toEqual([]);
    });
  });
}
