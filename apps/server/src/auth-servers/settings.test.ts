import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { readChannelUrls } from "../delivery/channel-urls.ts";
import { readEventWebhook } from "../events/event-webhook.ts";
import { publicSecrets } from "../kernel/standard-webhooks.ts";
import { sandboxSigningSecret } from "../sandbox/account.ts";
import { readAuthServers, whyNothingIsSent } from "./settings.ts";

const [accountSid, serviceSid] = ["AC00000000000000000000000000000001", "VA00000000000000000000000000000001"];
const service = `${accountSid}/${serviceSid}`;
const hook = () => `v1,whsec_${randomBytes(32).toString("base64")}`;
const header = () => `Bearer ${randomBytes(32).toString("base64url")}`;

test("no auth server is set up where nothing is set", () => {
  expect(readAuthServers({})).toEqual({ authServers: [], problems: [] });
});

test("each is set up by a service and a proof, of which there are several while one is replaced", () => {
  const [old, next, logto, kratos] = [hook(), hook(), header(), header()];
  const env = {
    COUNTERSIGN_SUPABASE_SERVICE: service,
    COUNTERSIGN_SUPABASE_SECRET: `${old}|${next}`,
    COUNTERSIGN_LOGTO_SERVICE: service,
    COUNTERSIGN_LOGTO_AUTHORIZATION: logto,
    COUNTERSIGN_KRATOS_SERVICE: service,
    COUNTERSIGN_KRATOS_AUTHORIZATION: kratos,
  };
  expect(readAuthServers(env)).toEqual({
    authServers: [
      { name: "supabase", accountSid, serviceSid, secrets: [old, next] },
      { name: "logto", accountSid, serviceSid, secrets: [logto] },
      { name: "kratos", accountSid, serviceSid, secrets: [kratos] },
    ],
    problems: [],
  });
});

test("half of a setting is missing since the other is there, and an empty one is none", () => {
  const env = { COUNTERSIGN_SUPABASE_SERVICE: service, COUNTERSIGN_SUPABASE_SECRET: "", COUNTERSIGN_LOGTO_SERVICE: "" };
  expect(readAuthServers(env)).toEqual({
    authServers: [],
    problems: ["COUNTERSIGN_SUPABASE_SECRET is missing, since COUNTERSIGN_SUPABASE_SERVICE is set."],
  });
});

test.each([
  ["bytes of zero", `whsec_${Buffer.alloc(32).toString("base64")}`],
  ["one byte over and over", `whsec_${Buffer.alloc(32, 7).toString("base64")}`],
  ["a word over and over", `whsec_${btoa("secret-secret-secret-secret")}`],
  ["what the sandbox signs with", sandboxSigningSecret],
  ["what the sandbox's gateway signs with", publicSecrets.receipts],
  ["what the document shows", publicSecrets.example],
])("a signing secret of %s keeps nobody out, and is a problem wherever there is one", (_, secret) => {
  const good = `whsec_${randomBytes(32).toString("base64")}`;
  const hooked = { COUNTERSIGN_SUPABASE_SERVICE: service, COUNTERSIGN_SUPABASE_SECRET: `v1,${good}|v1,${secret}` };
  expect(readAuthServers(hooked).problems).toEqual([expect.stringMatching(/^COUNTERSIGN_SUPABASE_SECRET must/)]);
  const webhook = { COUNTERSIGN_WEBHOOK_URL: "https://example.com/events", COUNTERSIGN_WEBHOOK_SECRET: secret };
  expect(readEventWebhook(webhook).problems).toEqual([expect.stringMatching(/^COUNTERSIGN_WEBHOOK_SECRET must/)]);
  const address = new URL("https://sms.example.com/");
  address.searchParams.set("secret", secret);
  expect(readChannelUrls({ COUNTERSIGN_SMS_URL: address.href }).problems.join()).toMatch(
    /^COUNTERSIGN_SMS_URL.*guesses/,
  );
});

test("nothing is sent without the service, without a channel for SMS, or where each code is for a payment", () => {
  const serviceOf = (psd2Enabled: boolean) => ({ settings: { psd2Enabled } });
  const [sms, call] = [{ channel: "sms" }, { channel: "call" }];
  expect(whyNothingIsSent(serviceOf(false), [call, sms])).toBeUndefined();
  expect(whyNothingIsSent(undefined, [sms])).toMatch(/no such service/);
  expect(whyNothingIsSent(serviceOf(false), [call])).toMatch(/no channel for SMS/);
  expect(whyNothingIsSent(serviceOf(true), [sms])).toMatch(/Psd2Enabled/);
});

test("half of a setting, a service without its account and a proof that is worthless are problems by name, without a value", () => {
  const env = {
    COUNTERSIGN_SUPABASE_SERVICE: serviceSid,
    COUNTERSIGN_SUPABASE_SECRET: `${hook()}|whsec_short`,
    COUNTERSIGN_LOGTO_SERVICE: service,
    COUNTERSIGN_LOGTO_AUTHORIZATION: "Bearer hunter2",
    COUNTERSIGN_KRATOS_SERVICE: service,
    COUNTERSIGN_KRATOS_AUTHORIZATION: "hunter2-".repeat(8),
  };
  const { problems } = readAuthServers(env);
  expect(problems.map((problem) => problem.split(" ")[0])).toEqual([
    "COUNTERSIGN_SUPABASE_SERVICE",
    "COUNTERSIGN_SUPABASE_SECRET",
    "COUNTERSIGN_LOGTO_AUTHORIZATION",
    "COUNTERSIGN_KRATOS_AUTHORIZATION",
  ]);
  expect(problems.join()).not.toMatch(/hunter2|short/);
});
