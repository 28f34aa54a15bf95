import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { authorizationOf } from "../../test-support/api.ts";
import { runCommand } from "../../test-support/cli.ts";
import { parseSeed } from "../seed/file.ts";

const sid = (prefix: string, digit: string | number) => prefix + String(digit).repeat(32);
const accountSid = sid("AC", 9);
const dates = { date_created: "2024-03-01T08:15:30Z", date_updated: "2024-03-01T08:15:30Z" };
const passkeys = {
  relying_party: { id: null, name: null, origins: null },
  ...{ authenticator_attachment: "", discoverable_credentials: null, user_verification: "preferred" },
};

/** A service as the hosted one answers it: unset members are null, and some are none of ours. */
const service = (digit: number, more: object = {}) => ({
  ...{ sid: sid("VA", digit), account_sid: accountSid, friendly_name: `Shop ${digit}`, code_length: 6 },
  ...{ lookup_enabled: false, psd2_enabled: false, skip_sms_to_landlines: false, dtmf_input_required: false },
  ...{ tts_name: null, do_not_share_warning_enabled: null, custom_code_enabled: true, default_template_sid: null },
  push: { include_date: false, apn_credential_sid: null, fcm_credential_sid: null },
  totp: { issuer: "Shop", time_step: null, code_length: null, skew: 0 },
  whatsapp: { msg_service_sid: null, from: null },
  ...{ passkeys, verify_event_subscription_enabled: null, ...dates },
  ...{
    url: "https://verify.twilio.com/v2/Services/VA",
    links: { surprises: "https://verify.twilio.com/v2/Surprises" },
  },
  ...more,
});

const second = service(2, {
  ...{ friendly_name: "Acme & Sons!", skip_sms_to_landlines: true, default_template_sid: sid("HJ", 1) },
  push: { include_date: true, apn_credential_sid: sid("CR", 1), fcm_credential_sid: sid("CR", 2), ttl: 30 },
  ...{ mailer_sid: sid("MD", 1), geo: { region: "US1" } },
});
const limits = [
  { sid: sid("RK", 1), unique_name: "ip", description: "By address", ...dates },
  { sid: sid("RK", 2), unique_name: "Test Service Rate Limit", description: null, ...dates },
];
const webhooks = [
  {
    sid: sid("YW", 2),
    friendly_name: "Old",
    event_types: ["factor.gone"],
    webhook_url: "http://shop.example.com/",
    status: "disabled",
    version: "v1",
    ...dates,
  },
  {
    sid: sid("YW", 1),
    friendly_name: "Hook",
    event_types: ["*"],
    webhook_url: "https://shop.example.com/hook",
    webhook_method: "POST",
    status: "enabled",
    version: "v2",
    ...dates,
  },
];
const lists: Record<string, [key: string, pages: object[][]]> = {
  "/v2/Services": ["services", [[service(1)], [second], [service(3)]]],
  [`/v2/Services/${sid("VA", 1)}/RateLimits`]: ["rate_limits", [[limits[0] as object], [limits[1] as object]]],
  [`/v2/Services/${sid("VA", 1)}/RateLimits/${sid("RK", 1)}/Buckets`]: [
    "buckets",
    [
      [
        { sid: sid("BL", 1), max: 5, interval: 600, ...dates },
        { sid: sid("BL", 2), max: 9, interval: 90_000, ...dates },
      ],
    ],
  ],
  [`/v2/Services/${sid("VA", 1)}/MessagingConfigurations`]: [
    "messaging_configurations",
    [[{ country: "US", messaging_service_sid: sid("MG", 4), ...dates }]],
  ],
  [`/v2/Services/${sid("VA", 1)}/Webhooks`]: ["webhooks", [webhooks]],
};

