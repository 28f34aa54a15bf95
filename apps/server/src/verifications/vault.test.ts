import { expect, test } from "vitest";
import { createDayKeys, createVault, dayOfHashes, rememberingKeys } from "./vault.ts";

const binding = { serviceSid: "VA1", recipient: "+12025550123", amount: "€39.99", payee: "Acme Inc." };
const vault = createVault("a new secret", "an old secret");

test("security 1: codes are uniform over all values, leading zeros included", () => {
  const counts = new Map<string, number>();
  for (let run = 0; run < 20_000; run += 1) {
    const code = vault.newCode(4);
    expect(code).toMatch(/^\d{4}$/);
    counts.set(code.slice(0, 1), (counts.get(code.slice(0, 1)) ?? 0) + 1);
  }
  // 2,000 each are expected; six standard deviations are about 255.
  for (const count of counts.values()) expect(Math.abs(count - 2000)).toBeLessThan(255);
  expect(counts.size).toBe(10);
});

test("a code has up to ten digits", () => {
  expect(vault.newCode(10)).toMatch(/^\d{10}$/);
});

test("a code matches only what it was sealed for", () => {
  const sealed = vault.seal("123456", binding);
  expect(vault.matches("123456", sealed, binding)).toBe(true);
  expect(vault.matches("123457", sealed, binding)).toBe(false);
  expect(vault.matches("12345", sealed, binding)).toBe(false);
});

test("security 10: a code is bound to service, recipient, amount and payee", () => {
  const sealed = vault.seal("123456", binding);
  for (const other of [{ serviceSid: "VA2" }, { recipient: "+12025550124" }, { amount: "€1" }, { payee: null }]) {
    expect(vault.matches("123456", sealed, { ...binding, ...other })).toBe(false);
    expect(() => vault.open(sealed, { ...binding, ...other })).toThrow();
  }
});

test("security 3: neither code nor text is in what is sealed, and equal ones look different", () => {
  const [one, two] = [vault.seal("123456", binding), vault.seal("123456", binding)];
  expect(JSON.stringify(one)).not.toContain("123456");
  expect(one.sealed).not.toBe(two.sealed);
  expect(vault.sealText("Your code is 123456")).not.toContain("123456");
});

test("a re-send opens the code again, and a changed byte is noticed", () => {
  const sealed = vault.seal("0042", binding);
  expect(vault.open(sealed, binding)).toBe("0042");
  expect(vault.openText(vault.sealText("grüße"))).toBe("grüße");
  const last = sealed.sealed.at(-2) === "A" ? "B" : "A";
  expect(() => vault.open({ ...sealed, sealed: sealed.sealed.slice(0, -2) + last }, binding)).toThrow();
});

test("what an older secret sealed still opens; what an unknown one sealed matches nothing, and is no text", () => {
  const old = createVault("an old secret");
  const sealed = old.seal("123456", binding);
  expect(vault.matches("123456", sealed, binding)).toBe(true);
  expect(vault.matches("123456", { ...sealed, keyId: "9" }, binding)).toBe(false);
  expect([vault.knows(sealed), vault.knows({ ...sealed, keyId: "9" })]).toEqual([true, false]);
  expect([vault.openText(old.sealText("grüße")), vault.openText("9.x"), vault.openText("")]).toEqual([
    "grüße",
    undefined,
    undefined,
  ]);
});

test("keys that remember hash and seal a recipient once until they are told to forget him, and each day apart", () => {
  const keys = createDayKeys();
  for (const day of [dayOfHashes, 0, 1]) keys.add(day, Buffer.alloc(32, day + 2));
  const remembering = rememberingKeys(keys);
  const [recipient, nextDay] = ["+12025550123", 86_400_000];
  const sealed = remembering.seal(recipient, 0);
  expect(remembering.hash(recipient)).toBe(keys.hash(recipient));
  expect(remembering.seal(recipient, 1)).toBe(sealed);
  expect(remembering.seal(recipient, nextDay)).not.toBe(sealed);
  remembering.forget();
  expect(remembering.seal(recipient, 0)).not.toBe(sealed);
  expect(remembering.open(sealed)).toBe(recipient);
});
