import { expect, test } from "vitest";
import { hrefTo, match } from "./router.ts";

test("a pattern gives the parameters of a path, decoded, and nothing for another path", () => {
  expect(match("/verifications/:sid", "/verifications/VE1")).toEqual({ sid: "VE1" });
  expect(match("/a/:to", "/a/%2B1202")).toEqual({ to: "+1202" });
  expect(match("/a/:to", "/a/%E0%A4")).toEqual({ to: "%E0%A4" });
  expect(match("/verifications", "/verifications/")).toEqual({});
  expect(match("/verifications", "/verifications/VE1")).toBeUndefined();
  expect(match("/verifications/:sid", "/verifications")).toBeUndefined();
});

test("a link leaves out of the query what is not given, and encodes what is", () => {
  expect(hrefTo("/inbox")).toBe("#/inbox");
  expect(hrefTo("/inbox", { to: "+1202", status: "", page: undefined })).toBe("#/inbox?to=%2B1202");
});
