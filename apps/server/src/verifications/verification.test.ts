import { describe, expect, test } from "vitest";
import { limits } from "../kernel/limits.ts";
import { type CheckCommand, decideCheck } from "./check.ts";
import { decideStart, type StartCommand } from "./decide-start.ts";
import { decideEnd, decideFetch } from "./end.ts";
import { decideSna } from "./sna.ts";
import type { Verification } from "./verification.ts";

const start = 1_000_000;
const minute = 60_000;
const right: CheckCommand = { isBySid: false, matches: () => true, isClientToken: () => false };
const wrong: CheckCommand = { ...right, matches: () => false };

describe("start", () => {
  test("the first start makes a verification that lives ten minutes", () => {
    const { verification, isNew } = started(undefined, {}, start);
    expect(isNew).toBe(true);
    expect(verification).toMatchObject({
      status: "pending",
      checks: 0,
      createdAt: start,
      expiresAt: start + 10 * minute,
    });
  });

  test("security 6: a second start keeps sid, code and end of the window, and adds an attempt on its channel", () => {
    const first = started(undefined, {}, start).verification;
    const second = started(first, { channel: "call", newSid: "VE2", attemptSid: "VL2" }, start + minute);
    expect(second.isNew).toBe(false);
    expect(second.verification).toEqual({
      ...first,
      channel: "call",
      attempts: [...first.attempts, { sid: "VL2", channel: "call", at: start + minute }],
      updatedAt: start + minute,
    });
  });

  test("security 9: the sixth send is refused with 60203 until the window ends, and changes nothing", () => {
    let verification = started(undefined, {}, start).verification;
    for (let send = 2; send <= limits.sendsMax; send += 1) verification = started(verification, {}, start).verification;
    expect(decideStart(verification, command(), start + minute)).toEqual({
      ok: false,
      refusal: { code: 60203, retryAfterSeconds: 540 },
    });
    expect(started(verification, { newSid: "VE2" }, start + 10 * minute).verification.sid).toBe("VE2");
  });

  test("a start while locked is refused with 60202; a cancelled recipient is free, with a new code", () => {
    const locked = checkedWrong(started(undefined, {}, start).verification, limits.checksMax);
    expect(decideStart(locked, command(), start + minute)).toMatchObject({
      refusal: { code: 60202, retryAfterSeconds: 540 },
    });
    const canceled = done(decideEnd(locked, "canceled", start + minute));
    expect(started(canceled, { newSid: "VE2" }, start + minute).isNew).toBe(true);
  });

  test("security 10: a re-send cannot change the amount, the payee or the code", () => {
    const { verification } = started(undefined, { amount: "€1", payee: "Acme" }, start);
    const payment = { amount: "€1", payee: "Acme" };
    expect(decideStart(verification, command({ ...payment, amount: "€2" }), start)).toMatchObject({
      refusal: { code: 60200, parameter: "Amount" },
    });
    expect(decideStart(verification, command({ ...payment, payee: "Evil" }), start)).toMatchObject({
      refusal: { parameter: "Payee" },
    });
    const other = command({ ...payment, isCustomCode: true, isSameCode: () => false });
    expect(decideStart(verification, other, start)).toMatchObject({ refusal: { parameter: "CustomCode" } });
  });
});

describe("check", () => {
  test("the right code approves, and forgets the code", () => {
    const approved = done(decideCheck(started(undefined, {}, start).verification, right, start + minute));
    expect(approved).toMatchObject({ status: "approved", code: null });
  });

  test("security 7: four wrong codes leave it pending, the fifth ends it, and the right one is refused afterwards", () => {
    let verification = started(undefined, {}, start).verification;
    for (let check = 1; check < limits.checksMax; check += 1) {
      verification = checkedWrong(verification, 1);
      expect(verification).toMatchObject({ status: "pending", checks: check });
    }
    verification = checkedWrong(verification, 1);
    expect(verification).toMatchObject({ status: "max_attempts_reached", code: null });
    expect(decideCheck(verification, right, start + minute)).toEqual({
      ok: false,
      refusal: { code: 60202, retryAfterSeconds: 540 },
    });
    const bySid = decideCheck(verification, { ...right, isBySid: true }, start + minute);
    expect(bySid).toEqual({ ok: false, refusal: { code: 20404, reason: "max_attempts_reached" } });
  });

  test.each([
    ["nothing was started", undefined, "unknown"],
    ["the right code was checked already", (v: Verification) => done(decideCheck(v, right, start)), "approved"],
    ["it was cancelled", (v: Verification) => done(decideEnd(v, "canceled", start)), "canceled"],
  ] as const)("security 8: a check is 20404 when %s", (_, end, reason) => {
    const current = end?.(started(undefined, {}, start).verification);
    expect(decideCheck(current, right, start)).toEqual({ ok: false, refusal: { code: 20404, reason } });
  });

  test("security 6: the code is right up to the end of the window and worthless from then on", () => {
    const { verification } = started(undefined, {}, start);
    expect(decideCheck(verification, right, start + 10 * minute - 1).ok).toBe(true);
    const late = decideCheck(verification, right, start + 10 * minute);
    expect(late).toEqual({ ok: false, refusal: { code: 20404, reason: "expired" } });
  });

  test("a check without a code needs silent network authentication", () => {
    const { verification } = started(undefined, {}, start);
    expect(decideCheck(verification, { ...right, matches: null }, start)).toMatchObject({
      refusal: { code: 60200, parameter: "Code" },
    });
  });
});

