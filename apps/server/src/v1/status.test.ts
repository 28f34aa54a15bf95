import { expect, test } from "vitest";
import type { Verification } from "../verifications/verification.ts";
import { legacyStatus } from "./status.ts";

const startedAt = Date.UTC(2026, 2, 2, 9, 30);
const day = 86_400_000;

test("a verification that was just started has 599 of its 600 seconds left in full", () => {
  expect(legacyStatus(verification("pending"), startedAt)).toEqual({ status: "pending", secondsToExpire: 599 });
});

test("the seconds of a verified number run on, and end at none", () => {
  const verified = verification("approved", startedAt + 60_000);
  expect(legacyStatus(verified, startedAt + 126_000)).toEqual({ status: "verified", secondsToExpire: 473 });
  expect(legacyStatus(verified, startedAt + 3_600_000)).toEqual({ status: "verified", secondsToExpire: 0 });
});

test("what can no longer be verified is expired, however that came", () => {
  const expired = { status: "expired", secondsToExpire: 0 };
  expect(legacyStatus(verification("pending"), startedAt + 600_000)).toEqual(expired);
  expect(legacyStatus(verification("canceled"), startedAt + 1_000)).toEqual(expired);
  expect(legacyStatus(verification("max_attempts_reached"), startedAt + 1_000)).toEqual(expired);
});

test("it is told for 30 days after the end, and not a moment longer", () => {
  const verified = verification("approved", startedAt + 60_000);
  expect(legacyStatus(verified, startedAt + 60_000 + 30 * day - 1)?.status).toBe("verified");
  expect(legacyStatus(verified, startedAt + 60_000 + 30 * day)).toBeUndefined();
  expect(legacyStatus(verification("pending"), startedAt + 600_000 + 30 * day)).toBeUndefined();
  expect(legacyStatus(undefined, startedAt)).toBeUndefined();
});

function verification(status: Verification["status"], updatedAt = startedAt): Verification {
  return {
    accountSid: "AC00000000000000000000000000000001",
    serviceSid: "VA00000000000000000000000000000001",
    sid: "VE00000000000000000000000000000001",
    recipient: "+12025550123",
    country: "US",
    channel: "sms",
    status,
    code: null,
    amount: null,
    payee: null,
    attempts: [],
    checks: 0,
    sna: null,
    lookup: null,
    createdAt: startedAt,
    updatedAt,
    expiresAt: startedAt + 600_000,
  };
}
