import { expect, test } from "vitest";
import { code, literal } from "./literal.ts";

test("a value that fits stands on one line, with quoted names where TypeScript needs them", () => {
  expect(literal({ To: "+12025550123", "events[]": ["a", "b"], missing: undefined })).toBe(
    '{ To: "+12025550123", "events[]": ["a", "b"] }',
  );
});

test("a value that does not fit is broken at its outermost brackets, indented from where its line begins", () => {
  const long = "x".repeat(50);
  expect(literal({ first: { second: long } }, 2, 30)).toBe(`{\n    first: {\n      second: "${long}",\n    },\n  }`);
});

test("code stands as it is", () => {
  expect(literal({ headers: { nonce: code("nonce") } })).toBe("{ headers: { nonce: nonce } }");
});
