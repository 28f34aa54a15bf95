import { createHmac } from "node:crypto";
import { signDashboardRequest } from "@countersign/contract";
import { describe, expect, it } from "vitest";
import { isDashboardSignature, type SignedRequest } from "./dashboard-signature.ts";

/** The example of the documentation: `a=value1&b=val%7Cue%262`. */
const request: SignedRequest = {
  nonce: "1427849783.886085",
  method: "POST",
  url: "https://api.authy.com/dashboard/json/application/webhooks",
  parameters: [
    ["b", "val|ue&2"],
    ["a", "value1"],
  ],
};
const key = "foobar123";

function signatureOf(params: string, { nonce, method, url } = request): string {
  return createHmac("sha256", key).update([nonce, method, url, params].join("|")).digest("base64");
}

describe("the signature of a Dashboard request", () => {
  it("is that of the reference's vectors", () => {
    expect(signDashboardRequest(request, key)).toBe("4f9676D/+BzsEq8NzF0fXpv7qETnzJUW/4YGe7p0EPM=");
    expect(signDashboardRequest({ ...request, method: "get" }, key)).toBe(
      "W+RlOV+lGi1EA9jaT1X5hL1aJFAuTRwnHuQhCp2tAxI=",
    );
    const empty = { ...request, parameters: [] };
    expect(signDashboardRequest(empty, key)).toBe("UJRjviTdXFA0xu4duxW9BWVDRZGsmSUDd4RglmzcX4o=");
    expect(signDashboardRequest({ ...empty, method: "GET" }, key)).toBe("yjA/tsM6Rkxgww9wmZLxRWaouw21ZRsi7QIOdm7cEmA=");
  });

  it("is accepted for the request that it was made for", () => {
    expect(isDashboardSignature(signDashboardRequest(request, key), request, key)).toBe(true);
  });

  it.each<[string, Partial<SignedRequest>]>([
    ["the nonce", { nonce: "1427849783.886086" }],
    ["the method", { method: "GET" }],
    ["the host", { url: request.url.replace("api", "evil") }],
    ["the path", { url: `${request.url}/1` }],
    ["a value", { parameters: [["b", "val|ue&3"], request.parameters[1] as [string, string]] }],
    ["a name", { parameters: [["B", "val|ue&2"], request.parameters[1] as [string, string]] }],
    ["a parameter less", { parameters: request.parameters.slice(1) }],
    ["a parameter more", { parameters: [...request.parameters, ["c", ""]] }],
    ["a parameter twice", { parameters: [...request.parameters, ["a", "value1"]] }],
  ])("is refused when %s is altered", (_, alteration) => {
    expect(isDashboardSignature(signDashboardRequest(request, key), { ...request, ...alteration }, key)).toBe(false);
  });

  it("is refused under another key, and when it is cut, empty or no base64", () => {
    const signature = signDashboardRequest(request, key);
    for (const other of [signDashboardRequest(request, "foobar124"), signature.slice(0, -4), "", "é", "===="]) {
      expect(isDashboardSignature(other, request, key), other).toBe(false);
    }
  });

  it.each([
    ["RFC 3986", "v=a+%21%27%28%29%2A~"],
    ["encodeURIComponent", "v=a+!'()*~"],
    ["an HTML form", "v=a+%21%27%28%29*%7E"],
    ["older Python", "v=a+%21%27%28%29%2A%7E"],
  ])("may escape marks as %s does", (_, params) => {
    const marks = { ...request, parameters: [["v", "a !'()*~"]] as const };
    expect(isDashboardSignature(signatureOf(params), marks, key)).toBe(true);
  });

  it("may keep what is repeated in the order in which it was sent, or sort it", () => {
    const parameters = [
      ["events[]", "user_removed"],
      ["events[]", "user_added"],
      ["Z", "1"],
    ] as const;
    const sent = "Z=1&events%5B%5D=user_removed&events%5B%5D=user_added";
    const sorted = "Z=1&events%5B%5D=user_added&events%5B%5D=user_removed";
    for (const params of [sent, sorted]) {
      expect(isDashboardSignature(signatureOf(params), { ...request, parameters }, key), params).toBe(true);
    }
  });
});
