import { Agent, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { isDeepStrictEqual } from "node:util";
import { type Mock, startMock } from "@countersign/mock";
import { startSandbox } from "@countersign/server";
import { afterAll, beforeAll, expect, test } from "vitest";

const service = "/v2/Services/VA00000000000000000000000000000001";
const formType = "application/x-www-form-urlencoded";
const start = { To: "+12025550123", Channel: "sms" };
const code = { To: "+12025550123", Code: "123456" };
const limit = `${service}/RateLimits`;
const sid = (prefix: string) => `${prefix}${"0".repeat(31)}9`;

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let mock: Mock;
beforeAll(async () => {
  [sandbox, mock] = await Promise.all([startSandbox(), startMock()]);
});
afterAll(() => Promise.all([sandbox.close(), mock.close()]));

interface Refused {
  code?: number;
  error_code?: string;
  details?: { reason?: string };
}

interface Rubbish {
  method?: string;
  path: string;
  body?: string;
  type?: string;
  authorization?: string | undefined;
}

const form = (fields: Record<string, string | undefined>) =>
  Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map((pair) => pair.map((text) => encodeURIComponent(text as string)).join("="))
    .join("&");

/** Each value of a parameter beside those that are right. */
const tried = (path: string, usual: object, name: string, values: readonly (string | undefined)[]): Rubbish[] =>
  values.map((value) => ({ path, body: form({ ...usual, [name]: value }) }));
const asked = (path: string, name: string, values: readonly string[]): Rubbish[] =>
  values.map((value) => ({ method: "GET", path: `${path}?${name}=${value}` }));

const noNumber = ["12025550144", "+1 202 555 0144", "+1-202-555-0144", "+(1)2025550144", "nobody", "+", "+0123456789"];
const noAddress = [
  "a@",
  "@example.com",
  "a b@example.com",
  "a@b",
  "a@@example.com",
  "a@exa mple.com",
  "a@example.com\n",
];
const longer = [
  "+1234567890123456",
  "００１２０２５５５０１４４",
  "+１２０２５５５０１４４",
  "tel:+12025550144",
  " +12025550144",
];
const noRecipient = [undefined, "", " ", ...noNumber, ...longer, ...noAddress, "a@example.com", "x".repeat(300)];
const noBoolean = ["", "1", "0", "yes", "on", "null", "truth", " true", "true,false"];
const noInteger = ["", "x", "1.5", "1e1", "0x5", " 5", "05", "+5", "٥", "99999999999999999999"];
const noSid = ["x", "VE1", "VA00000000000000000000000000000001", "ve00000000000000000000000000000001", "VE'--"];
const noJson = ["{", "[", "nothing", '"text"', "1", "[1]"];
const noText = [
  "x".repeat(31),
  "12345",
  "Acme!",
  "a@b",
  "<b>",
  "a\nb",
  "a/b",
  "12 34 5",
  "Acme 🎉",
  "Ac\u200bme",
  "٣",
  "＜b",
];
const noName = [undefined, "", "  ", "\u3164", "\u202e", ...noText];

const table: Rubbish[] = [
  ...tried(`${service}/Verifications`, start, "To", noRecipient),
  ...tried(`${service}/Verifications`, { ...start, Channel: "email" }, "To", ["+12025550123", "nobody", "", "a@b"]),
  ...tried(`${service}/Verifications`, start, "Channel", [
    undefined,
    "",
    "SMS",
    "fax",
    "sms,call",
    "sms ",
    "rbm",
    "push",
  ]),
  ...tried(`${service}/Verifications`, start, "Locale", ["x".repeat(17)]),
  ...tried(`${service}/Verifications`, start, "CustomFriendlyName", noText),
  ...tried(`${service}/Verifications`, { ...start, Channel: "call" }, "SendDigits", ["x", "1,2", "1".repeat(33)]),
  ...tried(`${service}/Verifications`, start, "CustomCode", ["1", "12 34", "12345678901", "12-45", "é1234"]),
  ...tried(`${service}/Verifications`, start, "AppHash", ["short", "x".repeat(12), "=".repeat(11)]),
  ...tried(`${service}/Verifications`, start, "DeviceIp", ["localhost", "1.2.3", "1.2.3.256", "::g"]),
  ...tried(`${service}/Verifications`, start, "RiskCheck", ["on", "Enable"]),
  ...tried(`${service}/Verifications`, start, "EnableSnaClientToken", noBoolean),
  ...["call", "whatsapp", "sna"].flatMap((Channel) => [
    ...tried(`${service}/Verifications`, { ...start, Channel }, "RiskCheck", ["disable"]),
    ...tried(`${service}/Verifications`, { ...start, Channel }, "AppHash", ["FA+9qCX9VSu"]),
  ]),
  ...["sms", "call", "whatsapp"].flatMap((Channel) =>
    tried(`${service}/Verifications`, { ...start, Channel }, "EnableSnaClientToken", ["true", "TRUE"]),
  ),
  ...["sms", "sna", "whatsapp", "auto"].flatMap((Channel) =>
    tried(`${service}/Verifications`, { ...start, Channel }, "SendDigits", ["ww1"]),
  ),
  ...["CustomFriendlyName", "Locale", "DeviceIp"].flatMap((name, index) =>
    tried(`${service}/Verifications`, { ...start, Channel: "sna" }, name, [["Acme", "de", "192.0.2.7"][index]]),
  ),
  ...tried("/v2/Services", { FriendlyName: "Acme" }, "SkipSmsToLandlines", ["true"]),
  ...tried(`${service}/Verifications`, start, "TemplateSid", ["HJ1", "x"]),
  ...["RateLimits", "Tags", "TemplateCustomSubstitutions"].flatMap((name) =>
    tried(`${service}/Verifications`, start, name, noJson),
  ),
  ...tried(`${service}/Verifications`, start, "Tags", [
    '{"order":1}',
    '{"order":null}',
    JSON.stringify({ order: "x".repeat(129) }),
    JSON.stringify({ ["x".repeat(129)]: "" }),
    JSON.stringify(Object.fromEntries(Array.from({ length: 11 }, (_, index) => [index, ""]))),
  ]),
  ...asked("/console/verifications", "tag", ["x".repeat(258)]),
  ...tried(`${service}/Verifications`, { To: "ada@example.com", Channel: "email" }, "ChannelConfiguration", [
    ...noJson,
    '{"from":"codes"}',
    '{"from_name":""}',
    `{"from_name":"${"x".repeat(65)}"}`,
    '{"reply_to":"a@example.com"}',
    '{"substitutions":{"name":1}}',
  ]),
  ...["sms", "call", "whatsapp", "sna", "auto"].flatMap((Channel) =>
    tried(`${service}/Verifications`, { ...start, Channel }, "ChannelConfiguration", ["{}"]),
  ),
  ...tried(`${service}/Verifications`, start, "Amount", ["x".repeat(65)]),
  ...tried(`${service}/Verifications`, start, "Payee", ["x".repeat(65)]),
  ...tried(`${service}/VerificationCheck`, code, "To", [undefined, ...noNumber, ...longer, ...noAddress]),
  ...tried(`${service}/VerificationCheck`, code, "Code", [
    "",
    "1",
    "123",
    "12 34",
    "12345678901",
    "12-456",
    "１２３４５６",
  ]),
  ...tried(`${service}/VerificationCheck`, { Code: "123456" }, "VerificationSid", ["", ...noSid]),
  ...tried(`${service}/Verifications/${sid("VE")}`, {}, "Status", [undefined, "", "pending", "Approved", "cancelled"]),
  ...tried("/v2/Services", {}, "FriendlyName", noName),
  ...tried("/v2/Services", { FriendlyName: "Acme" }, "CodeLength", [...noInteger, "3", "11", "-6"]),
  ...tried("/v2/Services", { FriendlyName: "Acme" }, "LookupEnabled", noBoolean),
  ...tried("/v2/Services", { FriendlyName: "Acme" }, "Totp.Skew", ["-1", "3", "x"]),
  ...tried("/v2/Services", { FriendlyName: "Acme" }, "DefaultTemplateSid", ["HJ1", "x"]),
  ...tried(service, {}, "FriendlyName", noName.slice(2)),
  ...tried(service, {}, "CodeLength", ["3", "x"]),
  ...tried(limit, {}, "UniqueName", [undefined, "", "a b", "x".repeat(65), "é"]),
  ...tried(limit, { UniqueName: "ok" }, "Description", ["x".repeat(257)]),
  ...tried(`${limit}/${sid("RK")}/Buckets`, { Interval: "60" }, "Max", [undefined, ...noInteger, "0"]),
  ...tried(`${limit}/${sid("RK")}/Buckets`, { Max: "4" }, "Interval", [undefined, "", "0", "86401", "x"]),
  ...tried("/sandbox/clock", {}, "Seconds", [undefined, ...noInteger, "-1"]),
  ...asked("/v2/Services", "PageSize", ["", "0", "1001", "x", "1.5", "05", "1e1", "+5", "5&PageSize=5"]),
  ...asked("/v2/Services", "FriendlyName", ["Acme"]),
  ...asked("/v2/Attempts", "ChannelData.To", ["+12025550144", "12025550144", "nobody", "a@b"]),
  ...asked("/v2/Attempts", "Status", ["wrong", "sent"]),
  ...asked("/v2/Attempts", "Country", ["us", "USA", "+1"]),
  ...asked("/v2/Attempts", "DateCreatedAfter", ["yesterday", "2026-13-01T00:00:00Z", "2026-01-01"]),
  ...asked("/v2/Attempts", "VerificationSid", ["x", "VE1"]),
  ...asked("/v2/Attempts", "DestinationPrefix", ["%2B1202"]),
  ...asked("/v2/Attempts/Summary", "DestinationPrefix", ["1202", "+1202", "%2B"]),
  // Eight digits or more may be somebody's identity, whose pushes these are.
  ...asked("/sandbox/messages", "To", ["+12025550144", "nobody", "2025550"]),
  ...asked("/sandbox/messages/next", "TimeoutSeconds", ["-1", "x", "61"]),
  ...["/v2/Services/VA1", "/v2/Services/%zz", "/v2/Nothing", "/v2/Attempts/VL1", "/v2"].map((path) => ({
    method: "GET",
    path,
  })),
  ...["%zz", "%", "%FF"].flatMap((broken) => [
    { method: "GET", path: `${service}/Verifications/${broken}` },
    { path: `/v2/Services/${broken}/VerificationCheck`, body: form(code) },
    { path: `${service}/Verifications/${broken}`, body: "Status=canceled" },
    { method: "DELETE", path: `${limit}/${broken}` },
    { method: "GET", path: `/v2/PhoneNumbers/${broken}` },
    { method: "GET", path: `/sna/${broken}` },
    { method: "GET", path: `/protected/${broken}/phones/verification/status` },
    { method: "GET", path: `/protected/xml/app/${broken}` },
    { method: "GET", path: `/dashboard/json/application/webhooks/${broken}` },
    { method: "DELETE", path: `/dashboard/json/application/webhooks/${broken}` },
  ]),
  ...["PUT", "PATCH", "DELETE"].map((method) => ({ method, path: `${service}/Verifications` })),
  ...["To=%FF&Channel=sms", "To=%E&Channel=sms", "To=x&To=y&Channel=sms", "%FF=1", "=", "&&", "To"].map((body) => ({
    path: `${service}/Verifications`,
    body,
  })),
  ...["application/json", "multipart/form-data; boundary=x", "text/plain", ";", "x"].flatMap((type) =>
    [`${service}/Verifications`, `${service}/VerificationCheck`, "/v2/Services", service, limit].map((path) => ({
      path,
      type,
      body: '{"To":"+12025550144","Channel":"sms","Code":"123456","FriendlyName":"Acme"}',
    })),
  ),
  ...[undefined, "Basic !", "Bearer x", `Basic ${btoa("AC1:")}`, "Basic"].map((authorization) => ({
    path: `${service}/Verifications`,
    body: form(start),
    authorization,
  })),
  { path: `${service}/Verifications`, body: "x".repeat(17_000) },
];

/** What the mock does not know, since no schema tells it: the right status and code are the service's. */
const unlike: Record<string, Rubbish[]> = {
  "It has no numbering plans.": [
    ...tried(`${service}/Verifications`, start, "To", ["+19995550100", "+9991234567890"]),
    ...asked("/sandbox/messages", "To", ["%2B19995550100"]),
  ],
  "It keeps nothing, so it has every verification, setting, rate limit and page.": [
    ...tried(service, {}, "SkipSmsToLandlines", ["true"]),
    ...tried(`${service}/VerificationCheck`, code, "SnaClientToken", ["x"]),
    ...tried(`${service}/VerificationCheck`, code, "Amount", ["x"]),
    ...tried(`${service}/Verifications/${sid("VE")}`, {}, "Status", ["canceled"]),
    ...asked("/v2/Services", "PageToken", ["x"]),
  ],
  "It has no settings, so no feature is off, and no template is unknown.": [
    ...tried(`${service}/Verifications`, start, "CustomCode", ["123456"]),
    ...tried(`${service}/Verifications`, start, "TemplateSid", [sid("HJ")]),
    ...tried(`${service}/Verifications`, start, "CustomMessage", ["x"]),
    ...tried(`${service}/Verifications`, start, "Locale", ["tlh"]),
    ...tried(`${service}/Verifications`, { To: "ada@example.com", Channel: "email" }, "ChannelConfiguration", [
      '{"from":"codes@acme.example"}',
      '{"from_name":"acme.com"}',
      '{"template_id":"x"}',
    ]),
    ...tried(`${service}/Verifications`, start, "RateLimits", ['{"nobody":"1"}']),
  ],
};

test("service and mock answer the same rubbish with the same status and code", { timeout: 60_000 }, async () => {
  const all = await Promise.all(
    table.map(async (rubbish) => {
      const [ofService, ofMock] = await answers(rubbish);
      return { rubbish, ofService, ofMock };
    }),
  );
  const isSame = ({ ofService, ofMock }: (typeof all)[number]) =>
    ofService.status >= 400 && isDeepStrictEqual(ofService, ofMock);
  expect(all.filter((answered) => !isSame(answered))).toEqual([]);
  expect(table.length).toBeGreaterThan(200);
});

test.each(Object.entries(unlike))(
  "where the mock takes what the service refuses there is a reason: %s",
  async (_, listed) => {
    for (const rubbish of listed) {
      const [ofService, ofMock] = await answers(rubbish);
      expect([rubbish, ofService.status >= 400, ofMock.status < 400]).toEqual([rubbish, true, true]);
    }
  },
);

test("in JSON the names that every object has are names like others, to service and mock", async () => {
  const names = ["toString", "valueOf", "toJSON", "constructor", "hasOwnProperty", "__proto__"];
  const parameters = ["RateLimits", "Tags", "TemplateCustomSubstitutions", "ChannelConfiguration"];
  const all = parameters.flatMap((name) =>
    tried(
      `${service}/Verifications`,
      start,
      name,
      names.map((member) => `{"${member}":""}`),
    ),
  );
  for (const rubbish of all) {
    const [ofService, ofMock] = await answers(rubbish);
    expect([rubbish, ofService.status < 500, ofMock.status < 500]).toEqual([rubbish, true, true]);
  }
});

const answers = (rubbish: Rubbish) => Promise.all([answered(sandbox.url, rubbish), answered(mock.url, rubbish)]);

async function answered(url: string, rubbish: Rubbish) {
  const { method = "POST", path, body, type = formType } = rubbish;
  const authorization =
    "authorization" in rubbish ? rubbish.authorization : `Basic ${btoa(`${sid("AC").replace("9", "1")}:sandbox`)}`;
  const headers = { ...(body !== undefined && { "content-type": type }), ...(authorization && { authorization }) };
  // An own agent, since hundreds of `fetch` cost more than what they ask for.
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(`${url}${path}`, { agent, method, headers }, resolve).on("error", reject).end(body);
  });
  const answer = await text(response);
  const refused: Refused = answer.startsWith("{") ? JSON.parse(answer) : {};
  return {
    status: response.statusCode ?? 0,
    code: refused.code ?? refused.error_code,
    reason: refused.details?.reason,
  };
}

const agent = new Agent({ keepAlive: true, maxSockets: 8 });
