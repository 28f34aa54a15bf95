import { expect, test } from "vitest";
import { encodeFields, fillPath } from "./encode.ts";

test.each<[string, object, string]>([
  ["a name stays as it is", { "Totp.TimeStep": 30, PageSize: 2 }, "Totp.TimeStep=30&PageSize=2"],
  ["a plus sign is not a space", { To: "+12025550123" }, "To=%2B12025550123"],
  ["an e-mail address is encoded", { To: "ada+x@example.com" }, "To=ada%2Bx%40example.com"],
  ["letters beyond ASCII are UTF-8", { FriendlyName: "Café ☕ &=" }, "FriendlyName=Caf%C3%A9+%E2%98%95+%26%3D"],
  ["an empty string is sent: it clears a field", { TtsName: "" }, "TtsName="],
  ["undefined is left out", { To: undefined, Channel: "sms" }, "Channel=sms"],
  ["null is left out", { To: null, Channel: "sms" }, "Channel=sms"],
  ["booleans are words", { LookupEnabled: true, Psd2Enabled: false }, "LookupEnabled=true&Psd2Enabled=false"],
  ["zero is sent", { Page: 0 }, "Page=0"],
  ["a list is repeated", { "events[]": ["a", "b"] }, "events%5B%5D=a&events%5B%5D=b"],
  ["an empty list is left out", { EventTypes: [] }, ""],
  ["what is undefined in a list is left out", { EventTypes: [undefined, "a"] }, "EventTypes=a"],
  ["null in a list is left out", { EventTypes: [null, "a"] }, "EventTypes=a"],
  ["an object is JSON", { RateLimits: { ip: "1.2.3.4" } }, "RateLimits=%7B%22ip%22%3A%221.2.3.4%22%7D"],
  ["a list of objects is JSON", { Templates: [{ sid: "HJ1" }] }, "Templates=%5B%7B%22sid%22%3A%22HJ1%22%7D%5D"],
  ["a date is in whole seconds", { DateCreatedAfter: new Date(999) }, "DateCreatedAfter=1970-01-01T00%3A00%3A00Z"],
  [
    "a form of the platform is read",
    new URLSearchParams([
      ["Tag", "a"],
      ["Tag", "b"],
    ]),
    "Tag=a&Tag=b",
  ],
  ["a map is read", new Map([["To", "+1"]]), "To=%2B1"],
  ["no field is no text", {}, ""],
])("%s", (_, fields, encoded) => {
  expect(encodeFields(fields)).toBe(encoded);
});

const awkward = ["+12025550123", "ada@example.com", "a/b?c#d", "a b", "100%", "%2e%2e", "$&$1", "ÿ☕😀", "a&b=c;d,e"];

test.each(awkward)("%j comes back from a form, a query and a path as it went in", (value) => {
  expect(new URLSearchParams(encodeFields({ value })).get("value")).toBe(value);
  const url = new URL(
    fillPath("/v2/Services/{ServiceSid}/Verifications/{Sid}", { ServiceSid: value, Sid: value }),
    "http://h",
  );
  const segments = url.pathname.split("/");
  expect(segments).toHaveLength(6);
  expect(segments.map(decodeURIComponent)).toEqual(["", "v2", "Services", value, "Verifications", value]);
});

test.each(["", ".", "..", undefined, null])(
  "a path parameter can't be %j, which would reach another resource",
  (Sid) => {
    expect(() => fillPath("/v2/Services/{Sid}", { Sid })).toThrow(
      new TypeError(`Path parameter Sid is "${Sid ?? ""}"`),
    );
  },
);

test("a path without parameters needs no values", () => {
  expect(fillPath("/v2/Services")).toBe("/v2/Services");
});
