import { expect, test } from "vitest";
import { bundledDocument, documentedErrors } from "./bundled-document.ts";

const isDocumented = documentedErrors(bundledDocument);

test("an operation documents what its responses refer to, shared ones and composed ones included", () => {
  expect([60203, 60200, 20003, 20404].every((code) => isDocumented("createVerification", code))).toBe(true);
  expect(isDocumented("createVerificationCheck", 20404)).toBe(true);
  expect(isDocumented("createVerificationCheck", 60203)).toBe(false);
  expect(isDocumented("createVerification", 60022)).toBe(false);
  expect(isDocumented("noSuchOperation", 60203)).toBe(false);
});
