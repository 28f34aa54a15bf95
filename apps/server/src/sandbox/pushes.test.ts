import { createClient, unwrap } from "@countersign/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { apiOf, type Fields } from "../../test-support/api.ts";
import { formOf, newDeviceKey, signedBy } from "../../test-support/device.ts";
import type { Running } from "../server.ts";
import { sandboxAccount, sandboxServiceSid, startSandbox } from "./sandbox.ts";

let sandbox: Running;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const api = () => apiOf(sandbox.url);
const pathOf = (identity: string) => `/v2/Services/${sandboxServiceSid}/Entities/${identity}`;

/** A verified phone of somebody. @returns the SID of its factor */
async function enrol(identity: string, more: Fields = {}): Promise<string> {
  const { privateKey, publicKey } = newDeviceKey();
  const { sid = "" } = (await api().call("POST", `${pathOf(identity)}/Factors`, { ...formOf(publicKey), ...more }))
    .body;
  await api().call("POST", `${pathOf(identity)}/Factors/${sid}`, { AuthPayload: signedBy(privateKey, sid) });
  return sid;
}
const challenge = async (identity: string, FactorSid: string) => {
  const asked = {
    FactorSid,
    "Details.Message": "Log in to Acme?",
    "Details.Fields": '{"label":"City","value":"London"}',
  };
  return String((await api().call("POST", `${pathOf(identity)}/Challenges`, asked)).body.sid);
};

test("a push is in the inbox once its challenge is answered, under the identity, with what it tells of", async () => {
  const identity = "person-with-a-phone";
  const factorSid = await enrol(identity, { "Config.NotificationPlatform": "apn" });
  const challengeSid = await challenge(identity, factorSid);
  const [message, ...others] = await api().messages(identity);
  expect(others).toEqual([]);
  expect(message).toEqual({
    ...{ sid: expect.stringMatching(/^MS[0-9a-f]{32}$/), service_sid: sandboxServiceSid, to: identity },
    ...{ verification_sid: null, attempt_sid: null, channel: "push", code: "", subject: null, html: null, locale: "" },
    ...{ text: "Log in to Acme?", route: null, send_digits: null, sms_parts: null, tts_name: null },
    ...{ from: null, from_name: null, date_created: expect.stringMatching(/Z$/) },
    push: {
      ...{ notification_sid: expect.stringMatching(/^NT[0-9a-f]{32}$/), challenge_sid: challengeSid },
      ...{ factor_sid: factorSid, platform: "apn", fields: [{ label: "City", value: "London" }], ttl: 300 },
    },
  });
});

test("another is waited for, asked for by our client and typed, and the fourth is refused with what is left", async () => {
  const identity = "person-who-missed-it";
  const sid = await challenge(identity, await enrol(identity));
  const client = createClient({ ...sandboxAccount, baseUrl: sandbox.url });
  const path = { ServiceSid: sandboxServiceSid, Identity: identity, ChallengeSid: sid };
  const notifications = "/v2/Services/{ServiceSid}/Entities/{Identity}/Challenges/{ChallengeSid}/Notifications";
  const next = unwrap(client.GET("/sandbox/messages/next", { params: { query: { To: identity } } }));
  const made = await unwrap(client.POST(notifications, { params: { path }, body: { Ttl: 60 } }));
  expect((await next).push).toMatchObject({ notification_sid: made.sid, challenge_sid: sid, ttl: 60 });
  for (let count = 1; count < 3; count += 1) await unwrap(client.POST(notifications, { params: { path } }));
  const { error } = await client.POST(notifications, { params: { path } });
  const wait: number | undefined = error?.code === 60309 ? error.details.retry_after_seconds : undefined;
  expect(wait).toBeGreaterThan(290);
  expect(await api().messages(identity)).toHaveLength(4);
  await api().call("POST", "/sandbox/clock", { Seconds: "300" });
  const late = await client.POST(notifications, { params: { path } });
  expect(late.error?.code).toBe(60323);
  await api().call("DELETE", "/sandbox/clock");
});

test("a push waits while the inbox is paused, as messages do", async () => {
  const identity = "person-who-waits";
  const phone = await enrol(identity);
  await api().call("POST", "/console/providers/inbox", { Status: "paused" });
  await challenge(identity, phone);
  expect(await api().messages(identity)).toEqual([]);
  await api().call("POST", "/console/providers/inbox", { Status: "active" });
  await expect.poll(() => api().messages(identity), { timeout: 5_000 }).toHaveLength(1);
});

test("a phone without notifications gets none, a channel that fails lets none arrive, and whoever is erased is in no inbox", async () => {
  const [silent, failing] = ["person-without-them", "person-out-of-reach"];
  const asked = await challenge(silent, await enrol(silent, { "Config.NotificationPlatform": "none" }));
  expect(await api().messages(silent)).toEqual([]);
  const again = await api().call("POST", `${pathOf(silent)}/Challenges/${asked}/Notifications`);
  expect([again.status, again.body.code]).toEqual([400, 60307]);
  const phone = await enrol(failing);
  await api().call("POST", "/sandbox/faults", { FailingChannels: "push" });
  await challenge(failing, phone);
  expect(await api().messages(failing)).toEqual([]);
  await api().call("DELETE", "/sandbox/faults");
  await challenge(failing, phone);
  expect(await api().messages(failing)).toHaveLength(1);
  expect((await api().call("POST", "/console/erasures", { Identity: failing })).status).toBe(200);
  expect(await api().messages(failing)).toEqual([]);
});
