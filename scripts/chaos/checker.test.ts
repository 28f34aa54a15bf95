import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { check } from "./checker.ts";
import type { Action, ClockStep, History, KeptVerification, Post, Request } from "./history.ts";
import { beganAt, cancel, gone, madeUp, right, type Spoilt, start, succeeded, unavailable, wrong } from "./made-up.ts";
import { createReference } from "./reference.ts";

const brokenRules = (history: History) => [...new Set(check(history).map(({ rule }) => rule))];
const death = { type: "fault", name: "kill", from: beganAt + 150, until: beganAt + 160, isDeath: true } as const;
const times = (count: number, action: Action): Action[] => Array(count).fill(action);
const keptWith = (change: Partial<KeptVerification>): Spoilt => ({
  kept: ({ verifications: [first] }) => first && Object.assign(first, change),
});

test("a history without faults breaks no rule, in whatever order requests that overlap are decided and whatever answers are lost", () => {
  const wish = fc.record({
    kind: fc.constantFrom("start", "start", "right", "wrong", "cancel", "fetch"),
    recipient: fc.constantFrom("+12025550101", "+12025550102"),
    isLost: fc.boolean(),
    isDone: fc.boolean(),
    before: fc.nat(30),
    after: fc.nat(30),
    // The longest let windows end.
    wait: fc.oneof({ weight: 9, arbitrary: fc.nat(30) }, { weight: 1, arbitrary: fc.constant(400_000) }),
  });
  const actionOf = (kind: string, code: string): Action => {
    if (kind === "start") return start;
    return kind === "cancel" || kind === "fetch" ? { kind } : { kind: "check", code };
  };
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 40 }), (wishes) => {
      const { history, decide, codeOf, kept } = createReference();
      let now = beganAt;
      const requests = wishes.map(({ kind, recipient, isLost, isDone, before, after, wait }, id): Request => {
        now += wait;
        const action = actionOf(kind, kind === "right" ? codeOf(recipient) : "000000");
        const decided = isLost && !isDone ? null : decide(recipient, action, now);
        const answer = isLost ? null : decided;
        return { type: "request", id, to: recipient, action, begin: now - before, end: now + after, answer };
      });
      expect(check([...history, ...requests, { ...death, from: 0, until: now }, kept()])).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

describe("a broken promise is reported", () => {
  test.each<[name: string, rule: string, actions: Action[], spoilt: Spoilt]>([
    ["a verification is lost", "kept", [start], { kept: (kept) => kept.verifications.pop() }],
    ["a send is lost", "kept", [start, start], { kept: (kept) => kept.verifications[0]?.attempts.pop() }],
    ["an approval is lost", "kept", [start, right], keptWith({ status: "pending" })],
    ["a cancellation is lost", "kept", [start, cancel], keptWith({ status: "pending" })],
    ["a counted check is lost", "kept", [start, wrong, wrong], keptWith({ checks: 1 })],
    ["a verification is there that nobody asked for", "kept", [start], keptWith({ to: "+12025550199" })],
    ["an event is not in the log", "kept", [start, wrong], keptWith({ events: ["started", "sent"] })],
    ["an unanswered start was done twice", "kept", [start, start, start], { answers: { 1: null, 2: unavailable } }],
    ["a write to a file was refused and is kept", "kept", [start, start], { answers: { 1: unavailable } }],
    [
      "six checks are evaluated",
      "checks",
      [start, ...times(6, wrong)],
      { answers: { 5: succeeded("pending"), 6: succeeded("pending") } },
    ],
    ["a verification is approved twice", "approvals", [start, right, right], { answers: { 2: succeeded("approved") } }],
    [
      "six sends are acknowledged",
      "sends",
      times(6, start),
      { answers: { 5: { ...succeeded("pending"), attempts: ["VL1", "VL2", "VL3", "VL4", "VL5", "VL6"] } } },
    ],
    ["a pending verification is not found", "order", [start, right], { answers: { 1: gone("unknown") } }],
    ["a wrong code is approved", "order", [start, wrong], { answers: { 1: succeeded("approved") } }],
    [
      "a re-send forgets the wrong codes",
      "order",
      [start, ...times(4, wrong), start, wrong],
      { answers: { 6: succeeded("pending") } },
    ],
    ["a re-send makes the window longer", "order", times(6, start), { answers: { 5: { retryAfter: 600 } } }],
    ["a re-send answers another verification", "order", [start, start], { answers: { 1: { sid: "VE9" } } }],
    ["an answer is not documented", "answers", [start], { answers: { 0: { departures: ["no"] } } }],
    ["nothing is answered although nothing died", "service", [start], { answers: { 0: null } }],
    ["the server fails", "service", [start], { answers: { 0: { status: 500, code: 20500 } } }],
  ])("%s", (_name, rule, actions, spoilt) => {
    expect(brokenRules(madeUp(actions, spoilt))).toContain(rule);
  });

  test("a request is answered before another one that its answer tells of began", () => {
    const early = (request: Request) => ({ ...request, begin: beganAt - 20, end: beganAt - 10 });
    const records: Spoilt["records"] = (record) => [
      record.type === "request" && record.id === 1 ? early(record) : record,
    ];
    expect(brokenRules(madeUp([start, wrong]))).toEqual([]);
    expect(brokenRules(madeUp([start, wrong], { records }))).toContain("order");
  });

  test("a code is good after its window, or not good within it, by the clock of the server", () => {
    const approved = madeUp([start, right]);
    const expired = madeUp([start, right], {
      ...keptWith({ status: "pending", events: ["started", "sent"] }),
      answers: { 1: gone("expired") },
    });
    const forward: ClockStep = { type: "clock", at: beganAt + 500, aheadMs: 3_600_000 };
    const back: ClockStep = { type: "clock", at: beganAt + 800, aheadMs: 0 };
    expect(brokenRules([...approved, forward, back])).not.toContain("order");
    expect(brokenRules([...approved, forward])).toContain("order");
    expect(brokenRules([...expired, forward])).not.toContain("order");
    expect(brokenRules([...expired, forward, back])).toContain("order");
  });
});

test("a write that PostgreSQL refused may be kept all the same: the connection was lost while it committed", () => {
  expect(check(madeUp([start, start], { database: "PostgreSQL", answers: { 1: unavailable } }))).toEqual([]);
});

describe("what the gateway got", () => {
  const longAfter = { ...death, from: beganAt + 9_000, until: beganAt + 9_001 };
  /** A start, what came after, and a message that was not sent, or is not known to be, and was given up for that reason. */
  const givenUp = (errorCode: string, actions: Action[], postsOf: (post: Post) => Post[] = () => []): History =>
    madeUp(actions, {
      kept: ({ attempts: [first] }) => first && Object.assign(first, { status: "failed", errorCode }),
      records: (record) => (record.type === "post" && record.attemptSid === "VL1" ? postsOf(record) : [record]),
    });
  /** One start, and in place of its one post those that are made of it. */
  const sent = (postsOf: (post: Post) => Post[], ...faults: (typeof death)[]): History => [
    ...madeUp([start], { records: (record) => (record.type === "post" ? postsOf(record) : [record]) }),
    ...faults,
  ];
  const again =
    (ms: number, first: Partial<Post> = {}) =>
    (post: Post): Post[] => [
      { ...post, ...first },
      { ...post, at: post.at + ms },
    ];
  const refused = { answer: "refused" } as const;
  const eleven = (post: Post): Post[] =>
    Array.from({ length: 11 }, (_, index) => ({ ...post, ...(index < 10 && refused), at: post.at + index * 600_000 }));

  test.each<[name: string, history: History]>([
    ["a message is never sent", sent(() => [])],
    ["a message is sent again although nobody died", sent(again(61_000))],
    ["a message is sent again before its lease ends", sent(again(5_000), death)],
    ["a message is sent again for a death long after it was taken", sent(again(61_000), longAfter)],
    ["a refused message is tried again too soon", sent(again(500, refused))],
    ["a message is sent eleven times", sent(eleven)],
    ["a message is sent for no start", sent((post) => [post, { ...post, attemptSid: "VL99" }])],
    ["a message goes to somebody else", sent((post) => [{ ...post, to: "+12025550199" }])],
    [
      "a taken message is recorded as failed",
      madeUp([start], { kept: ({ attempts: [first] }) => first && Object.assign(first, { status: "failed" }) }),
    ],
    ["a message is given up as approved, and nothing was", givenUp("approved", [start])],
    ["a message is given up as canceled, and was approved", givenUp("canceled", [start, right])],
    ["a message is given up for another, and there is none", givenUp("superseded", [start])],
    ["a message is given up for another channel's", givenUp("superseded", [start, { kind: "start", channel: "call" }])],
    ["a taken message is given up although nobody died", givenUp("approved", [start, right], (post) => [post])],
    ["a message waits for ever", madeUp([start], { kept: (kept) => Object.assign(kept, { waiting: 1 }) })],
    [
      "a re-send has another code",
      madeUp([start, start], {
        records: (record, index) =>
          record.type === "post" && index === 2 ? [{ ...record, code: "999999" }] : [record],
      }),
    ],
  ])("%s: reported", (_name, history) => {
    expect(brokenRules(history)).toContain("delivery");
  });

  test.each<[name: string, history: History]>([
    ["when its lease is over, for a death while it was under way", sent(again(61_000), death)],
    ["after its wait, since the gateway refused it", sent(again(1_100, refused))],
  ])("a message is sent again %s: allowed", (_name, history) => {
    expect(check(history)).toEqual([]);
  });

  test.each<[name: string, history: History]>([
    ["its verification is approved", givenUp("approved", [start, right])],
    ["its verification is cancelled", givenUp("canceled", [start, cancel])],
    ["it was sent again by the same channel", givenUp("superseded", [start, start])],
    [
      "it was taken by a process that died, and then approved",
      [...givenUp("approved", [start, right], (post) => [post]), death],
    ],
  ])("a message is given up, since %s: allowed", (_name, history) => {
    expect(brokenRules(history)).toEqual([]);
  });
});
