import { expect, test } from "vitest";
import { runCommand } from "../../test-support/cli.ts";
import { useSandbox } from "../../test-support/sandbox.ts";
import { guardOf } from "../guard/settings.ts";

const sandbox = useSandbox(() => ({ guard: guardOf({ countries: { codes: ["US"], areRefused: false } }) }));

test("countersign guard check says whether a number would be sent to, why not, and ends with it", async () => {
  const check = (...words: string[]) => runCommand(["guard", "check", ...words, "--server", sandbox.url]);
  expect(await check("+12025550123")).toEqual({ code: 0, out: "+12025550123  would be sent to\n", err: "" });
  expect(await check("+33612345678", "--channel", "call")).toEqual({
    code: 1,
    out: "+33612345678  would not be sent to  60605  Nothing is sent to this country.\n",
    err: "+33612345678 would not be sent to.\n",
  });
  const { out } = await check("ada@example.com", "--json");
  expect(JSON.parse(out)).toMatchObject({ would_send: true, error_code: null });
  const unknown = await check("+12025550123", "--service", `VA${"f".repeat(32)}`);
  expect([unknown.code, unknown.err]).toEqual([1, expect.stringMatching(/^404 20404/)]);
});
