import { describe, expect, it } from "vitest";
import { codeAt, stepAt, type TotpConfig } from "./totp.ts";
import { judge, secondsLocked, secondsPaused, secretOf, type TotpFactor, totpRules, untried } from "./totp-factor.ts";

const start = Date.UTC(2026, 2, 1, 9);
const [stepMs, hourMs, dayMs] = [30_000, 3_600_000, 86_400_000];

function factorOf(config: Partial<TotpConfig> = {}, parts: Partial<TotpFactor> = {}): TotpFactor {
  return {
    ...{ serviceSid: "VA1", sid: "YF1", accountSid: "AC1", entitySid: "YE1", identity: "person-1" },
    ...{ factorType: "totp", status: "unverified", friendlyName: "Phone", metadata: null },
    config: { alg: "sha1", skew: 1, codeLength: 6, timeStep: 30, ...config },
    credential: btoa("12345678901234567890"),
    ...untried,
    ...{ expiresAt: start + dayMs, createdAt: start, updatedAt: start },
    ...parts,
  };
}

const inUse = { status: "verified", expiresAt: null } as const;
const codeOf = (factor: TotpFactor, at: number, away = 0) =>
  codeAt(secretOf(factor), stepAt(at, factor.config) + away, factor.config);
const judged = (factor: TotpFactor, at: number, away = 0, now = at) => judge(factor, codeOf(factor, at, away), now);

describe("a code is right once", () => {
  it("and with it all of earlier steps are used up", () => {
    const { isRight, factor } = judged(factorOf({ skew: 2 }, inUse), start);
    expect(isRight).toBe(true);
    expect([-2, -1, 0, 1, 2].map((away) => judged(factor, start, away).isRight)).toEqual([
      ...[false, false, false, true, true],
    ]);
    expect(judged(judged(factor, start, 2).factor, start, 1).isRight).toBe(false);
  });

  it("but the one that verified the factor is right once more, unless a later one was", () => {
    const { factor } = judged(factorOf({ skew: 2 }), start);
    expect(factor).toMatchObject({ status: "verified", expiresAt: null });
    const again = judged(factor, start, 0, start + stepMs);
    expect(again.isRight).toBe(true);
    expect(judged(again.factor, start, 0, start + stepMs).isRight).toBe(false);
    const later = judged(factor, start, 1).factor;
    expect([0, -1].map((away) => judged(later, start, away).isRight)).toEqual([false, false]);
    expect(judged(factor, start, -1).isRight).toBe(false);
  });

  it("also where the clock goes back by less than a day; what is days ahead was a clock that somebody moved", () => {
    const { factor } = judged(factorOf({}, inUse), start);
    for (const back of [stepMs, hourMs, 23 * hourMs]) expect(judged(factor, start - back).isRight).toBe(false);
    const moved = judged(factor, start - 2 * dayMs);
    expect(moved.isRight).toBe(true);
    expect(judged(moved.factor, start - 2 * dayMs).isRight).toBe(false);
  });

  it("and is never right where the secret is gone", () => {
    const gone = factorOf({}, { ...inUse, credential: null });
    expect(judge(gone, codeAt(Buffer.alloc(0), stepAt(start, gone.config), gone.config), start).isRight).toBe(false);
  });
});

describe("an unverified factor", () => {
  it("takes five wrong codes, and none after them until it is gone", () => {
    let factor = factorOf();
    for (let tries = 0; tries < 5; tries += 1) {
      expect(secondsLocked(factor, start)).toBe(0);
      factor = judge(factor, "000000", start).factor;
    }
    expect([factor.wrongTries, secondsPaused(factor, start)]).toEqual([[], 0]);
    expect([start, start + hourMs, start + dayMs].map((at) => secondsLocked(factor, at))).toEqual([86_400, 82_800, 1]);
  });
});

