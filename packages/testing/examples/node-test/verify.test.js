import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { createVerification, createVerificationCheck } from "@countersign/client/operations";
import { startSandbox } from "@countersign/testing";

const sandbox = await startSandbox();
beforeEach(() => sandbox.reset());
after(() => sandbox.close());

const { client, serviceSid: ServiceSid } = sandbox;
const start = (To) => createVerification(client, { ServiceSid, To, Channel: "sms" });
const check = (To, Code) => createVerificationCheck(client, { ServiceSid, To, Code });
const To = "+14155552671";

test("the code in the message is right, once", async () => {
  await start(To);
  const code = await sandbox.inbox.code(To);
  assert.equal((await check(To, code)).data?.status, "approved");
  const { error } = await check(To, code);
  assert.deepEqual([error?.code, error?.details.reason], [20404, "approved"]);
});

for (const code of [60203, 60410]) {
  test(`error ${code} comes by number`, async () => {
    assert.equal((await start(sandbox.outcome(code))).error?.code, code);
  });
}

test("a code is too old after ten minutes", async () => {
  await start(To);
  await sandbox.clock.advance({ minutes: 11 });
  const { error } = await check(To, await sandbox.inbox.code(To));
  assert.deepEqual([error?.code, error?.details.reason], [20404, "expired"]);
});

test("nobody checks what nobody started", async () => {
  const { error } = await check(To, "123456");
  assert.deepEqual([error?.code, error?.details.reason], [20404, "unknown"]);
});
