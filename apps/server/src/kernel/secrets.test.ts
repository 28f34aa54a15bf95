import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { isWorthless } from "./secrets.ts";

test("what is made by chance is no worthless secret, in any of its usual spellings", () => {
  for (let round = 0; round < 500; round += 1) {
    for (const [bytes, encoding] of [
      [24, "base64"],
      [32, "base64url"],
      [16, "hex"],
      [32, "hex"],
    ] as const) {
      const secret = randomBytes(bytes).toString(encoding);
      expect(isWorthless(secret), secret).toBe(false);
    }
  }
});

test("a letter or a word over and over, a row of the alphabet, and a placeholder are worthless", () => {
  for (const secret of [
    "a".repeat(32),
    "=".repeat(44),
    `${"x".repeat(40)}1`,
    " ".repeat(32),
    "ab".repeat(16),
    "changeme".repeat(4),
    "0123456789".repeat(4),
    "supersecret".repeat(3),
    "abcdefghijklmnopqrstuvwxyz012345",
    "zyxwvutsrqponmlkjihgfedcba543210",
    "qwertyuiopasdfghjklzxcvbnm123456",
    "please-change-me-before-you-use-it",
    "MyVeryLongPassword-2026-for-Verify",
  ]) {
    expect(isWorthless(secret), secret).toBe(true);
  }
});
