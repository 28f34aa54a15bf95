// Checked by the compiler alone: an unused `@ts-expect-error` is an error too.
import type { ErrorOf, OperationId, ResponseOf } from "@countersign/types/api";
import { createClient, type Result, type Service, unwrap, type Verification, type VerificationCheck } from "./index.ts";
import * as named from "./operations.gen.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

const client = createClient({ accountSid: "AC1", authToken: "t" });
const start = { ServiceSid: "VA1", To: "+12025550123", Channel: "sms" } as const;
const v1 = { country_code: 1, phone_number: "202-555-0123", via: "sms" } as const;

/** The operations whose function is missing, or does not answer what the document says. */
type Wrong = {
  [Id in OperationId]: Id extends keyof typeof named
    ? Equal<Awaited<ReturnType<(typeof named)[Id]>>, Result<ResponseOf<Id>, ErrorOf<Id>>> extends true
      ? never
      : Id
    : Id;
}[OperationId];
true satisfies Equal<Wrong, never>;

export async function whatCompiles() {
  const started = await named.createVerification(client, { ...start, Locale: undefined });
  if (started.error === undefined) true satisfies Equal<typeof started.data, Verification>;
  const check = await unwrap(
    named.createVerificationCheck(client, { ServiceSid: "VA1", To: start.To, Code: "123456" }),
  );
  true satisfies Equal<typeof check, VerificationCheck>;
  const gone = await unwrap(named.deleteService(client, { Sid: "VA1" }, { signal: AbortSignal.timeout(1) }));
  true satisfies Equal<typeof gone, undefined>;
  await named.listServices(client);
  await named.fetchClock(client, {}, { headers: { Prefer: "example=ahead" } });
  await named.listAttempts(client, { DateCreatedAfter: new Date(), "ChannelData.To": "+1" });
  await named.createChallengePasskeys(client, { ServiceSid: "VA1" });
  for await (const service of named.paginateServices(client)) true satisfies Equal<typeof service, Service>;
  for await (const limit of named.paginateRateLimits(client, { ServiceSid: "VA1", PageSize: 5 })) limit.sid;
  await named.startPhoneVerification(client, v1);
  await named.startPhoneVerification(client, { ...v1, format: "json" });
  const fields: named.FieldsOf<"createVerification"> = start;
  await named.createVerification(client, fields);
}

export async function whatDoesNot() {
  // @ts-expect-error: no such operation
  await named.createVerifications(client, start);
  // @ts-expect-error: the client is missing
  await named.createVerification(start);
  // @ts-expect-error: the fields are missing
  await named.createVerification(client);
  // @ts-expect-error: what is in the path is missing
  await named.createVerification(client, { To: start.To, Channel: "sms" });
  // @ts-expect-error: misspelt name in the path
  await named.createVerification(client, { ServiceSID: "VA1", To: start.To, Channel: "sms" });
  // @ts-expect-error: a required field is missing
  await named.createVerification(client, { ServiceSid: "VA1", Channel: "sms" });
  // @ts-expect-error: a required field may not be undefined
  await named.createVerification(client, { ...start, To: undefined });
  // @ts-expect-error: misspelt optional field
  await named.createVerification(client, { ...start, Local: "fr" });
  // @ts-expect-error: no such channel
  await named.createVerification(client, { ...start, Channel: "SMS" });
  // @ts-expect-error: a date where there is none
  await named.createVerification(client, { ...start, Locale: new Date() });
  // @ts-expect-error: misspelt in the query
  await named.listServices(client, { PageSise: 2 });
  // @ts-expect-error: misspelt where nothing is required
  await named.updateService(client, { Sid: "VA1", FriendlyNam: "Acme" });
  // @ts-expect-error: it takes nothing
  await named.fetchClock(client, { seconds: 1 });
  // @ts-expect-error: misspelt option
  await named.listServices(client, {}, { signall: new AbortController().signal });
  // @ts-expect-error: this client does not read XML
  await named.startPhoneVerification(client, { ...v1, format: "xml" });
  // @ts-expect-error: no pages
  named.paginateAttemptsSummary(client);
  // @ts-expect-error: a list of something that is missing
  named.paginateRateLimits(client);
}

export async function everyErrorOfACheck() {
  const { data, error } = await named.createVerificationCheck(client, { ServiceSid: "VA1", Code: "123456" });
  // @ts-expect-error: nothing says yet that there are data
  data.status;
  if (error === undefined) return data.status;
  switch (error.code) {
    case 20404:
      return error.details.reason;
    // @ts-expect-error: no error of a check
    case 60203:
      return "";
    default:
      return error.message;
  }
}

export async function everyErrorOfV1() {
  const { error } = await named.startPhoneVerification(client, v1);
  if (error?.error_code === "60033") return error.message;
  // @ts-expect-error: no error of a start
  if (error?.error_code === "60022") return "";
  return undefined;
}