describe("wrong codes", () => {
  const wrong = (factor: TotpFactor, at: number) => judge(factor, "x", at).factor;
  const tried = (times: number, config: Partial<TotpConfig> = {}) =>
    Array.from({ length: times }).reduce<TotpFactor>((factor) => wrong(factor, start), factorOf(config, inUse));

  it.each([
    [9, 0],
    [10, 60],
    [19, 60],
    [20, 900],
    [49, 900],
    [50, 3600],
    [99, 3600],
    [100, 86_400],
    [150, 86_400],
  ])("%d within 30 days make the next one wait %d seconds", (times, seconds) => {
    const factor = tried(times);
    expect(secondsPaused(factor, start)).toBe(seconds);
    expect(secondsPaused(factor, start + seconds * 1000)).toBe(0);
    if (seconds > 0) expect(secondsPaused(factor, start + seconds * 1000 - 1)).toBe(1);
    expect(secondsPaused(wrong(factor, start + 30 * dayMs), start + 30 * dayMs)).toBe(0);
  });

  it("count three times where codes have less than six digits", () => {
    const paused = (times: number, codeLength: number) => secondsPaused(tried(times, { codeLength }), start);
    expect([paused(3, 5), paused(4, 5), paused(4, 3), paused(34, 4)]).toEqual([0, 60, 60, 86_400]);
    expect([paused(9, 6), paused(9, 8)]).toEqual([0, 0]);
  });

  it("are taken back by no right one", () => {
    const factor = judged(tried(19), start + hourMs).factor;
    expect(factor.wrongTries).toHaveLength(19);
    expect(secondsPaused(wrong(factor, start + hourMs), start + hourMs)).toBe(900);
  });

  it("hold nobody for longer than their pause where the clock was moved back", () => {
    const factor = tried(20);
    expect(secondsPaused(factor, start - 2 * hourMs)).toBe(0);
    expect(secondsPaused(factor, start - 60_000)).toBe(840);
  });
});

describe("an attack that goes on for days", () => {
  /** Tries one code after the other, as soon as it is looked at; the person logs in at nine each day, or never. */
  function attack(config: Partial<TotpConfig>, days: number, logsIn: boolean) {
    let factor = factorOf(config, inUse);
    const guesses: number[] = [];
    const refused: number[] = [];
    const { codeLength, skew } = factor.config;
    for (let now = start, login = start + dayMs / 2; now < start + days * dayMs; ) {
      const wait = secondsPaused(factor, now) * 1000;
      const next = now + Math.max(wait, 1000);
      if (logsIn && login <= next) {
        const pause = secondsPaused(factor, login);
        if (pause > 0) refused.push(pause);
        else factor = judged(factor, login).factor;
        login += dayMs;
      }
      now = next;
      guesses.push(now);
      factor = judge(factor, "x", now).factor;
    }
    const most = Math.max(
      ...guesses.map((at) => guesses.filter((each) => each >= at && each < at + 30 * dayMs).length),
    );
    return {
      guesses: guesses.length,
      most,
      risk: (most * (2 * skew + 1)) / 10 ** codeLength,
      refused,
      factor,
      guesses_: guesses,
    };
  }

  it.each([false, true])("gets 130 guesses in 30 days at most, whether or not it waits for logins: %s", (logsIn) => {
    const { most, risk, guesses_: at } = attack({}, 90, logsIn);
    expect(most).toBeLessThanOrEqual(130);
    expect(risk).toBeLessThan(4e-4);
    // The first hundred take more than two days.
    expect(((at[99] ?? 0) - start) / dayMs).toBeGreaterThan(2);
  });

  it.each([
    [{ codeLength: 8 }, 4e-6],
    [{ codeLength: 6, skew: 2 }, 7e-4],
    [{ codeLength: 5 }, 2e-3],
    [{ codeLength: 4 }, 2e-2],
    [{ codeLength: 3 }, 0.2],
  ])("with %j succeeds within 30 days less often than %d", (config, most) => {
    expect(attack(config, 60, false).risk).toBeLessThan(most);
  });

  it("shuts the person out for one pause, which is a day at most", () => {
    const { refused } = attack({}, 60, true);
    expect(Math.max(...refused)).toBeLessThanOrEqual(86_400);
    expect(Math.max(...totpRules.pauses.map(({ seconds }) => seconds))).toBe(86_400);
  });
});
