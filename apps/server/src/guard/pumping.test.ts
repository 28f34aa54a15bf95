import { describe, expect, it } from "vitest";
import { judgePrefixes, type PrefixState, prefixCounters, prefixesOf } from "./pumping.ts";

const none = { used: 0, approved: 0 };
const hour = 3_600_000;

describe("the prefixes of a number", () => {
  it("are its ten thousand and its ten million neighbours, which in North America is an area code", () => {
    expect(prefixesOf({ value: "+12025550123", callingCode: "1" })).toEqual([...["+1202555", "+1202"]]);
  });

  it("are never a whole country", () => {
    expect(prefixesOf({ value: "+3546112345", callingCode: "354" })).toEqual([...["+354611", "+3546"]]);
    expect(prefixesOf({ value: "+29051234", callingCode: "290" })).toEqual(["+2905"]);
  });
});

describe("a prefix", () => {
  const judge = (state: Partial<PrefixState>) =>
    judgePrefixes([{ prefix: "+1202555", current: none, former: none, block: undefined, ...state }], 0);

  it("is blocked by the start that is too much, of two windows together", () => {
    expect(judge({ current: { used: 4, approved: 0 }, former: { used: 3, approved: 0 } })).toBeUndefined();
    expect(judge({ current: { used: 4, approved: 0 }, former: { used: 4, approved: 0 } })).toEqual({
      ...{ prefix: "+1202555", blockedAt: 0, blockedUntil: 12 * hour, times: 1, starts: 9, approvals: 0 },
    });
  });

  it("may have four starts more for each approval", () => {
    expect(judge({ current: { used: 11, approved: 1 } })).toBeUndefined();
    expect(judge({ current: { used: 12, approved: 1 } })).toMatchObject({ starts: 13, approvals: 1 });
  });

  it("is blocked sooner after a block", () => {
    const block = { prefix: "+1202555", blockedAt: 0, blockedUntil: 1, times: 1, starts: 9, approvals: 0 };
    expect(judge({ block, current: { used: 1, approved: 0 } })).toBeUndefined();
    expect(judge({ block, current: { used: 2, approved: 0 } })).toMatchObject({ times: 2 });
    expect(judge({ block: { ...block, times: 5 }, current: { used: 1, approved: 0 } })).toMatchObject({ times: 6 });
  });

  it("begins anew when a block ends: what was counted before is in neither window", () => {
    for (const blockedAt of [0, 1, 5 * hour, 6 * hour - 1]) {
      const counted = prefixCounters("+1", blockedAt);
      expect(prefixCounters("+1", blockedAt + 12 * hour).filter((later) => counted.includes(later))).toEqual([]);
    }
  });
});
