import type { Message } from "@countersign/types";
import { expect, test } from "vitest";
import { createInbox } from "./inbox.ts";

const wish = { accountSid: "AC1", to: undefined };

test("the list has an account's own messages, newest first, and can be narrowed to a recipient", () => {
  const inbox = createInbox();
  inbox.add("AC1", message("MS1", "+12025550123"));
  inbox.add("AC1", message("MS2", "+12025550124"));
  inbox.add("AC2", message("MS3", "+12025550123"));
  expect(inbox.list(wish).map(({ sid }) => sid)).toEqual(["MS2", "MS1"]);
  expect(inbox.list({ ...wish, to: "+12025550123" }).map(({ sid }) => sid)).toEqual(["MS1"]);
});

test("who waits gets the next message for the recipient, and no other's", async () => {
  const inbox = createInbox();
  const next = inbox.next({ ...wish, to: "+12025550123" }, undefined, 60_000);
  inbox.add("AC1", message("MS1", "+12025550124"));
  inbox.add("AC2", message("MS2", "+12025550123"));
  inbox.add("AC1", message("MS3", "+12025550123"));
  expect((await next)?.sid).toBe("MS3");
});

test("a message that came after the one named is there at once, one that came before is not", async () => {
  const inbox = createInbox();
  for (const sid of ["MS1", "MS2", "MS3"]) inbox.add("AC1", message(sid, "+12025550123"));
  expect((await inbox.next(wish, "MS1", 60_000))?.sid).toBe("MS2");
  expect(await inbox.next(wish, undefined, 0)).toBeUndefined();
});

test("a message that is gone, or never was there, is older than all", async () => {
  const inbox = createInbox();
  for (const sid of ["MS1", "MS2"]) inbox.add("AC1", message(sid, "+12025550123"));
  expect((await inbox.next(wish, "MS0", 60_000))?.sid).toBe("MS1");
});

test("whoever waits when it is closed, or later, gets nothing at once", async () => {
  const inbox = createInbox();
  const next = inbox.next(wish, undefined, 60_000);
  inbox.close();
  expect([await next, await inbox.next(wish, undefined, 60_000)]).toEqual([undefined, undefined]);
});

test("the oldest messages go when there are too many", () => {
  const inbox = createInbox();
  for (let index = 0; index < 12_000; index += 1) inbox.add("AC1", message(`MS${index}`, "+12025550123"));
  const kept = inbox.list(wish);
  expect(kept.length).toBeGreaterThanOrEqual(10_000);
  expect(kept.length).toBeLessThanOrEqual(11_000);
  expect(kept[0]?.sid).toBe("MS11999");
});

function message(sid: string, to: string): Message {
  return {
    sid,
    service_sid: "VA1",
    verification_sid: "VE1",
    attempt_sid: "VL1",
    to,
    channel: "sms",
    code: "123456",
    subject: null,
    text: "Your Acme verification code is: 123456",
    html: null,
    locale: "en",
    route: null,
    send_digits: null,
    sms_parts: 1,
    tts_name: null,
    from: null,
    from_name: null,
    push: null,
    date_created: "1970-01-01T00:00:00Z",
  };
}
