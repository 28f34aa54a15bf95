import { sandboxAccount, sandboxServiceSid } from "@countersign/server";

/** What a sandbox has to show once something was done in it: an address of each screen that shows one thing. */
export interface Sample {
  paths: string[];
}

const starts = [
  { To: "+12025550123", Channel: "sms", Tags: '{"campaign":"spring"}' },
  { To: "+12025550123", Channel: "sms" },
  { To: "ada@example.com", Channel: "email" },
  { To: "+12025550124", Channel: "call" },
  { To: "+442079460123", Channel: "whatsapp", Locale: "de" },
  { To: "+966500000001", Channel: "sms", Locale: "ar" },
  { To: "+15005560203", Channel: "sms" },
  { To: "nobody", Channel: "sms" },
];

/** Has something of everything happen: sends by each channel and by a route, wrong and right codes, refusals, a safe number. */
export async function fill(url: string): Promise<Sample> {
  const call = callerOf(url);
  const service = `/v2/Services/${sandboxServiceSid}`;
  const verifications = `${service}/Verifications`;
  for (const start of starts) await call(verifications, start);
  const check = `${service}/VerificationCheck`;
  await call(check, { To: "+12025550123", Code: "000000" });
  await call(check, { To: "ada@example.com", Code: "123456" });
  await call("/v2/SafeList/Numbers", { PhoneNumber: "+12025550199" });
  const byRoute = { Country: "DE", MessagingServiceSid: "MG00000000000000000000000000000001" };
  await call(`${service}/MessagingConfigurations`, byRoute);
  await call(verifications, { To: "+4915112345678", Channel: "sms" });
  const hook = { FriendlyName: "Factor events", EventTypes: "*", WebhookUrl: "https://acme.example.com/factors" };
  await call(`${service}/Webhooks`, hook);
  await call(`${service}/Webhooks`, {
    ...hook,
    FriendlyName: "Nobody",
    WebhookUrl: "http://127.0.0.1:9",
    Status: "disabled",
  });
  await logIn(call, `${service}/Entities/${identity}`);
  await approve(call, `${service}/Entities/${identity}`);
  const [template] = (await call("/v2/Templates")).templates;
  const [found] = (await call("/console/verifications?to=%2B12025550123")).verifications;
  const [refused] = (await call("/console/refused_starts")).refused_starts;
  return {
    paths: [
      "/inbox?to=ada%40example.com",
      `/inbox?to=${identity}`,
      `/verifications/${found.sid}`,
      `/verifications/${refused.sid}`,
      `/requests/${refused.sid}`,
      `/services/${sandboxServiceSid}`,
      `/services/${sandboxServiceSid}?tab=Messaging+configurations`,
      `/services/${sandboxServiceSid}?tab=Webhooks`,
      `/entities/${sandboxServiceSid}/${identity}`,
      `/entities/${sandboxServiceSid}/nobody-there`,
      `/services/${sandboxServiceSid}?tab=Templates&template=${template.sid}`,
    ],
  };
}

const identity = "5f2b8c1e-3d47-4a90-b6c8-9e1f0a7d2c34";

/** Somebody makes an authenticator app, logs in by it, types a wrong code, and begins with another. */
export async function logIn(call: ReturnType<typeof callerOf>, entity: string): Promise<void> {
  const factor = await call(`${entity}/Factors`, { FriendlyName: "Ana’s phone", FactorType: "totp" });
  const { code } = await call(`/sandbox/totp?Uri=${encodeURIComponent(factor.binding.uri)}`);
  await call(`${entity}/Factors/${factor.sid}`, { AuthPayload: code });
  for (const AuthPayload of [code, code]) await call(`${entity}/Challenges`, { FactorSid: factor.sid, AuthPayload });
  await call(`${entity}/Factors`, { FriendlyName: "Ana’s tablet", FactorType: "totp" });
}

/** Somebody approves on the phone that the sandbox plays, denies, and is asked again. */
async function approve(call: ReturnType<typeof callerOf>, entity: string): Promise<void> {
  const { sid } = await call("/sandbox/devices", { Identity: identity, FriendlyName: "Ana’s new phone" });
  const field = JSON.stringify({ label: "City", value: "London" });
  const ask = (message: string) =>
    call(`${entity}/Challenges`, { FactorSid: sid, "Details.Message": message, "Details.Fields": field });
  for (const Status of ["approved", "denied"]) {
    const challenge = await ask("Log in to Acme?");
    await call(`/sandbox/devices/${sid}/challenges/${challenge.sid}`, { Status });
  }
  await ask("Send £5,000 to Bob Builder?");
}

const { accountSid, authToken } = sandboxAccount;
/** The credentials of the sandbox's account, as a header. */
export const authorization = `Basic ${btoa(`${accountSid}:${authToken}`)}`;

/** Calls with the sandbox's account: with fields a `POST`, without a `GET`. */
export function callerOf(url: string) {
  const headers = { authorization };
  return async (path: string, fields?: Record<string, string>) => {
    const form = fields ? { method: "POST", body: new URLSearchParams(fields) } : {};
    const text = await (await fetch(url + path, { headers, ...form })).text();
    return text ? JSON.parse(text) : undefined;
  };
}
