import { expect, test } from "vitest";
import { errorOfIdentity } from "./outcome-identity.ts";

test.each([
  ["error-60301", 60301],
  ["error-60301-3f0b", 60301],
  ["error-20404-", 20404],
])("%s asks for %i", (identity, code) => {
  expect(errorOfIdentity(identity)).toBe(code);
});

test.each(["", "error", "error-6030", "error-603010", "Error-60301", "an-error-60301", "error60301", "error-60301.a"])(
  "%j asks for none",
  (identity) => {
    expect(errorOfIdentity(identity)).toBeUndefined();
  },
);