let hosted: Server;
let url: string;
let calls: { method: string | undefined; path: string; query: URLSearchParams; authorization: string | undefined }[];
/** How many calls are told to come again before the next one is answered. */
let busy = 0;
let waitSeconds = 0.01;
let isEndless = false;
beforeAll(async () => {
  hosted = createServer((request, response) => {
    const [status, body] = answerTo(request);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => void hosted.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(hosted.address() as AddressInfo).port}`;
});
afterAll(() => hosted.close());

function answerTo({ method, url: target = "", headers }: IncomingMessage): [number, object] {
  const { pathname: path, searchParams: query } = new URL(target, "http://localhost");
  calls.push({ method, path, query, authorization: headers.authorization });
  if (headers.authorization?.includes(btoa(`${accountSid}:wrong`)))
    return [
      401,
      { code: 20003, message: "Authenticate", more_info: "https://www.twilio.com/docs/errors/20003", status: 401 },
    ];
  if (busy > 0) {
    busy -= 1;
    return [
      429,
      {
        ...{ code: 20429, message: "Too many requests", more_info: "https://www.twilio.com/docs/errors/20429" },
        ...{ status: 429, details: { retry_after_seconds: waitSeconds } },
      },
    ];
  }
  const [key, pages] = lists[path] ?? ["", []];
  if (path === `/v2/Services/${sid("VA", 3)}/Webhooks`)
    return [403, { code: 20403, message: "Feature not enabled", status: 403 }];
  if (key === "" && !/(RateLimits|MessagingConfigurations|Buckets)$/.test(path))
    return [404, { code: 20404, message: "The requested resource was not found", status: 404 }];
  const page = Number(query.get("Page") ?? 0);
  const next = isEndless || page + 1 < pages.length;
  const last = path.split("/").at(-1) ?? "";
  const [name] = [key || last.replace(/\B[A-Z]/g, "_$&").toLowerCase()];
  const nextUrl = `https://verify.twilio.com${path}?PageSize=1000&Page=${isEndless ? 0 : page + 1}&PageToken=PA${page}`;
  return [
    200,
    {
      [name]: pages[page] ?? [],
      meta: { key: name, page, page_size: 1000, next_page_url: next ? nextUrl : null, url: null },
    },
  ];
}

const env = { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: "token" };
const run = (words: string[] = [], given: Record<string, string> = env) => {
  calls = [];
  return runCommand(["import", ...(words.includes("--from") ? [] : ["--from", url]), ...words], { env: given });
};

describe("countersign import", () => {
  it("writes what the hosted service has, over all pages, and reads alone", async () => {
    busy = 3;
    const { code, out } = await run();
    expect(code).toBe(0);
    const { services } = parse(out);
    expect(services[0]).toEqual({
      ...{ Sid: sid("VA", 1), FriendlyName: "Shop 1", CodeLength: 6, LookupEnabled: false, SkipSmsToLandlines: false },
      ...{ DtmfInputRequired: false, Psd2Enabled: false, CustomCodeEnabled: true, "Push.IncludeDate": false },
      ...{ "Totp.Issuer": "Shop", "Totp.Skew": 0, "Passkeys.UserVerification": "preferred" },
      rate_limits: [
        {
          Sid: sid("RK", 1),
          UniqueName: "ip",
          Description: "By address",
          buckets: [{ Sid: sid("BL", 1), Max: 5, Interval: 600 }],
        },
      ],
      messaging_configurations: [{ Country: "US", MessagingServiceSid: sid("MG", 4) }],
      webhooks: [
        {
          Sid: sid("YW", 1),
          FriendlyName: "Hook",
          EventTypes: ["*"],
          WebhookUrl: "https://shop.example.com/hook",
          Status: "enabled",
          Version: "v2",
        },
      ],
    });
    expect(services.map(({ Sid, FriendlyName }: Record<string, string>) => [Sid, FriendlyName])).toEqual([
      [sid("VA", 1), "Shop 1"],
      [sid("VA", 2), "Acme Sons"],
      [sid("VA", 3), "Shop 3"],
    ]);
    expect(new Set(calls.map(({ method }) => method))).toEqual(new Set(["GET"]));
    expect(new Set(calls.map(({ authorization }) => authorization))).toEqual(
      new Set([authorizationOf({ accountSid, authToken: "token" })]),
    );
    expect(calls.filter(({ path, query }) => path === "/v2/Services" && query.get("PageToken") === "PA1")).toHaveLength(
      1,
    );
    const read = parseSeed(out, 0, String);
    expect("problems" in read ? read.problems : read.tell(read.faults)).toEqual([]);
  });

  it("says what it does not carry over, and why", async () => {
    const { err, out } = await run();
    const told = [
      `services ${sid("VA", 2)} Push.ApnCredentialSid ${sid("CR", 1)}: the credential itself cannot be read`,
      `services ${sid("VA", 2)} Push.FcmCredentialSid ${sid("CR", 2)}: the credential itself cannot be read`,
      `services ${sid("VA", 2)} DefaultTemplateSid ${sid("HJ", 1)}: the template is the hosted service's`,
      `services ${sid("VA", 2)} SkipSmsToLandlines true is refused: Invalid parameter: SkipSmsToLandlines (60200).`,
      `services ${sid("VA", 2)} FriendlyName "Acme & Sons!" is not as it must be`,
      `services ${sid("VA", 1)} rate_limits ${sid("RK", 2)} UniqueName "Test Service Rate Limit" must match pattern`,
      `services ${sid("VA", 1)} rate_limits ${sid("RK", 1)} buckets ${sid("BL", 2)} Interval 90000 must be <= 86400.`,
      `services ${sid("VA", 1)} webhooks ${sid("YW", 2)} EventTypes 0 "factor.gone" must be equal to one of`,
      "Service.geo: there is no such setting here.",
      "Service.mailer_sid: there is no such setting here.",
      "Service.push.ttl: there is no such setting here.",
      `COUNTERSIGN_SMS_ROUTES has to have ${sid("MG", 4)}.`,
    ];
    for (const each of told) {
      expect(err).toContain(each);
      expect(out.split("services:\n")[0]).toContain(each);
    }
    expect(err).toContain(`rate_limits ${sid("RK", 2)} is left out with that.`);
    expect(err).toContain(`- /v2/Services/${sid("VA", 2)}/Webhooks cannot be read: 404 20404: The requested`);
    expect(err).toContain(`- /v2/Services/${sid("VA", 3)}/Webhooks cannot be read: 403 20403: Feature not enabled.`);
    expect(err).not.toMatch(/surprises|webhook_method|date_|undefined/);
  });

  it("takes an API key, and says in one line what is missing, wrong or not there", async () => {
    const keyed = await run(["--json"], {
      TWILIO_ACCOUNT_SID: accountSid,
      TWILIO_API_KEY: sid("SK", 1),
      TWILIO_API_SECRET: "secret",
    });
    expect(JSON.parse(keyed.out).services).toHaveLength(3);
    expect(calls[0]?.authorization).toBe(authorizationOf({ accountSid: sid("SK", 1), authToken: "secret" }));
    const failed = async (words: string[], given: Record<string, string>, code: number, text: string | RegExp) => {
      const ended = await run(words, given);
      expect([ended.code, ended.out, ended.err]).toEqual([code, "", expect.stringMatching(text)]);
    };
    await failed([], {}, 2, /^Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or .*\n$/);
    await failed([], { ...env, TWILIO_AUTH_TOKEN: "wrong" }, 1, `^${url} answers 401 20003: Authenticate\n$`);
    await failed(["--from", "http://127.0.0.1:9"], env, 1, /^http:\/\/127\.0\.0\.1:9 cannot be read: .*\n$/);
    await failed(["--from", "ftp://hunter2"], env, 2, /It is an address as https/);
    isEndless = true;
    await failed([], env, 1, /^The pages of \/v2\/Services never end: [^\n]*\n$/);
    isEndless = false;
  });

  it("says how long it is told to wait where that is too long, and waits no more than so often", async () => {
    [busy, waitSeconds] = [1, 3_600];
    expect(await run()).toEqual({
      ...{ code: 1, out: "" },
      err: `${url} answers 429 20429: Too many requests, and asks to wait 3600 seconds; an import waits 60 at most. Start it again then.\n`,
    });
    expect(calls).toHaveLength(1);
    [busy, waitSeconds] = [99, 0.01];
    expect(await run()).toEqual({ code: 1, out: "", err: `${url} answers 429 20429: Too many requests\n` });
    expect(calls).toHaveLength(8);
    busy = 0;
  });
});
