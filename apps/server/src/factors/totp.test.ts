import { describe, expect, it } from "vitest";
import { codeAt, fromBase32, newSecret, stepAt, stepOf, type TotpConfig, toBase32, uriOf } from "./totp.ts";

const digitsOf = (length: number) => Buffer.from("1234567890".repeat(7).slice(0, length));
const usual: TotpConfig = { alg: "sha1", skew: 1, codeLength: 6, timeStep: 30 };

describe("a code", () => {
  it("is that of RFC 4226, appendix D", () => {
    const codes = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
    expect(codes.map((_, step) => codeAt(digitsOf(20), step, usual))).toEqual(codes);
  });

  it.each([
    [59, "94287082", "46119246", "90693936"],
    [1_111_111_109, "07081804", "68084774", "25091201"],
    [1_111_111_111, "14050471", "67062674", "99943326"],
    [1_234_567_890, "89005924", "91819424", "93441116"],
    [2_000_000_000, "69279037", "90698825", "38618901"],
    [20_000_000_000, "65353130", "77737706", "47863826"],
  ])("is that of RFC 6238, appendix B, at %d", (seconds, sha1, sha256, sha512) => {
    const step = stepAt(seconds * 1000, usual);
    const code = (alg: TotpConfig["alg"], bytes: number) => codeAt(digitsOf(bytes), step, { alg, codeLength: 8 });
    expect([code("sha1", 20), code("sha256", 32), code("sha512", 64)]).toEqual([sha1, sha256, sha512]);
  });

  it("has as many digits as are asked for, and is of the step that is asked for", () => {
    const at = (seconds: number, codeLength: number, timeStep = 30) =>
      codeAt(digitsOf(20), stepAt(seconds * 1000, { timeStep }), { alg: "sha1", codeLength });
    const codes = ["082", "7082", "87082", "287082", "4287082", "94287082"];
    expect(codes.map(({ length }) => at(59, length))).toEqual(codes);
    expect([at(59, 6, 20), at(59, 6, 60)]).toEqual(["359152", "755224"]);
    expect([-30, 0, 30].map((away) => at(1_111_111_111 + away, 6))).toEqual(["081804", "050471", "266759"]);
  });
});

describe("the step of a code", () => {
  const secret = digitsOf(20);
  const now = 1_111_111_111_000;
  const present = stepAt(now, usual);
  const found = (away: number, skew: number, isUsed = (_: number) => false) => {
    const config = { ...usual, skew };
    const step = stepOf(codeAt(secret, present + away, config), { secret, config, now, isUsed });
    return step === undefined ? "none" : step - present;
  };

  it.each([
    [0, ["none", "none", 0, "none", "none"]],
    [1, ["none", -1, 0, 1, "none"]],
    [2, [-2, -1, 0, 1, 2]],
  ])("is within %d of the present one", (skew, steps) => {
    expect([-2, -1, 0, 1, 2].map((away) => found(away, skew))).toEqual(steps);
    expect([-3, 3].map((away) => found(away, skew))).toEqual(["none", "none"]);
  });

  it("is none that was used", () => {
    expect([-1, 0, 1].map((away) => found(away, 1, (step) => step <= present))).toEqual(["none", "none", 1]);
  });

  it("is none for another number of digits, for the wrong ones, and before there was time", () => {
    const step = (code: string, at = now) => stepOf(code, { secret, config: usual, now: at, isUsed: () => false });
    expect(["05047", "0050471", "050472", "", "O5O471"].map((code) => step(code))).toEqual(Array(5).fill(undefined));
    expect([step("755224", 0), step("755225", 0)]).toEqual([0, undefined]);
  });

  it("of two that have the same code is the nearest that is not used", () => {
    const config: TotpConfig = { ...usual, skew: 2, codeLength: 3 };
    const at = Array.from({ length: 5000 }, (_, index) => index + 2).find(
      (step) => codeAt(secret, step - 1, config) === codeAt(secret, step + 2, config),
    ) as number;
    const code = codeAt(secret, at - 1, config);
    const step = (used: number) => stepOf(code, { secret, config, now: at * 30_000, isUsed: (each) => each <= used });
    expect([step(0), step(at - 1), step(at + 2)]).toEqual([at - 1, at + 2, undefined]);
  });
});

describe("the address for an app", () => {
  const uri = (issuer: string, label: string) => uriOf(issuer, label, digitsOf(20), usual);

  it("is to the letter that of the hosted service", () => {
    expect(uri("test-issuer", "John’s Account Name")).toBe(
      "otpauth://totp/test-issuer:John%E2%80%99s%20Account%20Name?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=test-issuer&algorithm=SHA1&digits=6&period=30",
    );
  });

  it.each(["A:B", "A&B", "A#B", "A%B", "A?B=C", "A/B+C", "日本 😀", "100%25", "a'b(c)*!"])(
    "says %s so that whoever reads it finds the same name, as issuer and as label",
    (name) => {
      const { pathname, searchParams, hash } = new URL(uri(name, `${name}'s`));
      const [issuer, label, ...rest] = pathname.replace(/^\/+(totp\/)?/, "").split(":");
      expect([issuer, label, ...rest].map((part) => decodeURIComponent(part ?? ""))).toEqual([name, `${name}'s`]);
      expect([searchParams.get("issuer"), searchParams.get("period"), hash]).toEqual([name, "30", ""]);
    },
  );
});

describe("Base32", () => {
  it("is that of RFC 4648, without padding", () => {
    const written = ["", "MY", "MZXQ", "MZXW6", "MZXW6YQ", "MZXW6YTB", "MZXW6YTBOI"];
    const texts = ["", "f", "fo", "foo", "foob", "fooba", "foobar"];
    expect(texts.map((text) => toBase32(Buffer.from(text)))).toEqual(written);
    expect(written.slice(1).map((text) => String(fromBase32(text)))).toEqual(texts.slice(1));
  });

  it("is read as people copy it: in lower case, in groups, with padding", () => {
    const secret = digitsOf(20);
    for (const text of [
      "gezdgnbvgy3tqojqgezdgnbvgy3tqojq",
      "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ",
      " gezd  gnbvgy3tqojqGEZDGNBVGY3TQOJQ== == ",
    ])
      expect(fromBase32(text)).toEqual(secret);
    expect(fromBase32("my======")).toEqual(Buffer.from("f"));
  });

  it.each([
    "",
    " ",
    "====",
    "0189",
    "MZXW-6YTB",
    "MZXW\t6YTB",
    "MY==MY",
    "M",
    "MZX",
    "MZXW6Y",
    "ſY",
    "ıY",
    "MÝ",
    "M\u00adY",
    "ＭＹ",
  ])("is not %j", (text) => expect(fromBase32(text)).toBeUndefined());

  it("gives back every secret", () => {
    for (const alg of ["sha1", "sha256", "sha512"] as const) {
      const secret = newSecret(alg);
      expect(fromBase32(toBase32(secret))).toEqual(secret);
    }
    expect([newSecret("sha1"), newSecret("sha256"), newSecret("sha512")].map(({ length }) => length)).toEqual([
      20, 32, 64,
    ]);
  });
});
