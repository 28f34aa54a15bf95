import { createVerification, createVerificationCheck } from "@countersign/client/operations";
import { startSandbox } from "@countersign/testing";

const sandbox = await startSandbox();
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const { client, serviceSid: ServiceSid } = sandbox;
const start = (To) => createVerification(client, { ServiceSid, To, Channel: "sms" });
const check = (To, Code) => createVerificationCheck(client, { ServiceSid, To, Code });
const To = "+14155552671";

test("the code in the message is right, once", async () => {
  await start(To);
  const code = await sandbox.inbox.code(To);
  expect((await check(To, code)).data?.status).toBe("approved");
  expect((await check(To, code)).error).toMatchObject({ code: 20404, details: { reason: "approved" } });
});

test.each([60203, 60410])("error %i comes by number", async (code) => {
  expect((await start(sandbox.outcome(code))).error?.code).toBe(code);
});

test("a code is too old after ten minutes", async () => {
  await start(To);
  await sandbox.clock.advance({ minutes: 11 });
  const { error } = await check(To, await sandbox.inbox.code(To));
  expect(error).toMatchObject({ code: 20404, details: { reason: "expired" } });
});

test("nobody checks what nobody started", async () => {
  expect((await check(To, "123456")).error).toMatchObject({ code: 20404, details: { reason: "unknown" } });
});
