import { expect, test } from "vitest";
import { createInbox, type InboxMessage } from "./inbox.ts";

const wish = { accountSid: "AC1", timeoutMs: 60_000 };

test("the list has an account's own messages, newest first, and can be narrowed to a recipient", () => {
  const inbox = createInbox();
  inbox.add(message("MS1", "+12025550123"));
  inbox.add(message("MS2", "+12025550124"));
  inbox.add({ ...message("MS3", "+12025550123"), accountSid: "AC2" });
  expect(inbox.list("AC1").map(({ sid }) => sid)).toEqual(["MS2", "MS1"]);
  expect(inbox.list("AC1", "+12025550123").map(({ sid }) => sid)).toEqual(["MS1"]);
});

test("who waits gets the next message for the recipient, and no other's", async () => {
  const inbox = createInbox();
  const next = inbox.next({ ...wish, to: "+12025550123" });
  inbox.add(message("MS1", "+12025550124"));
  inbox.add({ ...message("MS2", "+12025550123"), accountSid: "AC2" });
  inbox.add(message("MS3", "+12025550123"));
  expect((await next)?.sid).toBe("MS3");
});

test("a message that came after the one named is there at once, one that came before is not", async () => {
  const inbox = createInbox();
  for (const sid of ["MS1", "MS2", "MS3"]) inbox.add(message(sid, "+12025550123"));
  expect((await inbox.next({ ...wish, after: "MS1" }))?.sid).toBe("MS2");
  expect(await inbox.next({ ...wish, timeoutMs: 0 })).toBeUndefined();
});

test("a message that is gone, or never was there, is older than all", async () => {
  const inbox = createInbox();
  for (const sid of ["MS1", "MS2"]) inbox.add(message(sid, "+12025550123"));
  expect((await inbox.next({ ...wish, after: "MS0" }))?.sid).toBe("MS1");
});

test("whoever waits when it is closed, or later, gets nothing at once", async () => {
  const inbox = createInbox();
  const next = inbox.next(wish);
  inbox.close();
  expect([await next, await inbox.next(wish)]).toEqual([undefined, undefined]);
});

test("the oldest messages go when there are too many", () => {
  const inbox = createInbox();
  for (let index = 0; index < 12_000; index += 1) inbox.add(message(`MS${index}`, "+12025550123"));
  const kept = inbox.list("AC1");
  expect(kept.length).toBeGreaterThanOrEqual(10_000);
  expect(kept.length).toBeLessThanOrEqual(11_000);
  expect(kept[0]?.sid).toBe("MS11999");
});

function message(sid: string, to: string): InboxMessage {
  return {
    sid,
    accountSid: "AC1",
    serviceSid: "VA1",
    verificationSid: "VE1",
    attemptSid: "VL1",
    to,
    channel: "sms",
    code: "123456",
    subject: null,
    text: "Your Acme verification code is: 123456",
    html: null,
    locale: "en",
    createdAt: 0,
  };
}
