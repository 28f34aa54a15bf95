import { describe, expect } from "vitest";
import { figuresUnlikeFacts, sumOfFigures } from "../../../test-support/figures.ts";
import {
  ada,
  bob,
  check,
  claimOne,
  end,
  rightCode,
  start,
  started,
  wrongCode,
} from "../../../test-support/store-commands.ts";
import {
  type It,
  itOfThree,
  newSid,
  type ReopenStore,
  type Subject,
  times,
} from "../../../test-support/store-subject.ts";
import type { DeliveryReport } from "../../attempts/attempt.ts";
import { dayMs, hourMs } from "../../console/figure.ts";
import { operator } from "../../sql/resources.ts";

type Group = Parameters<Subject["store"]["figures"]["read"]>[0]["group"];

export function figureContract(it: It): void {
  describe("figures", () => {
    it("count each fact of a verification once, in its hour, by channel and country", async (subject) => {
      const { clock } = subject;
      const { sid } = await started(start(subject, ada));
      await start(subject, ada, { channel: "call" });
      await check(subject, { sid }, wrongCode);
      clock.now += hourMs / 2;
      await start(subject, bob, { country: "GB" });
      await end(subject, { recipient: bob }, "canceled");
      const other = await started(start(subject, bob, { country: "GB" }));
      clock.now += 30_001;
      await check(subject, { sid: other.sid }, rightCode);

      expect(await figuresOf(subject, "channel")).toEqual({
        "09 call": { sends: 1, refused_checks: 1 },
        "09 sms": { starts: 1, sends: 1 },
        "10 sms": { starts: 2, sends: 2, cancellations: 1, approved_45: 1 },
      });
      expect(await figuresOf(subject, "country")).toEqual({
        "09 US": { starts: 1, sends: 2, refused_checks: 1 },
        "10 GB": { starts: 2, sends: 2, cancellations: 1, approved_45: 1 },
      });
      expect(await figuresOf(subject, "service_sid")).toEqual({
        [`09 ${subject.serviceSid}`]: { starts: 1, sends: 2, refused_checks: 1 },
        [`10 ${subject.serviceSid}`]: { starts: 2, sends: 2, cancellations: 1, approved_45: 1 },
      });
    });

    it("count an approval under the least bound of seconds that it is within, and later ones apart", async (subject) => {
      const waits = [0, 5_000, 5_001, 600_000, 600_001];
      for (const wait of waits) {
        const { sid } = await started(start(subject, ada, { lifetimeSeconds: 3_000 }));
        subject.clock.now += wait;
        await check(subject, { sid }, rightCode);
      }
      expect(await figuresOf(subject, "channel")).toMatchObject({
        "09 sms": { approved_5: 2, approved_10: 1, approved_600: 1, approved_later: 1 },
      });
    });

    it("count by provider and error what became of messages, when it was told, and each end once", async (subject) => {
      const { store, clock } = subject;
      const report = (status: DeliveryReport["status"], errorCode: string | null = null) => ({ status, errorCode });
      const settle = async (status: DeliveryReport["status"], provider?: string, errorCode?: string) => {
        await start(subject, `+1202555${1000 + (clock.now++ % 9000)}`);
        const message = await claimOne(subject);
        const done = { message, report: report(status, errorCode), reference: `ref ${clock.now}`, provider };
        await store.outbox.settle([done, done], clock.now);
        return done.reference;
      };
      await settle("delivered", "one.example");
      await settle("failed", "one.example", "11");
      await settle("failed", undefined, "expired");
      const sent = await settle("sent", "one.example");
      const lost = await settle("sent", "other.example");
      clock.now += hourMs;
      for (const _ of [1, 2]) {
        await store.attempts.receive(sent, report("delivered"), clock.now);
        await store.attempts.receive(lost, report("undelivered", "30008"), clock.now);
      }

      expect(await figuresOf(subject, "provider")).toEqual({
        "09 ": { starts: 5, sends: 5, undelivered: 1 },
        "09 one.example": { handed_over: 3, delivered: 1, undelivered: 1 },
        "09 other.example": { handed_over: 1 },
        "10 one.example": { delivered: 1 },
        "10 other.example": { undelivered: 1 },
      });
      expect(await figuresOf(subject, "error_code")).toMatchObject({
        "09 11": { undelivered: 1 },
        "09 expired": { undelivered: 1 },
        "10 30008": { undelivered: 1 },
      });
      expect(await figuresUnlikeFacts(subject.store, subject.accountSid)).toEqual([]);
    });

    it("count messages whose country is known to who settles them, each once, also beside one that another has settled", async (subject) => {
      const { store, clock } = subject;
      for (const number of [1001, 1002, 1003, 1004]) await start(subject, `+1202555${number}`);
      const claimed = await store.outbox.claim(4, 30, clock.now);
      const report: DeliveryReport = { status: "delivered", errorCode: null };
      const settle = (...indices: number[]) => {
        const messages = indices.flatMap((index) => claimed[index] ?? []);
        const done = messages.map((message) => ({
          message: { ...message, country: "US" },
          report,
          provider: "one.example",
        }));
        return store.outbox.settle(done, clock.now);
      };
      await settle(0, 1);
      await Promise.all([settle(1, 2), settle(2, 1, 0)]);
      await settle(3, 3);

      const settled = { handed_over: 4, delivered: 4 };
      expect(await figuresOf(subject, "provider")).toMatchObject({ "09 one.example": settled });
      expect(await figuresOf(subject, "country")).toEqual({ "09 US": { starts: 4, sends: 4, ...settled } });
      expect(await figuresUnlikeFacts(store, subject.accountSid)).toEqual([]);
    });

    it("count refused starts by their error, each once, and sids of no service as none", async (subject) => {
      const { store, accountSid, serviceSid, clock } = subject;
      const start = { accountSid, serviceSid, createdAt: clock.now, recipient: ada, channel: "sms", country: "US" };
      const first = { ...start, sid: newSid("RQ"), errorCode: 60410, parameter: null };
      for (const _ of [1, 2]) store.refusedStarts.note(first);
      store.refusedStarts.note({ ...first, sid: newSid("RQ"), errorCode: 20404, serviceSid: newSid("VA") });
      await store.refusedStarts.flush();
      expect(await figuresOf(subject, "error_code")).toEqual({
        "09 20404": { refused_starts: 1 },
        "09 60410": { refused_starts: 1 },
      });
      expect(await figuresOf(subject, "service_sid")).toEqual({
        "09 ": { refused_starts: 1 },
        [`09 ${serviceSid}`]: { refused_starts: 1 },
      });
    });

    it("count nothing of a decision that throws, nor of what the database refuses with it", async (subject) => {
      const failing = subject.store.decide({
        ...subject,
        target: { recipient: bob },
        decide: () => {
          throw new Error("no");
        },
      });
      const [, refused] = await Promise.allSettled([start(subject, ada), failing]);
      expect(refused.status).toBe("rejected");
      expect(await sumOfFigures(subject.store, subject.accountSid)).toMatchObject({ starts: 1, sends: 1 });
    });

    it("outlive the service, and count the messages that went with it as not delivered", async (subject) => {
      const { store, accountSid, serviceSid } = subject;
      await start(subject, ada);
      await store.services.delete(accountSid, serviceSid, operator);
      expect(await sumOfFigures(subject.store, subject.accountSid)).toMatchObject({
        starts: 1,
        sends: 1,
        undelivered: 1,
      });
      expect(await figuresOf(subject, "error_code")).toMatchObject({ "09 deleted": { undelivered: 1 } });
    });

    it("are emptied by a reset", async (subject) => {
      await start(subject, ada);
      await subject.store.erase(subject.clock.now + 3 * hourMs);
      await subject.store.reset();
      expect(await sumOfFigures(subject.store, subject.accountSid)).toEqual({});
    });

    it("are of one account, and of one service where that is asked for", async (subject) => {
      await start(subject, ada);
      const request = { ...wholeOf(subject), group: "channel" as const };
      const { read } = subject.store.figures;
      expect(await read({ ...request, accountSid: "AC1" })).toEqual([]);
      expect(await read({ ...request, serviceSid: "VA1" })).toEqual([]);
      expect(await read({ ...request, serviceSid: subject.serviceSid })).toHaveLength(1);
    });

    it("say the same before and after hours are summed up, also of what is written late", async (subject) => {
      const { store, clock } = subject;
      for (const index of times(60, (at) => at)) {
        const { sid } = await started(
          start(subject, `+1202555${1000 + index}`, { country: ["US", "DE", null][index % 3] ?? null }),
        );
        clock.now += 47 * 60_000;
        if (index % 2 === 0) await check(subject, { sid }, index % 4 === 0 ? rightCode : wrongCode);
      }
      const seen = async () => {
        const groups = ["channel", "country", "provider", "error_code", "service_sid"] as const;
        const all = groups.map(async (group) => [
          await figuresOf(subject, group),
          await figuresOf(subject, group, "day"),
          await figuresOf(subject, group, "hour", clock.now - 5 * hourMs, clock.now + hourMs),
          await figuresOf(subject, group, "day", clock.now - 29 * hourMs, clock.now - 3 * hourMs),
        ]);
        return Promise.all(all);
      };
      const before = await seen();
      for (const _ of [1, 2]) {
        await store.figures.sumUp(clock.now);
        expect(await seen()).toEqual(before);
      }
      const now = clock.now;
      clock.now -= 4 * hourMs;
      await start(subject, bob);
      clock.now = now;
      const late = await seen();
      expect(late).not.toEqual(before);
      await Promise.all([store.figures.sumUp(clock.now), store.figures.sumUp(clock.now)]);
      expect(await seen()).toEqual(late);
    });

    it("tell hours apart for 35 days, and days for 400", async (subject) => {
      const { store, clock } = subject;
      await start(subject, ada);
      const begun = clock.now;
      const left = async (days: number) => {
        clock.now = begun + days * dayMs;
        await store.erase(0);
        const by = (unit: "hour" | "day") => figuresOf(subject, "channel", unit, day(begun), day(begun) + dayMs);
        return [await by("hour"), await by("day")];
      };
      const [hour, whole] = [{ "09 sms": { starts: 1, sends: 1 } }, { "00 sms": { starts: 1, sends: 1 } }];
      expect(await left(35)).toEqual([hour, whole]);
      expect(await left(36)).toEqual([{}, whole]);
      expect(await left(400)).toEqual([{}, whole]);
      expect(await left(401)).toEqual([{}, {}]);
    });
  });
}

