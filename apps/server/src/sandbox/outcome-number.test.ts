import { afterAll, beforeAll, expect, test } from "vitest";
import { type Api, apiOf } from "../../test-support/api.ts";
import { v1ApiOf } from "../../test-support/v1-api.ts";
import type { Running } from "../server.ts";
import { sandboxServiceSid, startSandbox } from "./sandbox.ts";

let sandbox: Running;
let api: Api;
beforeAll(async () => {
  sandbox = await startSandbox();
  api = apiOf(sandbox.url);
});
afterAll(() => sandbox.close());

test.each([
  ["60202", "600"],
  ["60203", "600"],
  ["20429", "1"],
  ["60212", "1"],
  ["20503", "1"],
])("security 14: an outcome number for %s asks to wait %s seconds, as the error itself does", async (code, seconds) => {
  const { body, headers } = await api.start(sandboxServiceSid, { To: `+150055${code}` });
  expect([body.code, headers.get("retry-after")]).toEqual([Number(code), seconds]);
});

test("security 14: on v1 an outcome number for 60003 asks to wait until the window ends", async () => {
  const v1 = v1ApiOf(sandbox.url);
  const number = { country_code: 1, phone_number: "500-556-0003" };
  for (const answer of [await v1.start(number), await v1.check({ ...number, verification_code: "1234" })]) {
    expect([answer.body.error_code, answer.headers["retry-after"]]).toEqual(["60003", "600"]);
  }
});