describe("silent network authentication", () => {
  const withoutCode: CheckCommand = { ...right, matches: null };
  const sna = { urlToken: "url", needsClientToken: false };

  test("a check before the address was opened stays pending, and says so once an attempt", () => {
    const { verification } = started(undefined, { channel: "sna", sna }, start);
    const once = done(decideCheck(verification, withoutCode, start));
    const twice = done(decideCheck(once, withoutCode, start));
    expect(twice).toMatchObject({ status: "pending", sna: { errors: [{ attemptSid: "VL1", code: 60519 }] } });
  });

  test("an attempt that failed and one that succeeded are approved, with the first one's error listed", () => {
    const first = started(undefined, { channel: "sna", sna }, start).verification;
    const failed = decideSna(first, "VL1", 60531, start) as Verification;
    const again = started(failed, { channel: "sna", sna, attemptSid: "VL2" }, start).verification;
    expect(decideSna(again, "VL1", 0, start)).toBeUndefined();
    const confirmed = decideSna(again, "VL2", 0, start);
    expect(done(decideCheck(confirmed, withoutCode, start))).toMatchObject({
      status: "approved",
      sna: { errors: [{ attemptSid: "VL1", code: 60531 }] },
    });
  });

  test("with a client token only the check that repeats it is approved; another one counts as wrong", () => {
    const sna = { urlToken: "url", needsClientToken: true };
    const first = started(undefined, { channel: "sna", sna }, start).verification;
    const confirmed = decideSna(first, "VL1", 0, start);
    const without = done(decideCheck(confirmed, withoutCode, start));
    expect(without).toMatchObject({ status: "pending", checks: 1 });
    expect(
      done(decideCheck(without, { ...withoutCode, isClientToken: ({ urlToken }) => urlToken === "url" }, start)).status,
    ).toBe("approved");
  });
});

test("a fetch sees a pending or locked verification, and why another one is gone", () => {
  const { verification } = started(undefined, {}, start);
  expect(decideFetch(verification, start).ok).toBe(true);
  expect(decideFetch(checkedWrong(verification, limits.checksMax), start).ok).toBe(true);
  expect(decideFetch(verification, start + 10 * minute)).toEqual({
    ok: false,
    refusal: { code: 20404, reason: "expired" },
  });
  expect(decideFetch(undefined, start)).toEqual({ ok: false, refusal: { code: 20404, reason: "unknown" } });
});

test("an update approves or cancels once", () => {
  const { verification } = started(undefined, {}, start);
  const approved = done(decideEnd(verification, "approved", start));
  expect(approved).toMatchObject({ status: "approved", code: null });
  expect(decideEnd(approved, "canceled", start)).toEqual({ ok: false, refusal: { code: 20404, reason: "approved" } });
});

function command(overrides: Partial<StartCommand> = {}): StartCommand {
  return {
    accountSid: "AC1",
    serviceSid: "VA1",
    recipient: "+12025550123",
    country: "US",
    channel: "sms",
    amount: null,
    payee: null,
    isCustomCode: false,
    lifetimeSeconds: limits.lifetimeSeconds,
    lookup: null,
    newSid: "VE1",
    attemptSid: "VL1",
    sealCode: () => ({ mac: "mac", sealed: "sealed", keyId: "1", length: 6 }),
    isSameCode: () => true,
    sna: null,
    ...overrides,
  };
}

function started(current: Verification | undefined, overrides: Partial<StartCommand>, now: number) {
  return done(decideStart(current, command(overrides), now));
}

function checkedWrong(verification: Verification, times: number): Verification {
  let current = verification;
  for (let check = 0; check < times; check += 1) current = done(decideCheck(current, wrong, start));
  return current;
}

function done<T>(outcome: { ok: true; value: T } | { ok: false; refusal: object }): T {
  if (!outcome.ok) throw new Error(`refused: ${JSON.stringify(outcome.refusal)}`);
  return outcome.value;
}