export function figureProcessContract(it: It, reopen: ReopenStore): void {
  describe("three processes on one database", () => {
    itOfThree(it, reopen)(
      "count 200 parallel starts, and as many checks, exactly, while hours are summed up",
      async (scopes) => {
        const [subject] = scopes;
        const recipients = times(200, (index) => `+1202555${1000 + (index % 90)}`);
        const of = (index: number) => scopes[index % 3] as Subject;
        const starts = await Promise.all(
          recipients.map((recipient, index) => start(of(index), recipient, { country: index % 90 < 40 ? "US" : "DE" })),
        );
        const sums = () => Promise.all(scopes.map(({ store, clock }) => store.figures.sumUp(clock.now + 3 * hourMs)));
        const [checks] = await Promise.all([
          Promise.all(
            recipients.map((to, index) => check(of(index), { recipient: to }, index % 2 ? rightCode : wrongCode)),
          ),
          sums(),
        ]);
        await Promise.all(
          scopes.map(async ({ store, clock }) => {
            const messages = await store.outbox.claim(50, 60, clock.now);
            const done = messages.map((message) => ({
              message,
              report: { status: "delivered" as const, errorCode: null },
              provider: "one.example",
            }));
            await store.outbox.settle(done, clock.now);
          }),
        );
        await sums();

        const values = starts.flatMap((outcome) => (outcome.ok ? [outcome.value] : []));
        const checked = checks.flatMap((outcome) => (outcome.ok ? [outcome.value.status] : []));
        const sum = await sumOfFigures(subject.store, subject.accountSid);
        expect(sum).toMatchObject({
          starts: values.filter(({ isNew }) => isNew).length,
          sends: values.length,
          approvals: checked.filter((status) => status === "approved").length,
          refused_checks: checked.filter((status) => status !== "approved").length,
        });
        expect(await figuresUnlikeFacts(subject.store, subject.accountSid)).toEqual([]);
      },
    );
  });
}

const day = (at: number) => Math.floor(at / dayMs) * dayMs;

function wholeOf({ accountSid, clock }: Subject) {
  return { accountSid, by: "hour" as const, from: day(clock.now) - 9 * dayMs, to: day(clock.now) + 9 * dayMs };
}

/** By their hour and group, without what is zero. */
async function figuresOf(subject: Subject, group: Group, by?: "hour" | "day", from?: number, to?: number) {
  const whole = wholeOf(subject);
  const request = { ...whole, by: by ?? "hour", from: from ?? whole.from, to: to ?? whole.to };
  const found = await subject.store.figures.read({ ...request, group });
  return Object.fromEntries(
    found.map(({ at, group, counts }) => [`${new Date(at).toISOString().slice(11, 13)} ${group}`, nonZero(counts)]),
  );
}

function nonZero(counts: Record<string, number>) {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}
