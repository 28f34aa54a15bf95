import { expect, test, vi } from "vitest";
import { credentials, fakeFetch, json, refusal, ServiceSid } from "../test-support/fake-fetch.ts";
import { createClient, type RetryOptions } from "./index.ts";

const VERIFICATIONS = "/v2/Services/{ServiceSid}/Verifications";
const body = { To: "+12025550123", Channel: "sms" } as const;

/** Starts a verification against the answers given; waits take no time and are kept. */
async function start(answers: (() => Response)[], retry?: Partial<RetryOptions>) {
  const { fetch, sent } = fakeFetch(...answers);
  const waits: number[] = [];
  const sleep = async (delayMs: number) => void waits.push(delayMs);
  const options = retry && { attempts: 3, sleep, ...retry };
  const client = createClient({ ...credentials, fetch, retry: options });
  const result = await client.POST(VERIFICATIONS, { params: { path: { ServiceSid } }, body });
  return { result, sent, waits };
}

const busy = (retryAfter?: string, status = 429) =>
  json(status, refusal(20429, status), retryAfter === undefined ? {} : { "Retry-After": retryAfter });
const created = json(201, { sid: "VE1" });

test("nothing is sent twice unless asked for", async () => {
  const { result, sent } = await start([busy("1"), created]);
  expect(result.error?.code).toBe(20429);
  expect(sent).toHaveLength(1);
});

test.each([429, 503])("%i is sent again after the seconds that Retry-After asks for, whole", async (status) => {
  const { result, sent, waits } = await start([busy("2", status), created], {});
  expect(result.data?.sid).toBe("VE1");
  expect(waits).toEqual([2000]);
  expect(sent).toHaveLength(2);
  expect(sent[1]).toEqual(sent[0]);
  expect(sent[1]?.body).toBe("To=%2B12025550123&Channel=sms");
});

test("the wait in details is heeded, whatever Retry-After says, and a long one is not waited for", async () => {
  const held = (seconds: number, header = {}) =>
    json(429, refusal(20429, 429, { details: { retry_after_seconds: seconds } }), header);
  expect((await start([held(7), created], {})).waits).toEqual([7000]);
  expect((await start([held(7, { "Retry-After": "1" }), created], {})).waits).toEqual([7000]);
  const { result, sent, waits } = await start([held(540), created], {});
  expect([result.error?.code, sent.length, waits]).toEqual([20429, 1, []]);
});

test("Retry-After may be an HTTP date", async () => {
  vi.useFakeTimers({ now: new Date("2026-03-02T09:30:00Z"), toFake: ["Date"] });
  const { waits } = await start([busy("Mon, 02 Mar 2026 09:30:07 GMT"), created], {});
  vi.useRealTimers();
  expect(waits).toEqual([7000]);
});

test("a Retry-After beyond the longest wait is not waited for: the answer is returned at once", async () => {
  const { result, sent, waits } = await start([busy("31"), created], {});
  expect(result.response.status).toBe(429);
  expect([sent.length, waits]).toEqual([1, []]);
  expect((await start([busy("31"), created], { maxDelayMs: 31_000 })).waits).toEqual([31_000]);
});

test.each([undefined, "soon", "-1"])(
  "with Retry-After %j the waits are random, in a range that doubles",
  async (value) => {
    const random = vi.spyOn(Math, "random").mockReturnValue(0.5);
    expect((await start([busy(value)], { attempts: 5 })).waits).toEqual([100, 200, 400, 800]);
    expect((await start([busy(value)], { attempts: 5, maxDelayMs: 500 })).waits).toEqual([100, 200, 250, 250]);
    random.mockReturnValue(0);
    expect((await start([busy(value)], {})).waits).toEqual([0, 0]);
    random.mockRestore();
  },
);

test("the last answer is returned when the attempts are used up", async () => {
  const { result, sent } = await start([busy("0"), busy("0"), busy("0", 503)], {});
  expect(sent).toHaveLength(3);
  expect(result.response.status).toBe(503);
});

test.each([400, 401, 404, 500, 502])("%i is not sent again", async (status) => {
  expect((await start([json(status, refusal(1, status)), created], {})).sent).toHaveLength(1);
});

test("a failed connection is not sent again: the request may have been carried out", async () => {
  await expect(start([], {})).rejects.toThrow("connect ECONNREFUSED");
});

test("the caller can end a wait", async () => {
  const { fetch, sent } = fakeFetch(busy("20"));
  const controller = new AbortController();
  const client = createClient({ ...credentials, fetch, retry: { attempts: 2 } });
  const init = { params: { path: { ServiceSid } }, body, signal: controller.signal };
  const call = client.POST(VERIFICATIONS, init);
  await vi.waitUntil(() => sent.length === 1);
  controller.abort(new Error("the user left"));
  await expect(call).rejects.toThrow("the user left");
});
