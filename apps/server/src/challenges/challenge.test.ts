import { generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { PushFactor } from "../factors/push-factor.ts";
import { codeAt, stepAt } from "../factors/totp.ts";
import { secretOf, type TotpFactor, untried } from "../factors/totp-factor.ts";
import { isoTime } from "../kernel/clock.ts";
import { type Challenge, type ChallengeRequest, challengeOf, shownOf, statusOf, update } from "./challenge.ts";

const now = 1_772_000_000_000;
const [hour, day] = [3_600_000, 86_400_000];
const config = { alg: "sha1", skew: 1, codeLength: 6, timeStep: 30 } as const;
const factor: TotpFactor = {
  ...{ accountSid: "AC1", serviceSid: "VA1", entitySid: "YE1", identity: "ada-00000001", sid: "YF1" },
  ...{ factorType: "totp", status: "verified", friendlyName: "Phone", metadata: null, config },
  ...{ credential: btoa("12345678901234567890"), ...untried },
  ...{ expiresAt: null, createdAt: now - day, updatedAt: now - day },
};
const asked = { sid: "YC1", details: null, hiddenDetails: null, isDated: false };
const codeOf = (at = now) => codeAt(secretOf(factor), stepAt(at, config), config);

describe("how many challenges of a factor are created", () => {
  const made = (codeLength: number, ...ages: [count: number, ms: number][]) => {
    const creations = ages.flatMap(([count, ms]) => Array<number>(count).fill(now - ms));
    const outcome = challengeOf({ ...factor, config: { ...config, codeLength } }, asked, creations, now);
    return outcome.ok ? "made" : [outcome.refusal.code, outcome.refusal.retryAfterSeconds];
  };

  it.each([
    [3, [[9, day - 1]], "made"],
    [4, [[10, 0]], [60312, 86_400]],
    [4, [[10, day - 1]], [60312, 0.001]],
    [4, [[10, day]], "made"],
    [
      4,
      [
        [9, 5],
        [1, day - 7000],
      ],
      [60312, 7],
    ],
    [5, [[49, 0]], "made"],
    [5, [[50, 0]], [60312, 3600]],
    [
      8,
      [
        [49, 5],
        [1, hour - 7000],
      ],
      [60312, 7],
    ],
    [8, [[50, hour]], "made"],
    [
      8,
      [
        [50, hour],
        [49, 2 * hour],
      ],
      "made",
    ],
    [
      8,
      [
        [50, hour],
        [50, day - 9000],
      ],
      [60312, 9],
    ],
    // A clock that went back by a whole window was moved, and by less nobody waits longer than a window lasts.
    [4, [[10, -day]], "made"],
    [4, [[10, 1 - day]], [60312, 86_400]],
    [5, [[50, -hour]], "made"],
    [5, [[50, -7000]], [60312, 3600]],
    [
      5,
      [
        [100, -2 * day],
        [49, 5],
      ],
      "made",
    ],
    // Both windows are full: the longer wait counts.
    [
      8,
      [
        [50, 0],
        [50, day - 9000],
      ],
      [60312, 3600],
    ],
    [
      8,
      [
        [50, hour],
        [50, day],
      ],
      "made",
    ],
  ] as [number, [number, number][], unknown][])("with %i digits, after %j: %j", (codeLength, ages, outcome) => {
    expect(made(codeLength, ...ages)).toEqual(outcome);
  });
});

describe("a challenge", () => {
  const pending = (change: Partial<Challenge> = {}) => {
    const outcome = challengeOf(factor, asked, [], now);
    if (!outcome.ok) throw new Error("A verified factor is challenged");
    return { challenge: { ...outcome.value.challenge, ...change }, factor };
  };

  it("lives five minutes or as long as it is to, and has expired from then on", () => {
    const { challenge } = pending();
    expect(challenge.expiresAt - now).toBe(300_000);
    expect([299_999, 300_000].map((later) => statusOf(challenge, now + later))).toEqual(["pending", "expired"]);
    expect(statusOf({ ...challenge, status: "approved" }, now + day)).toBe("approved");
  });

  it.each([
    ["approved", { status: "approved" }, 60322],
    ["denied", { status: "denied" }, 60322],
    ["expired", { expiresAt: now }, 60323],
    ["used up", { tries: 5 }, 60308],
  ] as [string, Partial<Challenge>, number][])("that is %s takes no code, and none is counted", (_, change, code) => {
    const outcome = update(pending(change), { payload: codeOf() }, now);
    expect(outcome.ok ? "taken" : outcome.refusal.code).toBe(code);
  });

  it("that is used up says when it ends, and still keeps what is said of the device", () => {
    const proof = pending({ tries: 5 });
    const refused = update(proof, { payload: "000000" }, now + 60_000);
    expect(!refused.ok && refused.refusal.retryAfterSeconds).toBe(240);
    const kept = update(proof, { metadata: { os: "Android" } }, now);
    expect(kept.ok && kept.value.challenge.metadata).toEqual({ os: "Android" });
  });

  it("by a wrong code has a try less, and so has its factor; by the right one it is approved, and the step is used", () => {
    const wrong = update(pending(), { payload: "000000" }, now + 1000);
    expect(wrong.ok && wrong.value).toMatchObject({
      challenge: { status: "pending", tries: 1, respondedAt: null, updatedAt: now + 1000 },
      factor: { wrongTries: [now + 1000], lastStep: null },
    });
    const right = update(pending(), { payload: codeOf() }, now + 1000);
    expect(right.ok && right.value).toMatchObject({
      challenge: { status: "approved", tries: 0, respondedAt: now + 1000 },
      factor: { wrongTries: [], lastStep: stepAt(now, config) },
    });
  });
});

describe("a challenge of a phone", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { accountSid, serviceSid, entitySid, identity, metadata } = factor;
  const phone: PushFactor = {
    ...{ accountSid, serviceSid, entitySid, identity, metadata, sid: "YF2", factorType: "push", status: "verified" },
    config: { credentialSid: "CR1", sdkVersion: "1", appId: "app", notificationPlatform: "none" },
    credential: {
      publicKey: publicKey.export({ type: "spki", format: "der" }).toString("base64"),
      notificationToken: null,
    },
    ...{ friendlyName: "Phone", expiresAt: null, createdAt: now - day, updatedAt: now - day },
  };
  const question = { ...asked, details: { message: "Log in?" } };
  const challengeIt = (request: Partial<ChallengeRequest> = {}) =>
    challengeOf(phone, { ...question, ...request }, [], now);

  function answer(challenge: Challenge, status: string) {
    const text = [{ alg: "ES256" }, { ...shownOf(challenge), status }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .join(".");
    const signature = sign("sha256", Buffer.from(text), { key: privateKey, dsaEncoding: "ieee-p1363" });
    return `${text}.${signature.toString("base64url")}`;
  }

  it("needs a message, takes no code, and is not bounded as those that are guessed", () => {
    const codeOf = (request: Partial<ChallengeRequest>) => {
      const outcome = challengeIt(request);
      return outcome.ok ? "made" : [outcome.refusal.code, outcome.refusal.parameter];
    };
    expect(codeOf({})).toBe("made");
    expect(codeOf({ details: null })).toEqual([60306, "Details.Message"]);
    expect(codeOf({ details: { message: "" } })).toEqual([60306, "Details.Message"]);
    expect(codeOf({ payload: "123456" })).toEqual([60306, "AuthPayload"]);
    expect(challengeOf(phone, question, Array<number>(100).fill(now), now).ok).toBe(true);
    expect(challengeOf({ ...phone, status: "unverified" }, question, [], now)).toMatchObject({
      refusal: { code: 60318 },
    });
  });

  it("shows its date where the service wants that", () => {
    const dated = challengeIt({ isDated: true });
    expect(dated.ok && dated.value.challenge.details).toEqual({ message: "Log in?", date: isoTime(now) });
  });

  it.each(["approved", "denied"])("is %s once, by its device alone", (status) => {
    const made = challengeIt();
    if (!made.ok) throw new Error("it was not made");
    const answered = update(made.value, { payload: answer(made.value.challenge, status) }, now + 1000);
    expect(answered).toMatchObject({ value: { challenge: { status, respondedAt: now + 1000, tries: 0 } } });
    const again = answered.ok && update(answered.value, { payload: answer(made.value.challenge, status) }, now + 2000);
    expect(again).toMatchObject({ refusal: { code: 60322 } });
    const other = { ...made.value.challenge, sid: "YC2" };
    for (const payload of [answer(other, status), "123456"]) {
      expect(update(made.value, { payload }, now)).toMatchObject({ refusal: { code: 60324 } });
    }
    const late = update(made.value, { payload: answer(made.value.challenge, status) }, now + 300_000);
    expect(late).toMatchObject({ refusal: { code: 60323 } });
    const gone = { ...made.value, factor: { ...phone, credential: null } };
    expect(update(gone, { payload: answer(made.value.challenge, status) }, now)).toMatchObject({
      refusal: { code: 60324 },
    });
  });
});
