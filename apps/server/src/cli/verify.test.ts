import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand, startCommand } from "../../test-support/cli.ts";
import { startSandbox } from "../sandbox/sandbox.ts";
import type { Running } from "../server.ts";

let sandbox: Running;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const verify = (to: string, ...more: string[]) => ["verify", to, "--server", sandbox.url, ...more];

test("starts, asks for the code until it is right, and ends with 0", async () => {
  const { code, out, err } = await runCommand(verify("+12025550123"), { input: "1\n654321\n 123456 \n" });
  expect([code, out]).toEqual([0, expect.stringMatching(/^approved {2}VE[0-9a-f]{32}\n$/)]);
  expect(err.split("\n")).toEqual([
    "Sent to +12025550123 by sms.",
    "Code: A code has 4 to 10 letters or digits.",
    "Code: That code is wrong.",
    "Code: ",
  ]);
});

test("an address gets an email, and the question is asked before anything is read", async () => {
  const running = startCommand(verify("ada@example.com"));
  await running.until("Code: ");
  expect(running.err()).toBe("Sent to ada@example.com by email.\nCode: ");
  running.stop();
  expect(await running.ended).toMatchObject({ code: 130, err: expect.stringMatching(/Code: Stopped\.\n$/) });
});

test("takes the code as an option, and prints JSON", async () => {
  const right = await runCommand(verify("+12025550124", "--code", "123456", "--json", "--channel", "call"));
  expect([right.code, JSON.parse(right.out)]).toEqual([
    0,
    expect.objectContaining({ status: "approved", valid: true }),
  ]);
  const wrong = await runCommand(verify("+12025550125", "--code", "654321"));
  expect([wrong.code, wrong.out]).toEqual([1, expect.stringMatching(/^pending {2}VE/)]);
  expect(wrong.err).toBe("Sent to +12025550125 by sms.\n+12025550125 is not verified.\n");
});

test("ends with 1 when there is no code, or too many were wrong", async () => {
  const none = await runCommand(verify("+12025550126"), { input: "" });
  expect([none.code, none.err]).toEqual([
    1,
    expect.stringContaining("No code was given. The verification stays pending."),
  ]);
  const wrong = await runCommand(verify("+12025550127"), { input: "000000\n".repeat(9) });
  expect([wrong.code, wrong.out]).toEqual([1, expect.stringMatching(/^max_attempts_reached/)]);
});

test("says of a refusal what it is, and what to do", async () => {
  const { code, out, err } = await runCommand(verify("+15005560203"));
  expect([code, out]).toEqual([1, ""]);
  expect(err).toMatch(/^429 60203: Max send attempts reached\. Wait for [^\n]+\n$/);
  const nobody = await runCommand(verify("+15551234567"));
  expect([nobody.code, nobody.err]).toEqual([
    1,
    expect.stringMatching(/^400 60200: Invalid parameter: To \(unknown_number\)\. /),
  ]);
  const gone = await runCommand(verify("error-20404@example.com", "--service", `VA${"0".repeat(32)}`));
  expect([gone.code, gone.err]).toEqual([1, expect.stringMatching(/^404 20404: /)]);
});
