import { expect, test } from "vitest";
import { identityFault } from "./identity.ts";

test.each([
  ["user-00000042", undefined],
  ["5f2b8c1e-3d47-4a90-b6c8-9e1f0a7d2c34", undefined],
  ["12345678", undefined],
  ["--------", undefined],
  ["A".repeat(64), undefined],
  ["1234567", "too_short"],
  ["", "too_short"],
  ["A".repeat(65), "too_long"],
  ["ada@example.com", "email_address"],
  ["a@b", "email_address"],
  [`${"a".repeat(80)}@example.com`, "email_address"],
  ["user_00000042", "underscore"],
  ["a_b", "underscore"],
  ["Ada Lovelace", "blank"],
  ["user-00000042\n", "blank"],
  ["user-0000\u00a0042", "blank"],
  ["ada @example.com", "blank"],
  ["+12025550123", "other_character"],
  ["user_00000042!", "other_character"],
  ["zoé-00000001", "other_character"],
  ["user-００００００４２", "other_character"],
  ["user/00000042", "other_character"],
])("says what is wrong with %j as an identity: %s", (text, fault) => {
  expect(identityFault(text)).toBe(fault);
});
