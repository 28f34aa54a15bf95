import { afterEach, describe, expect, test } from "vitest";
import { budget } from "../../../scripts/budget.ts";
import { sandboxServiceSid as serviceSid, startSandbox } from "../src/sandbox/sandbox.ts";
import type { Running } from "../src/server.ts";
import { guesserOf } from "../test-support/guesser.ts";

/*
 * What guesses through the API add up to, with the clock of the sandbox: of each that was evaluated the chance that it is
 * right, by the length of the code as the inbox has it. The whole budget is a month of guesses in every window.
 */

let sandbox: Running;
afterEach(() => sandbox.close());

const isWhole = budget(10) === 10;
// A month is some thirty thousand requests.
const timeout = isWhole ? 1_800_000 : 60_000;
const windowSeconds = 601;

describe("security 26: a recipient who is attacked with all that the limits of a verification allow", {
  timeout,
}, () => {
  const victim = "+4915123456789";
  const days = budget(30);
  const windowsEach = isWhole ? Math.floor(86_400 / windowSeconds) : 5;

  /** @param logsIn whether the victim logs in once a day, in a window that the guesser found */
  async function attack(options: { growingCodes?: boolean; CustomCode?: string; logsIn: boolean }) {
    const { growingCodes, CustomCode, logsIn } = options;
    sandbox = await startSandbox({ growingCodes });
    const guesser = guesserOf(sandbox.url, serviceSid);
    const { api, start, guess, advance } = guesser;
    await api.call("POST", `/v2/Services/${serviceSid}`, { CustomCodeEnabled: "true" });
    const own = CustomCode === undefined ? {} : { CustomCode };
    let longestWait = 0;
    const guessTimes = async (count: number, code: string) => {
      for (let index = 0; index < count; index += 1) await guess(victim, code);
    };
    /** The victim's own start, again after the wait where it is refused, at which it must succeed. */
    const logIn = async () => {
      let { answer, code } = await start(victim, own);
      const wait = answer.body.details?.retry_after_seconds ?? 0;
      if (answer.status !== 201) {
        longestWait = Math.max(longestWait, wait);
        await advance(wait);
        ({ answer, code } = await start(victim, own));
      }
      expect(answer.status, answer.text).toBe(201);
      await guessTimes(4, code);
      expect((await api.check(serviceSid, { To: victim, Code: code })).body.status).toBe("approved");
    };
    for (let day = 0; day < days; day += 1) {
      for (let window = 0; window < windowsEach; window += 1) {
        const { answer, code } = await start(victim, own);
        if (answer.status === 201) await guessTimes(5, code);
        if (logsIn && window === Math.floor(windowsEach / 2)) await logIn();
        await advance(windowSeconds);
      }
      await advance(86_400 - windowsEach * windowSeconds);
    }
    return { evaluated: guesser.evaluated(), expected: guesser.expected(), longestWait };
  }

  test("never logs in: at most 4 in 100,000 at six digits", async () => {
    const { evaluated, expected } = await attack({ logsIn: false });
    expect(evaluated).toBe(days * windowsEach * 5);
    expect(expected).toBeGreaterThan(1e-5);
    expect(expected).toBeLessThanOrEqual(4e-5);
  });

  test("logs in daily: at most 4 in 100,000 at six digits, and is never locked out longer than a window", async () => {
    const { evaluated, expected, longestWait } = await attack({ logsIn: true });
    expect(evaluated).toBe(days * (windowsEach * 5 + 4));
    expect(expected).toBeLessThanOrEqual(4e-5);
    expect(longestWait).toBeGreaterThan(0);
    expect(longestWait).toBeLessThanOrEqual(600);
  });

  test.each([
    ["a code of the caller's own", { CustomCode: "471100" }, 30],
    ["codes that do not grow", { growingCodes: false }, 100],
  ])("with %s logs in daily: a refusal ends within 24 hours, and few guesses are left", async (_, options, max) => {
    const { evaluated, longestWait } = await attack({ ...options, logsIn: true });
    expect(longestWait).toBeLessThanOrEqual(86_400);
    expect(evaluated).toBeLessThanOrEqual(max + 5 + days * 2 * 9);
  });
});

test("security 26: 400 recipients of a service with four digits, who are sprayed: at most one in four is taken over", {
  timeout,
}, async () => {
  const recipients = isWhole ? 400 : 50;
  const guesses = isWhole ? 39_804 : 320;
  sandbox = await startSandbox();
  const guesser = guesserOf(sandbox.url, serviceSid);
  await guesser.api.call("POST", `/v2/Services/${serviceSid}`, { CodeLength: "4" });
  const numbers = Array.from({ length: recipients }, (_, index) => `+4915123456${String(index).padStart(3, "0")}`);
  while (guesser.evaluated() < guesses) {
    const codes = new Map<string, string>();
    for (const number of numbers) codes.set(number, (await guesser.start(number)).code);
    for (let count = 0; count < 5; count += 1) {
      for (const [number, code] of codes) {
        if (code === "" || guesser.evaluated() >= guesses) continue;
        if ((await guesser.guess(number, code)).body.status !== "pending") codes.set(number, "");
      }
    }
    await guesser.advance(windowSeconds);
  }
  expect(guesser.evaluated()).toBe(guesses);
  expect(guesser.expected()).toBeGreaterThan(0.02);
  expect(guesser.expected()).toBeLessThanOrEqual(0.25);
});
