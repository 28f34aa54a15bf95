import type { Store } from "../../apps/server/src/store/store.ts";
import { allAttempts } from "../../apps/server/test-support/figures.ts";
import type { Kept, KeptVerification } from "./history.ts";

/** Reads what a database holds of an account, through the store alone. */
export async function readKept(store: Store, accountSid: string): Promise<Kept> {
  const attempts = await allAttempts(store, accountSid);
  const named = new Map(attempts.map(({ verificationSid, serviceSid }) => [verificationSid, serviceSid]));
  const verifications: KeptVerification[] = [];
  const sids = [...named];
  while (sids.length > 0) {
    const some = sids.splice(0, atOnce);
    verifications.push(
      ...(await Promise.all(some.map(([sid, serviceSid]) => read(store, accountSid, serviceSid, sid)))),
    );
  }
  const { count } = await store.outbox.waiting();
  return {
    type: "kept",
    verifications,
    attempts: attempts.map(({ sid, verificationSid, recipient, channel, isConverted, delivery, expiresAt }) => ({
      sid,
      verificationSid,
      to: recipient ?? "",
      channel,
      isConverted,
      status: delivery.status,
      errorCode: delivery.errorCode,
      expiresAt,
    })),
    waiting: count,
  };
}

const atOnce = 200;
async function read(store: Store, accountSid: string, serviceSid: string, sid: string): Promise<KeptVerification> {
  const current = await store.decide({
    accountSid,
    serviceSid,
    target: { sid },
    decide: (state) => ({ outcome: state.current }),
  });
  if (!current) throw new Error(`The Attempts log names ${sid}, and there is no such verification.`);
  const events = await store.facts(serviceSid, sid);
  return {
    sid,
    to: current.recipient,
    status: current.status,
    checks: current.checks,
    attempts: current.attempts.map((attempt) => attempt.sid),
    events: events.map(({ type }) => type),
  };
}
