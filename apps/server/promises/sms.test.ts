import { expect, test } from "vitest";
import { useSandbox } from "../test-support/sandbox.ts";

const sandbox = useSandbox();
const { api } = sandbox;

const To = "+12025550143";
const AppHash = "He42w354ol9";

test("an app's message that has no room for the warning goes without, and one that is too long all the same is refused and counts for nothing", async () => {
  const serviceSid = await api.createService({ FriendlyName: "n".repeat(30), DoNotShareWarningEnabled: "true" });
  const refused = await api.start(serviceSid, { To, AppHash, Locale: "ro" });
  expect(refused).toMatchObject({
    status: 400,
    body: { code: 60200, message: "Invalid parameter: AppHash", details: { sms_parts: 2 } },
  });
  const started = await api.start(serviceSid, { To, AppHash, Locale: "ro", CustomFriendlyName: "Acme" });
  expect(started.body.send_code_attempts).toHaveLength(1);
  const [message] = await api.messages(To);
  expect(message?.text).toBe("<#> Codul dumneavoastră de verificare Acme este: 123456 He42w354ol9");
});

test("security 38: one start is one message of at most three SMS parts", async () => {
  const serviceSid = await api.createService({
    FriendlyName: "Acme",
    Psd2Enabled: "true",
    DoNotShareWarningEnabled: "true",
  });
  const payment = { To: "+12025550144", Amount: "10 EUR", Payee: `${"Жанна ".repeat(10)}Ко` };
  // The warning would make four of it.
  expect(await api.start(serviceSid, { ...payment, Locale: "mr" })).toMatchObject({ status: 201 });
  expect((await api.messages(payment.To))[0]?.text).not.toContain("\n");
  const long = { ...payment, CustomFriendlyName: "ж".repeat(30), Amount: "10 000 000 000 000 000 000 гривень" };
  expect(await api.start(serviceSid, { ...long, To: "+12025550145", Locale: "hu" })).toMatchObject({
    status: 400,
    body: { code: 60200, message: "Invalid parameter: Payee", details: { sms_parts: 4 } },
  });
  expect(await api.messages("+12025550145")).toEqual([]);
});
