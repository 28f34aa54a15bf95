import { describe, expect, it } from "vitest";
import { judgePrefixes, noteOf, type PrefixState, prefixCounters, prefixesOf, startsLeft, trickle } from "./pumping.ts";

const none = { used: 0, approved: 0 };
const hour = 3_600_000;
const day = 24 * hour;

describe("the prefixes of a number", () => {
  it("are its ten thousand and its ten million neighbours, which in North America is an area code", () => {
    expect(prefixesOf({ value: "+12025550123", callingCode: "1" })).toEqual([...["+1202555", "+1202"]]);
  });

  it("are never a whole country", () => {
    expect(prefixesOf({ value: "+3546112345", callingCode: "354" })).toEqual([...["+354611", "+3546"]]);
    expect(prefixesOf({ value: "+29051234", callingCode: "290" })).toEqual(["+2905"]);
  });
});

const state = (changes: Partial<PrefixState> = {}): PrefixState => ({
  ...{ prefix: "+1202555", current: none, former: none, block: undefined, ...changes },
});

describe("a prefix of ten thousand numbers", () => {
  const left = (changes: Partial<PrefixState>) => startsLeft(state(changes), 0).left;

  it("may have 4 starts that nobody answers, in two days together", () => {
    expect([left({}), left({ current: { used: 4, approved: 0 } })]).toEqual([4, 0]);
    expect(left({ current: { used: 1, approved: 0 }, former: { used: 3, approved: 0 } })).toBe(0);
  });

  it("may have five more for each approval of the day", () => {
    expect(left({ current: { used: 9, approved: 1 } })).toBe(0);
    expect(left({ current: { used: 8, approved: 1 } })).toBe(1);
  });

  it("keeps half of what the day before left over, if one in three starts or more was approved", () => {
    expect(left({ former: { used: 20, approved: 16 } })).toBe(4 + 14);
    expect(left({ former: { used: 20, approved: 5 } })).toBe(4);
  });
});

describe("a start", () => {
  const narrow = (current: PrefixState["current"]) => state({ current });
  const wide = (current: PrefixState["current"]) => state({ prefix: "+1202", current });

  it("is bounded by what each of its prefixes has left", () => {
    const judged = judgePrefixes([narrow({ used: 2, approved: 0 }), wide({ used: 30, approved: 0 })]);
    expect(judged).toEqual({ maxima: [4, 40] });
  });

  it("passes a suspected area code where its own ten thousand have earned starts, and only by these", () => {
    const suspected = wide({ used: 40, approved: 0 });
    expect(judgePrefixes([narrow({ used: 3, approved: 1 }), suspected])).toEqual({ maxima: [5, null] });
    expect(judgePrefixes([narrow({ used: 5, approved: 1 }), suspected])).toMatchObject({
      suspect: { prefix: "+1202" },
    });
    expect(judgePrefixes([narrow(none), suspected])).toMatchObject({ suspect: { prefix: "+1202" }, openDigits: 7 });
  });

  it("has its own ten thousand suspected before its area code", () => {
    const both = [narrow({ used: 4, approved: 0 }), wide({ used: 40, approved: 0 })];
    expect(judgePrefixes(both)).toMatchObject({ suspect: { prefix: "+1202555" }, openDigits: 4 });
  });
});

describe("what suspected prefixes of a country share", () => {
  const quiet = state();

  it("is 6 starts an hour, or twice the approvals of the prefix", () => {
    expect(trickle(quiet, { current: none, former: none }, 0)).toEqual({ max: 6, waitSeconds: 0 });
    const busy = state({ former: { used: 300, approved: 240 } });
    expect(trickle(busy, { current: none, former: none }, 0).max).toBe(20);
  });

  it("slides, and tells when there is room for one more", () => {
    const full = { current: { used: 6, approved: 0 }, former: none };
    const now = 30 * 60_000;
    const { waitSeconds } = trickle(quiet, full, now);
    expect(waitSeconds).toBe(30 * 60 + 600);
    const next = { current: none, former: full.current };
    expect(trickle(quiet, next, now + waitSeconds * 1000).waitSeconds).toBe(0);
    expect(trickle(quiet, next, now + (waitSeconds - 1) * 1000).waitSeconds).toBe(1);
    const half = { current: { used: 3, approved: 0 }, former: { used: 6, approved: 0 } };
    expect(trickle(quiet, half, now)).toEqual({ max: 3, waitSeconds: 600 });
    expect(trickle(quiet, half, now + 600_000).waitSeconds).toBe(0);
  });
});

describe("the note of a suspected prefix", () => {
  it("is made once in twelve hours", () => {
    const note = noteOf(state({ current: { used: 4, approved: 0 } }), 4, 0);
    expect(note).toEqual({
      ...{
        prefix: "+1202555",
        openDigits: 4,
        blockedAt: 0,
        blockedUntil: 12 * hour,
        times: 1,
        starts: 5,
        approvals: 0,
      },
    });
    expect(noteOf(state({ block: note }), 4, 12 * hour - 1)).toBeUndefined();
    expect(noteOf(state({ block: note }), 4, 12 * hour)).toMatchObject({ times: 2 });
  });
});

it("what is counted is forgotten within two days", () => {
  for (const at of [0, 1, day - 1]) {
    const counted = prefixCounters("+1", at);
    expect(prefixCounters("+1", at + 2 * day).filter((later) => counted.includes(later))).toEqual([]);
  }
});
