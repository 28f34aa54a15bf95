import { expect, test } from "vitest";
import { useSandbox } from "../../test-support/sandbox.ts";
import { sandboxServiceSid } from "./sandbox.ts";

const { api, v1 } = useSandbox();

test.each([
  ["60202", 600, null],
  ["60203", 600, null],
  ["20429", 1, "1"],
  ["60212", 1, "1"],
  ["20503", undefined, "1"],
])("security 14: an outcome number for %s asks to wait as the error itself does", async (code, wait, header) => {
  const { body, headers } = await api.start(sandboxServiceSid, { To: `+150055${code}` });
  const told = [body.code, body.details?.retry_after_seconds, headers.get("retry-after")];
  expect(told).toEqual([Number(code), wait, header]);
});

test("security 14: on v1 an outcome number for 60003 asks no transport to wait until the window ends", async () => {
  const number = { country_code: 1, phone_number: "500-556-0003" };
  for (const answer of [await v1.start(number), await v1.check({ ...number, verification_code: "1234" })]) {
    expect([answer.body.error_code, answer.headers["retry-after"]]).toEqual(["60003", undefined]);
  }
});

test("an outcome number on the safe list is started, where that is what lifts its error", async () => {
  const start = async (code: number) => (await api.start(sandboxServiceSid, { To: `+150055${code}` })).body.code ?? 201;
  const add = (code: number) => api.call("POST", "/v2/SafeList/Numbers", { PhoneNumber: `+150055${code}` });
  for (const code of [60410, 60605, 60203]) {
    expect(await start(code)).toBe(code);
    expect((await add(code)).status).toBe(201);
  }
  expect([await start(60410), await start(60605), await start(60203)]).toEqual([201, 201, 60203]);
  const verdict = await api.call("GET", "/console/guard/verdict?to=%2B15005560410");
  expect(verdict.body).toMatchObject({ would_send: true });
});
