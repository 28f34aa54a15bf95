import { generate } from "selfsigned";
import { expect, test } from "vitest";
import { outgoing } from "../../../../test-support/outgoing.ts";
import { manualTimers, startSmsc } from "../../../../test-support/smsc.ts";
import type { DeliveryReport } from "../../../attempts/attempt.ts";
import { openSmppProvider } from "./smpp.ts";

test("GatewayAPI's centre gets an SMS by TLS as it documents it, and its receipts are read as it writes them", async () => {
  const { private: key, cert } = await generate([{ name: "commonName", value: "localhost" }], {
    keyType: "ec",
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2 as const, value: "localhost" }] }],
  });
  const smsc = await startSmsc({ key, cert });
  const reports: [string, DeliveryReport][] = [];
  const timers = manualTimers();
  const provider = openSmppProvider(new URL(`smpps://user:password@localhost:${smsc.port}?from=Acme`), {
    timers,
    ca: cert,
    onReceipt: (...report) => void reports.push(report),
  });
  for (const [index, id] of ["1390125333", "1390125334"].entries()) {
    smsc.answers.push((respond) => respond({ id }));
    expect(await provider.deliver(...outgoing(timers.now, {}, index))).toEqual({ status: "sent", reference: id });
  }
  expect(smsc.binds[0]).toMatchObject({ system_id: "user", password: "password", system_type: "" });
  // It knows no other type of number than this and 0, and no time to deliver at.
  expect(smsc.submitted[0]?.fields).toMatchObject({ dest_addr_ton: 1, schedule_delivery_time: "" });
  const dates = "submit date:2011181054 done date:2011181054";
  for (const text of [
    `id:1390125333 sub:001 dlvrd:000 ${dates} stat:ENROUTE err:000 text:`,
    `id:1390125333 sub:001 dlvrd:000 ${dates} stat:DELIVRD err:000 text:`,
    `id:1390125334 sub:001 dlvrd:000 ${dates} stat:UNDELIV err:016 text:`,
  ]) {
    expect(await smsc.deliver({ esm_class: 4, short_message: text })).toBe(0);
  }
  expect(reports).toEqual([
    ["1390125333", { status: "delivered", errorCode: null }],
    ["1390125334", { status: "undelivered", errorCode: "smpp_undeliv_016" }],
  ]);
  await provider.close();
  await smsc.close();
});
