import { describe, expect } from "vitest";
import { accepted, ada, bob, check, rightCode, start, started } from "./commands.contract.ts";
import { type It, newSid } from "./subject.ts";

export function attemptContract(it: It): void {
  describe("attempts", () => {
    it("are fetched by their own account only, to the letter", async (subject) => {
      const { store, accountSid } = subject;
      const lookup = {
        mobileCountryCode: null,
        mobileNetworkCode: null,
        type: null,
        name: "山 “Mobile”",
        errorCode: 60600,
      };
      const { value } = accepted(await start(subject, ada, { lookup, country: null }));

      const attempt = await store.attempts.fetch(accountSid, value.attempt.sid);
      expect(attempt).toEqual({
        accountSid,
        serviceSid: subject.serviceSid,
        sid: value.attempt.sid,
        verificationSid: value.verification.sid,
        recipient: ada,
        channel: "sms",
        isConverted: false,
        delivery: { status: "queued", errorCode: null },
        country: null,
        codeLength: 6,
        locale: "en",
        lookup,
        createdAt: value.attempt.at,
        updatedAt: value.attempt.at,
        expiresAt: value.verification.expiresAt,
      });
      expect(await store.attempts.fetch(newSid("AC"), value.attempt.sid)).toBeUndefined();
      expect(await store.attempts.fetch(accountSid, newSid("VL"))).toBeUndefined();
    });

    it("are listed and counted by whether their message is lost", async (subject) => {
      const { store, accountSid, clock } = subject;
      for (const recipient of [ada, bob, "+12025550177"]) {
        await start(subject, recipient);
        clock.now += 1;
      }
      const claimed = await store.outbox.claim(3, 30, clock.now);
      const [delivered, failed, waiting] = claimed;
      if (!delivered || !failed || !waiting) throw new Error("nothing was claimed");
      await store.outbox.settle(
        [
          { message: delivered, report: { status: "delivered", errorCode: null } },
          { message: failed, report: { status: "failed", errorCode: "30003" } },
        ],
        clock.now,
      );

      const { items } = await store.attempts.list(accountSid, { isLost: true }, { size: 50 });
      expect(items).toMatchObject([{ sid: failed.attemptSid, delivery: { status: "failed", errorCode: "30003" } }]);
      expect((await store.attempts.count(accountSid, { isLost: false })).total).toBe(2);
    });

    it("are converted by the right code: the verification's latest one, and no other", async (subject) => {
      const { store, accountSid, clock } = subject;
      for (let send = 0; send < 3; send += 1) await start(subject, ada);
      const { attempts } = await started(start(subject, ada, { channel: "call" }));
      await start(subject, bob);
      clock.now += 1000;
      await check(subject, { recipient: ada }, rightCode);

      const latest = attempts.at(-1)?.sid as string;
      const { items } = await store.attempts.list(accountSid, { isConverted: true }, { size: 50 });
      expect(items).toMatchObject([{ sid: latest, isConverted: true, channel: "call", updatedAt: clock.now }]);
      expect(await store.attempts.count(accountSid, {})).toEqual({ total: 5, converted: 1 });
    });

    it("keep their conversion when the same recipient is verified again", async (subject) => {
      const { store, accountSid } = subject;
      await start(subject, ada);
      await check(subject, { recipient: ada }, rightCode);
      await start(subject, ada);

      expect(await store.attempts.count(accountSid, {})).toEqual({ total: 2, converted: 1 });
    });
  });
}
