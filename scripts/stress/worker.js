import assert from "node:assert/strict";
import { after, afterEach, beforeEach, test } from "node:test";
import { createVerification, createVerificationCheck } from "@countersign/client/operations";
import { startSandbox } from "@countersign/testing";

// One worker of a test run. All have the same recipients, so that whatever one sees of another breaks a count.
const sandbox = await startSandbox();
const To = "+12025550123";
let wasAdvanced = false;

beforeEach(() => sandbox.reset());
afterEach(async () => {
  const isAdvanced = Math.abs((await sandbox.clock.now()).getTime() - Date.now()) > 60_000;
  assert.equal(isAdvanced, wasAdvanced);
  wasAdvanced = false;
});
after(async () => {
  await sandbox.close();
  process.send("closed");
  process.disconnect();
});

const stories = [
  async function approved() {
    const number = "+14155552671";
    await start(number);
    const code = await sandbox.inbox.code(number);
    assert.equal((await check(code, number)).data?.status, "approved");
    assert.equal((await check(code, number)).error?.details?.reason, "approved");
    assert.equal((await sandbox.inbox.all()).length, 1);
  },
  async function locked() {
    await start();
    for (let wrong = 1; wrong <= 5; wrong += 1) {
      const { data } = await check("654321");
      assert.equal(data?.status, wrong < 5 ? "pending" : "max_attempts_reached");
    }
    assert.equal((await start()).error?.code, 60202);
  },
  async function expired() {
    await start();
    await sandbox.clock.advance({ minutes: 11 });
    wasAdvanced = true;
    assert.equal((await check(await sandbox.inbox.code(To))).error?.details?.reason, "expired");
  },
  async function sentTooOften() {
    for (let sent = 1; sent <= 5; sent += 1) assert.equal((await start()).data?.send_code_attempts?.length, sent);
    assert.equal((await start()).error?.code, 60203);
    assert.equal((await sandbox.inbox.all(To)).length, 5);
  },
  async function forced() {
    assert.equal((await start(sandbox.outcome(60203))).error?.code, 60203);
    assert.equal((await start(sandbox.outcome(60410))).error?.code, 60410);
    assert.deepEqual(await sandbox.inbox.all(), []);
  },
];
for (let index = 0; index < Number(process.env.STRESS_TESTS); index += 1) {
  const story = stories[index % stories.length];
  test(`${story.name} ${index}`, story);
}

function start(to = To) {
  return createVerification(sandbox.client, { ServiceSid: sandbox.serviceSid, To: to, Channel: "sms" });
}

function check(Code, to = To) {
  return createVerificationCheck(sandbox.client, { ServiceSid: sandbox.serviceSid, To: to, Code });
}
