import { expect, test } from "vitest";
import { sandboxSession } from "../test-support/session.ts";
import { session } from "./api.ts";
import { curlOf } from "./curl.ts";

test("a request becomes a command that a shell takes for one, whatever is in it", () => {
  session.value = sandboxSession;
  expect(curlOf({ method: "GET", path: "/v2/Services?a='; rm -rf /;'" })).toBe(
    "curl 'http://127.0.0.1:4010/v2/Services?a='\\''; rm -rf /;'\\''' \\\n  -u AC00000000000000000000000000000001:sandbox",
  );
  expect(curlOf({ method: "DELETE", path: "/v2/x" })).toContain("curl -X DELETE '");
  expect(curlOf({ method: "POST", path: "/v2/x", body: "a=$(id)", contentType: "text/plain" })).toMatch(
    /-H 'Content-Type: text\/plain' \\\n {2}--data-raw 'a=\$\(id\)'$/,
  );
});

test("in production no secret is in it", () => {
  session.value = { ...sandboxSession, mode: "production" };
  expect(curlOf({ method: "GET", path: "/v2/x" })).toContain('-u "$KEY_SID:$KEY_SECRET"');
});

test("a request of the legacy API has that API's key", () => {
  session.value = sandboxSession;
  expect(curlOf({ method: "GET", path: "/protected/json/phones/verification/check?a=1" })).toContain(
    "-H 'X-Authy-API-Key: sandbox'",
  );
  expect(curlOf({ method: "GET", path: "/sna/abc" })).not.toContain("X-Authy-API-Key");
});
