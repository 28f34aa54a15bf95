import { expect, test } from "@countersign/testing/vitest";
import twilio from "twilio";

const to = "+14155552671";

test("the code in the message is right, once", async ({ sandbox }) => {
  const { verifications, verificationChecks } = sandbox.twilio(twilio).verify.v2.services(sandbox.serviceSid);
  await verifications.create({ to, channel: "sms" });
  const code = await sandbox.inbox.code(to);
  expect(await verificationChecks.create({ to, code })).toMatchObject({ status: "approved" });
  await expect(verificationChecks.create({ to, code })).rejects.toMatchObject({
    code: 20404,
    details: { reason: "approved" },
  });
});

test.for([60203, 60410] as const)("error %i comes by number", async (code, { sandbox }) => {
  const { verifications } = sandbox.twilio(twilio).verify.v2.services(sandbox.serviceSid);
  const start = verifications.create({ to: sandbox.outcome(code), channel: "sms" });
  await expect(start).rejects.toMatchObject({ code });
});

test("a code is too old after ten minutes", async ({ sandbox }) => {
  const { verifications, verificationChecks } = sandbox.twilio(twilio).verify.v2.services(sandbox.serviceSid);
  await verifications.create({ to, channel: "sms" });
  await sandbox.clock.advance({ minutes: 11 });
  const check = verificationChecks.create({ to, code: await sandbox.inbox.code(to) });
  await expect(check).rejects.toMatchObject({ code: 20404, details: { reason: "expired" } });
});

test("nobody checks what nobody started", async ({ sandbox }) => {
  const { verificationChecks } = sandbox.twilio(twilio).verify.v2.services(sandbox.serviceSid);
  const check = verificationChecks.create({ to, code: "123456" });
  await expect(check).rejects.toMatchObject({ code: 20404, details: { reason: "unknown" } });
});
