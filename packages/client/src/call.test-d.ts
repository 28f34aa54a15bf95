// Checked by the compiler alone: an unused `@ts-expect-error` is an error too.
import type { Service, UndocumentedError, Verification, VerificationCheck } from "./index.ts";
import { type ClientOptions, createClient, unwrap } from "./index.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

const client = createClient({ accountSid: "AC1", authToken: "t" });
const path = { ServiceSid: "VA1" };
const VERIFICATIONS = "/v2/Services/{ServiceSid}/Verifications";
const CHECK = "/v2/Services/{ServiceSid}/VerificationCheck";
const START = "/protected/{format}/phones/verification/start";
const body = { To: "+12025550123", Channel: "sms" } as const;

export async function whatCompiles() {
  const started = await client.POST(VERIFICATIONS, { params: { path }, body: { ...body, Locale: undefined } });
  if (started.error === undefined) true satisfies Equal<typeof started.data, Verification>;
  const verification = await unwrap(client.POST(VERIFICATIONS, { params: { path }, body }));
  true satisfies Equal<typeof verification, Verification>;
  const check = await unwrap(client.POST(CHECK, { params: { path }, body: { To: body.To, Code: "123456" } }));
  true satisfies Equal<typeof check, VerificationCheck>;
  const gone = await unwrap(client.DELETE("/v2/Services/{Sid}", { params: { path: { Sid: "VA1" } } }));
  true satisfies Equal<typeof gone, undefined>;
  await client.GET("/v2/Services");
  await client.GET("/v2/Attempts", { params: { query: { DateCreatedAfter: new Date(), "ChannelData.To": "+1" } } });
  for await (const service of client.paginate("/v2/Services")) true satisfies Equal<typeof service, Service>;
  const v1 = { country_code: 1, phone_number: "202-555-0123", via: "sms" } as const;
  await client.POST(START, { params: { path: { format: "json" } }, body: v1 });
}

export async function whatDoesNot() {
  // @ts-expect-error: wrong path
  await client.POST("/v2/Services/{ServiceSid}/Verification", { params: { path }, body });
  // @ts-expect-error: no such method on the path
  await client.GET(CHECK, { params: { path } });
  // @ts-expect-error: the path parameter is missing
  await client.POST(VERIFICATIONS, { body });
  // @ts-expect-error: misspelt path parameter
  await client.POST(VERIFICATIONS, { params: { path: { ServiceSID: "VA1" } }, body });
  // @ts-expect-error: the body is missing
  await client.POST(VERIFICATIONS, { params: { path } });
  // @ts-expect-error: a required field is missing
  await client.POST(VERIFICATIONS, { params: { path }, body: { Channel: "sms" } });
  // @ts-expect-error: a required field may not be undefined
  await client.POST(VERIFICATIONS, { params: { path }, body: { To: undefined, Channel: "sms" } });
  // @ts-expect-error: misspelt optional field
  await client.POST(VERIFICATIONS, { params: { path }, body: { ...body, Local: "fr" } });
  // @ts-expect-error: no such channel
  await client.POST(VERIFICATIONS, { params: { path }, body: { ...body, Channel: "SMS" } });
  // @ts-expect-error: wrong type
  await client.POST(VERIFICATIONS, { params: { path }, body: { ...body, EnableSnaClientToken: "true" } });
  // @ts-expect-error: a date where there is none
  await client.POST(VERIFICATIONS, { params: { path }, body: { ...body, Locale: new Date() } });
  // @ts-expect-error: misspelt query parameter
  await client.GET("/v2/Services", { params: { query: { PageSise: 2 } } });
  // @ts-expect-error: misspelt option
  await client.GET("/v2/Services", { signall: new AbortController().signal });
  // @ts-expect-error: a GET has no body
  await client.GET("/v2/Services", { body: {} });
  const v1 = { country_code: 1, phone_number: "202-555-0123", via: "sms" } as const;
  // @ts-expect-error: this client does not read XML
  await client.POST(START, { params: { path: { format: "xml" } }, body: v1 });
  // @ts-expect-error: not a list
  client.paginate("/v2/Attempts/Summary");
}

export async function everyErrorOfACheck() {
  const { data, error } = await client.POST(CHECK, { params: { path }, body: { Code: "123456" } });
  // @ts-expect-error: nothing says yet that there are data
  data.status;
  if (error === undefined) return data.status;
  switch (error.code) {
    case 20404:
      return error.details.reason;
    case 20003:
    case 20004:
    case 20403:
    case 20408:
    case 20413:
    case 20414:
    case 20429:
    case 20431:
    case 20500:
    case 20503:
    case 60200:
    case 60202:
    case 60204:
    case 60206:
    case 60221:
      return error.message;
    case undefined:
      error satisfies UndocumentedError;
      return error.message;
    default:
      return error satisfies never;
  }
}

export const options: ClientOptions[] = [
  { accountSid: "AC1", authToken: "t", baseUrl: undefined, retry: { attempts: 3 } },
  { apiKey: "SK1", apiSecret: "s" },
  { apiKey: "SK1", apiSecret: "s", accountSid: "AC1", authyApiKey: "k" },
  { authyApiKey: "k" },
  // @ts-expect-error: no token
  { accountSid: "AC1" },
  // @ts-expect-error: two pairs
  { accountSid: "AC1", authToken: "t", apiKey: "SK1", apiSecret: "s" },
  // @ts-expect-error: may be unset
  { accountSid: "AC1", authToken: process.env.TOKEN },
];
