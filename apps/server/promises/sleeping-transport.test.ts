import { afterAll, beforeAll, expect, test } from "vitest";
import { sandboxAccount, sandboxServiceSid, startSandbox } from "../src/sandbox/sandbox.ts";
import type { Running } from "../src/server.ts";
import { apiOf, authorizationOf } from "../test-support/api.ts";

/**
 * As Apache HttpClient 5, which the official SDK for Java calls with: it repeats whatever is answered 429 or 503 once,
 * whatever the method, and sleeps for `Retry-After` (or a second) inside the call.
 */
function sleepingTransport(origin: string) {
  const slept: number[] = [];
  const advance = (seconds: number) => apiOf(origin).call("POST", "/sandbox/clock", { Seconds: String(seconds) });
  return {
    slept,
    async send(method: string, path: string, fields?: Record<string, string>, headers: Record<string, string> = {}) {
      const once = () =>
        fetch(`${origin}${path}`, {
          method,
          headers: { authorization: authorizationOf(sandboxAccount), ...headers },
          ...(fields && { body: new URLSearchParams(fields) }),
        });
      const first = await once();
      if (first.status !== 429 && first.status !== 503) return first;
      const seconds = Number(first.headers.get("retry-after") ?? 1);
      slept.push(seconds);
      if (seconds > 0) await advance(seconds);
      return once();
    },
  };
}

let sandbox: Running;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const service = `/v2/Services/${sandboxServiceSid}`;
const v1Key = { "x-authy-api-key": "sandbox" };
const v1Number = { country_code: "1", phone_number: "202-555-0121", via: "sms" };

test("a transport that sleeps for Retry-After and posts again waits 30 seconds at most, and sends nothing that was refused", async () => {
  const { send, slept } = sleepingTransport(sandbox.url);
  const start = (To: string) => send("POST", `${service}/Verifications`, { To, Channel: "sms" });
  const check = (To: string) => send("POST", `${service}/VerificationCheck`, { To, Code: "000000" });
  const startV1 = () => send("POST", "/protected/json/phones/verification/start", v1Number, v1Key);
  const checkV1 = () =>
    send(
      "GET",
      `/protected/json/phones/verification/check?${new URLSearchParams({ ...v1Number, verification_code: "0000" })}`,
      undefined,
      v1Key,
    );
  const statuses: number[] = [];
  const last = async (times: number, call: () => Promise<Response>) => {
    let answer: Response | undefined;
    for (let time = 0; time < times; time += 1) answer = await call();
    statuses.push(answer?.status ?? 0);
  };
  await last(6, () => start("+12025550120"));
  await last(1, () => start("+12025550122"));
  await last(6, () => check("+12025550122"));
  await last(1, () => start("+12025550122"));
  await last(6, startV1);
  await last(6, checkV1);
  await last(101, () => send("GET", "/v2/Attempts"));
  for (const code of ["60202", "60203", "60212", "20429", "20503"]) await last(1, () => start(`+150055${code}`));
  expect(statuses).toEqual([429, 201, 429, 429, 429, 429, 429, 429, 429, 429, 429, 503]);
  expect(slept.length).toBeGreaterThanOrEqual(11);
  expect(Math.max(...slept)).toBeLessThanOrEqual(30);
  const messages = await apiOf(sandbox.url).messages("+12025550120");
  expect(messages).toHaveLength(5);
});
