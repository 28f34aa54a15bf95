// Generated from the OpenAPI document by `npm run generate`. Do not edit.

import type {
  AccessToken,
  ApiKey,
  ApiKeyPage,
  ApiKeySecret,
  Attempt,
  AttemptPage,
  AttemptsSummary,
  AuditEntry,
  AuditPage,
  Bucket,
  BucketPage,
  Challenge,
  ChallengePage,
  ConsoleApplicationList,
  ConsoleRequestList,
  ConsoleSafeNumber,
  ConsoleSession,
  ConsoleVerification,
  ConsoleVerificationPage,
  Entity,
  EntityPage,
  Erasure,
  ErrorOf,
  Factor,
  FactorPage,
  Figures,
  Form,
  Guard,
  GuardVerdict,
  Message,
  MessagePage,
  MessagePreview,
  MessagingConfiguration,
  MessagingConfigurationPage,
  NewFactor,
  NewPasskeysFactor,
  Notification,
  PasskeyChallenge,
  PasskeysFactor,
  PhoneNumber,
  Post,
  PostPage,
  Provider,
  ProviderList,
  ProviderTest,
  RateLimit,
  RateLimitPage,
  RefusedStart,
  RefusedStartPage,
  RevealedRecipient,
  SafeNumber,
  SafeNumberPage,
  SandboxClock,
  SandboxDevice,
  SandboxDevicePage,
  SandboxFaults,
  SandboxWebhook,
  Service,
  ServicePage,
  SmsRouteList,
  SnaResult,
  Template,
  TemplatePage,
  TestEvent,
  TotpCode,
  V1AccessKeyList,
  V1AccessKeyResult,
  V1Acknowledgement,
  V1ApplicationDetails,
  V1CheckResult,
  V1CreatedApplication,
  V1CreatedApprovalRequest,
  V1CreatedWebhook,
  V1DashboardApplicationDetails,
  V1Feedback,
  V1PhoneInfo,
  V1PhoneVerification,
  V1ProcessedAccounts,
  V1VerificationStatus,
  V1WebhookList,
  Verification,
  VerificationCheck,
  VerificationLog,
  Webhook,
  WebhookPage,
} from "@countersign/types/api";
import type { CallOptions } from "./call-types.ts";
import type { Client } from "./create-client.ts";
import { ask, type FieldsOf, send, walk } from "./named.ts";
import type { Result } from "./result.ts";

export type { CallOptions, FieldsOf };

/**
 * Start a verification: `POST /v2/Services/{ServiceSid}/Verifications`
 *
 * Sends a code. While a verification of the same recipient is pending, a further start sends the same code again under the same SID:
 * it adds an attempt, may change the channel, and never extends the window of ten minutes. The sixth send is refused.
 */
export function createVerification(
  client: Client,
  fields: FieldsOf<"createVerification">,
  options?: CallOptions,
): Promise<Result<Verification, ErrorOf<"createVerification">>> {
  return send(client, "/v2/Services/{ServiceSid}/Verifications", fields, options);
}

/**
 * Check a code: `POST /v2/Services/{ServiceSid}/VerificationCheck`
 *
 * A wrong code is no error: the answer is `200` with `status: pending` and `valid: false`. Decide on `status`.
 * Once a verification is approved, expired, cancelled or used up, its SID is gone and a check answers `404`.
 */
export function createVerificationCheck(
  client: Client,
  fields: FieldsOf<"createVerificationCheck">,
  options?: CallOptions,
): Promise<Result<VerificationCheck, ErrorOf<"createVerificationCheck">>> {
  return send(client, "/v2/Services/{ServiceSid}/VerificationCheck", fields, options);
}

/**
 * Fetch a verification: `GET /v2/Services/{ServiceSid}/Verifications/{Sid}`
 *
 * Only a pending verification, or one whose checks are used up, can be read. The Attempts log keeps the story of the others.
 * One verification can be read 60 times a minute, 180 times an hour and 250 times a day.
 */
export function fetchVerification(
  client: Client,
  fields: FieldsOf<"fetchVerification">,
  options?: CallOptions,
): Promise<Result<Verification, ErrorOf<"fetchVerification">>> {
  return ask(client, "GET", "/v2/Services/{ServiceSid}/Verifications/{Sid}", fields, options);
}

/**
 * Cancel or approve a verification: `POST /v2/Services/{ServiceSid}/Verifications/{Sid}`
 *
 * Ends the verification at once. A cancelled recipient can be started anew, with a new code, even while locked by too many checks.
 */
export function updateVerification(
  client: Client,
  fields: FieldsOf<"updateVerification">,
  options?: CallOptions,
): Promise<Result<Verification, ErrorOf<"updateVerification">>> {
  return send(client, "/v2/Services/{ServiceSid}/Verifications/{Sid}", fields, options);
}

/**
 * List the attempts: `GET /v2/Attempts`
 *
 * The sends of all services of the account in the last 30 days, newest first. An attempt must fit all filters that are given.
 */
export function listAttempts(
  client: Client,
  fields?: FieldsOf<"listAttempts">,
  options?: CallOptions,
): Promise<Result<AttemptPage, ErrorOf<"listAttempts">>> {
  return ask(client, "GET", "/v2/Attempts", fields, options);
}

/** Walks the list of `listAttempts` over all its pages, and gives its items. Throws as `unwrap` does. */
export function paginateAttempts(
  client: Client,
  fields?: FieldsOf<"listAttempts">,
  options?: CallOptions,
): AsyncGenerator<Attempt, void, undefined> {
  return walk(client, "/v2/Attempts", fields, options);
}

/**
 * Sum the attempts up: `GET /v2/Attempts/Summary`
 *
 * Counts the sends of the last 30 days that fit all filters that are given. An unknown service or country has none, which is no error.
 */
export function fetchAttemptsSummary(
  client: Client,
  fields?: FieldsOf<"fetchAttemptsSummary">,
  options?: CallOptions,
): Promise<Result<AttemptsSummary, ErrorOf<"fetchAttemptsSummary">>> {
  return ask(client, "GET", "/v2/Attempts/Summary", fields, options);
}

/**
 * Fetch an attempt: `GET /v2/Attempts/{Sid}`
 *
 * What became of one send: its channel, its price, and whether the code came back.
 */
export function fetchAttempt(
  client: Client,
  fields: FieldsOf<"fetchAttempt">,
  options?: CallOptions,
): Promise<Result<Attempt, ErrorOf<"fetchAttempt">>> {
  return ask(client, "GET", "/v2/Attempts/{Sid}", fields, options);
}

/**
 * List the services: `GET /v2/Services`
 *
 * The services of the account, oldest first.
 */
export function listServices(
  client: Client,
  fields?: FieldsOf<"listServices">,
  options?: CallOptions,
): Promise<Result<ServicePage, ErrorOf<"listServices">>> {
  return ask(client, "GET", "/v2/Services", fields, options);
}

/** Walks the list of `listServices` over all its pages, and gives its items. Throws as `unwrap` does. */
export function paginateServices(
  client: Client,
  fields?: FieldsOf<"listServices">,
  options?: CallOptions,
): AsyncGenerator<Service, void, undefined> {
  return walk(client, "/v2/Services", fields, options);
}

/**
 * Create a service: `POST /v2/Services`
 *
 * It takes verifications at once. Every setting but the name has a default, and all may be changed later.
 */
export function createService(
  client: Client,
  fields: FieldsOf<"createService">,
  options?: CallOptions,
): Promise<Result<Service, ErrorOf<"createService">>> {
  return send(client, "/v2/Services", fields, options);
}

/**
 * Fetch a service: `GET /v2/Services/{Sid}`
 *
 * Its settings as they hold for the next verification.
 */
export function fetchService(
  client: Client,
  fields: FieldsOf<"fetchService">,
  options?: CallOptions,
): Promise<Result<Service, ErrorOf<"fetchService">>> {
  return ask(client, "GET", "/v2/Services/{Sid}", fields, options);
}

/**
 * Change a service: `POST /v2/Services/{Sid}`
 *
 * Settings that are left out stay as they are. A change applies from the next new verification on; a code that is out stays valid as it is.
 */
export function updateService(
  client: Client,
  fields: FieldsOf<"updateService">,
  options?: CallOptions,
): Promise<Result<Service, ErrorOf<"updateService">>> {
  return send(client, "/v2/Services/{Sid}", fields, options);
}

/**
 * Delete a service: `DELETE /v2/Services/{Sid}`
 *
 * This cannot be undone. Its pending verifications can no longer be checked; its attempts stay in the log until they are 30 days old.
 */
export function deleteService(
  client: Client,
  fields: FieldsOf<"deleteService">,
  options?: CallOptions,
): Promise<Result<undefined, ErrorOf<"deleteService">>> {
  return ask(client, "DELETE", "/v2/Services/{Sid}", fields, options);
}

/**
 * List the rate limits: `GET /v2/Services/{ServiceSid}/RateLimits`
 *
 * The rate limits of the service, oldest first.
 */
export function listRateLimits(
  client: Client,
  fields: FieldsOf<"listRateLimits">,
  options?: CallOptions,
): Promise<Result<RateLimitPage, ErrorOf<"listRateLimits">>> {
  return ask(client, "GET", "/v2/Services/{ServiceSid}/RateLimits", fields, options);
}

/** Walks the list of `listRateLimits` over all its pages, and gives its items. Throws as `unwrap` does. */
export function paginateRateLimits(
  client: Client,
  fields: FieldsOf<"listRateLimits">,
  options?: CallOptions,
): AsyncGenerator<RateLimit, void, undefined> {
  return walk(client, "/v2/Services/{ServiceSid}/RateLimits", fields, options);
}

/**
 * Create a rate limit: `POST /v2/Services/{ServiceSid}/RateLimits`
 *
 * A rate limit alone limits nothing. Give it a bucket.
 */
export function createRateLimit(
  client: Client,
  fields: FieldsOf<"createRateLimit">,
  options?: CallOptions,
): Promise<Result<RateLimit, ErrorOf<"createRateLimit">>> {
  return send(client, "/v2/Services/{ServiceSid}/RateLimits", fields, options);
}

/**
 * Fetch a rate limit: `GET /v2/Services/{ServiceSid}/RateLimits/{Sid}`
 *
 * What it is for. How many starts it lets through is said by its buckets.
 */
export function fetchRateLimit(
  client: Client,
  fields: FieldsOf<"fetchRateLimit">,
  options?: CallOptions,
): Promise<Result<RateLimit, ErrorOf<"fetchRateLimit">>> {
  return ask(client, "GET", "/v2/Services/{ServiceSid}/RateLimits/{Sid}", fields, options);
}

/**
 * Update a rate limit: `POST /v2/Services/{ServiceSid}/RateLimits/{Sid}`
 *
 * Only the description can change, since starts name the rate limit by its unique name.
 */
export function updateRateLimit(
  client: Client,
  fields: FieldsOf<"updateRateLimit">,
  options?: CallOptions,
): Promise<Result<RateLimit, ErrorOf<"updateRateLimit">>> {
  return send(client, "/v2/Services/{ServiceSid}/RateLimits/{Sid}", fields, options);
}

/**
 * Delete a rate limit: `DELETE /v2/Services/{ServiceSid}/RateLimits/{Sid}`
 *
 * A start that still names it is refused with 60200 from now on.
 */
export function deleteRateLimit(
  client: Client,
  fields: FieldsOf<"deleteRateLimit">,
  options?: CallOptions,
): Promise<Result<undefined, ErrorOf<"deleteRateLimit">>> {
  return ask(client, "DELETE", "/v2/Services/{ServiceSid}/RateLimits/{Sid}", fields, options);
}

/**
 * List the buckets: `GET /v2/Services/{ServiceSid}/RateLimits/{RateLimitSid}/Buckets`
 *
 * The buckets of the rate limit, oldest first.
 */
export function listBuckets(
  client: Client,
  fields: FieldsOf<"listBuckets">,
  options?: CallOptions,
): Promise<Result<BucketPage, ErrorOf<"listBuckets">>> {
  return ask(client, "GET", "/v2/Services/{ServiceSid}/RateLimits/{RateLimitSid}/Buckets", fields, options);
}

/** Walks the list of `listBuckets` over all its pages, and gives its items. Throws as `unwrap` does. */
export function paginateBuckets(
  client: Client,
  fields: FieldsOf<"listBuckets">,
  options?: CallOptions,
): AsyncGenerator<Bucket, void, undefined> {
  return walk(client, "/v2/Services/{ServiceSid}/RateLimits/{RateLimitSid}/Buckets", fields, options);
}

/**
 * Create a bucket: `POST /v2/Services/{ServiceSid}/RateLimits/{RateLimitSid}/Buckets`
 *
 * It counts from its creation on; starts before it are not counted.
 */
export function createBucket(
  client: Client,
  fields: FieldsOf<"createBucket">,
  options?: CallOptions,
): Promise<Result<Bucket, ErrorOf<"createBucket">>> {
  return send(client, "/v2/Services/{ServiceSid}/RateLimits/{RateLimitSid}/Buckets", fields, options);
}

/**
 * Fetch a bucket: `GET /v2/Services/{ServiceSid}/RateLimits/{RateLimitSid}/Buckets/{Sid}`
 *
 * How many starts it lets through in which time, not how many it has counted.
 */
export function fetchBucket(
  client: Client,
  fields: FieldsOf<"fetchBucket">,
  options?: CallOptions,
): Promise<Result<Bucket, ErrorOf<"fetchBucket">>> {
  return ask(client, "GET", "/v2/Services/{ServiceSid}/RateLimits/{RateLimitSid}/Buckets/{Sid}", fields, options);
}

/**
 * Update a bucket: `POST /v2/Services/{ServiceSid}/RateLimits/{RateLimitSid}/Buckets/{Sid}`
 *
 * Windows that are open stay open. A new `Max` holds in them at once, and a new `Interval` moves their end.
 */
export function updateBucket(
  client: Client,
  fields: FieldsOf<"updateBucket">,
  options?: CallOptions,
): Promise<Result<Bucket, ErrorOf<"updateBucket">>> {
  return send(client, "/v2/Services/{ServiceSid}/RateLimits/{RateLimitSid}/Buckets/{Sid}", fields, options);
}

/**
 * Delete a bucket: `DELETE /v2/Services/{ServiceSid}/RateLimits/{RateLimitSid}/Buckets/{Sid}`
 *
 * What it has counted is forgotten. The other buckets of the rate limit go on.
 */
export function deleteBucket(
  client: Client,
  fields: FieldsOf<"deleteBucket">,
  options?: CallOptions,
): Promise<Result<undefined, ErrorOf<"deleteBucket">>> {
  return ask(client, "DELETE", "/v2/Services/{ServiceSid}/RateLimits/{RateLimitSid}/Buckets/{Sid}", fields, options);
}

/**
 * List the messaging configurations: `GET /v2/Services/{ServiceSid}/MessagingConfigurations`
 *
 * The messaging configurations of the service, oldest first.
 */
export function listMessagingConfigurations(
  client: Client,
  fields: FieldsOf<"listMessagingConfigurations">,
  options?: CallOptions,
): Promise<Result<MessagingConfigurationPage, ErrorOf<"listMessagingConfigurations">>> {
  return ask(client, "GET", "/v2/Services/{ServiceSid}/MessagingConfigurations", fields, options);
}

/** Walks the list of `listMessagingConfigurations` over all its pages, and gives its items. Throws as `unwrap` does. */
export function paginateMessagingConfigurations(
  client: Client,
  fields: FieldsOf<"listMessagingConfigurations">,
  options?: CallOptions,
): AsyncGenerator<MessagingConfiguration, void, undefined> {
  return walk(client, "/v2/Services/{ServiceSid}/MessagingConfigurations", fields, options);
}

/**
 * Create a messaging configuration: `POST /v2/Services/{ServiceSid}/MessagingConfigurations`
 *
 * From the next start on, an SMS to the country leaves by the route.
 */
export function createMessagingConfiguration(
  client: Client,
  fields: FieldsOf<"createMessagingConfiguration">,
  options?: CallOptions,
): Promise<Result<MessagingConfiguration, ErrorOf<"createMessagingConfiguration">>> {
  return send(client, "/v2/Services/{ServiceSid}/MessagingConfigurations", fields, options);
}

/**
 * Fetch a messaging configuration: `GET /v2/Services/{ServiceSid}/MessagingConfigurations/{Country}`
 *
 * The one of this very country. A country that has none is sent to by that of `all`, which is not answered in its place.
 */
export function fetchMessagingConfiguration(
  client: Client,
  fields: FieldsOf<"fetchMessagingConfiguration">,
  options?: CallOptions,
): Promise<Result<MessagingConfiguration, ErrorOf<"fetchMessagingConfiguration">>> {
  return ask(client, "GET", "/v2/Services/{ServiceSid}/MessagingConfigurations/{Country}", fields, options);
}

/**
 * Update a messaging configuration: `POST /v2/Services/{ServiceSid}/MessagingConfigurations/{Country}`
 *
 * Only the route can change. Messages that were started before leave by the one that they were started with.
 */
export function updateMessagingConfiguration(
  client: Client,
  fields: FieldsOf<"updateMessagingConfiguration">,
  options?: CallOptions,
): Promise<Result<MessagingConfiguration, ErrorOf<"updateMessagingConfiguration">>> {
  return send(client, "/v2/Services/{ServiceSid}/MessagingConfigurations/{Country}", fields, options);
}

/**
 * Delete a messaging configuration: `DELETE /v2/Services/{ServiceSid}/MessagingConfigurations/{Country}`
 *
 * From the next start on, an SMS to the country leaves by the route of `all`, or else as the server sends by itself.
 */
export function deleteMessagingConfiguration(
  client: Client,
  fields: FieldsOf<"deleteMessagingConfiguration">,
  options?: CallOptions,
): Promise<Result<undefined, ErrorOf<"deleteMessagingConfiguration">>> {
  return ask(client, "DELETE", "/v2/Services/{ServiceSid}/MessagingConfigurations/{Country}", fields, options);
}

/**
 * List the templates: `GET /v2/Templates`
 *
 * Those that every server has, then the operator's own in the order of their file.
 */
export function listTemplates(
  client: Client,
  fields?: FieldsOf<"listTemplates">,
  options?: CallOptions,
): Promise<Result<TemplatePage, ErrorOf<"listTemplates">>> {
  return ask(client, "GET", "/v2/Templates", fields, options);
}

/** Walks the list of `listTemplates` over all its pages, and gives its items. Throws as `unwrap` does. */
export function paginateTemplates(
  client: Client,
  fields?: FieldsOf<"listTemplates">,
  options?: CallOptions,
): AsyncGenerator<Template, void, undefined> {
  return walk(client, "/v2/Templates", fields, options);
}

/**
 * Put a number on the safe list: `POST /v2/SafeList/Numbers`
 *
 * From now on the guard against SMS pumping lets starts to the number pass, on every channel and in all services of the account. It is there until it
 * is taken off. The three operations of the list share 30 requests a minute.
 */
export function createSafeNumber(
  client: Client,
  fields: FieldsOf<"createSafeNumber">,
  options?: CallOptions,
): Promise<Result<SafeNumber, ErrorOf<"createSafeNumber">>> {
  return send(client, "/v2/SafeList/Numbers", fields, options);
}

/**
 * Look whether a number is on the safe list: `GET /v2/SafeList/Numbers/{PhoneNumber}`
 *
 * Answers 404 for one that is not.
 */
export function fetchSafeNumber(
  client: Client,
  fields: FieldsOf<"fetchSafeNumber">,
  options?: CallOptions,
): Promise<Result<SafeNumber, ErrorOf<"fetchSafeNumber">>> {
  return ask(client, "GET", "/v2/SafeList/Numbers/{PhoneNumber}", fields, options);
}

/**
 * Take a number off the safe list: `DELETE /v2/SafeList/Numbers/{PhoneNumber}`
 *
 * The next start to it is judged as any other. Nothing of the number is kept by the list.
 */
export function deleteSafeNumber(
  client: Client,
  fields: FieldsOf<"deleteSafeNumber">,
  options?: CallOptions,
): Promise<Result<undefined, ErrorOf<"deleteSafeNumber">>> {
  return ask(client, "DELETE", "/v2/SafeList/Numbers/{PhoneNumber}", fields, options);
}

/**
 * Fetch a form: `GET /v2/Forms/{FormType}`
 *
 * What a program has to ask for to enrol a device and to challenge it, as JSON Schemas from which it can draw its fields or check them. They are the
 * same for every account.
 */
export function fetchForm(
  client: Client,
  fields: FieldsOf<"fetchForm">,
  options?: CallOptions,
): Promise<Result<Form, ErrorOf<"fetchForm">>> {
  return ask(client, "GET", "/v2/Forms/{FormType}", fields, options);
}

/**
 * Create an access token: `POST /v2/Services/{ServiceSid}/AccessTokens`
 *
 * Hand `token` to the app on the person's device, over a connection of your own where the person is logged in: whoever has it can enrol a device for that
 * identity. It makes one push factor, and lives for a minute where `Ttl` says nothing else.
 */
export function createAccessToken(
  client: Client,
  fields: FieldsOf<"createAccessToken">,
  options?: CallOptions,
): Promise<Result<AccessToken, ErrorOf<"createAccessToken">>> {
  return send(client, "/v2/Services/{ServiceSid}/AccessTokens", fields, options);
}

/**
 * Fetch an access token: `GET /v2/Services/{ServiceSid}/AccessTokens/{Sid}`
 *
 * The same `token` as when it was created, for an app that was given the SID in a QR code. One that has been used, or has expired, is not found any more.
 */
export function fetchAccessToken(
  client: Client,
  fields: FieldsOf<"fetchAccessToken">,
  options?: CallOptions,
): Promise<Result<AccessToken, ErrorOf<"fetchAccessToken">>> {
  return ask(client, "GET", "/v2/Services/{ServiceSid}/AccessTokens/{Sid}", fields, options);
}

/**
 * List the entities: `GET /v2/Services/{ServiceSid}/Entities`
 *
 * The entities of the service, newest first.
 */
export function listEntities(
  client: Client,
  fields: FieldsOf<"listEntities">,
  options?: CallOptions,
): Promise<Result<EntityPage, ErrorOf<"listEntities">>> {
  return ask(client, "GET", "/v2/Services/{ServiceSid}/Entities", fields, options);
}

/** Walks the list of `listEntities` over all its pages, and gives its items. Throws as `unwrap` does. */
export function paginateEntities(
  client: Client,
  fields: FieldsOf<"listEntities">,
  options?: CallOptions,
): AsyncGenerator<Entity, void, undefined> {
  return walk(client, "/v2/Services/{ServiceSid}/Entities", fields, options);
}

/**
 * Create an entity: `POST /v2/Services/{ServiceSid}/Entities`
 *
 * It need not be called before a factor is made: the first factor makes the entity. It is there until it is deleted, with
 * all that belongs to it.
 */
export function createEntity(
  client: Client,
  fields: FieldsOf<"createEntity">,
  options?: CallOptions,
): Promise<Result<Entity, ErrorOf<"createEntity">>> {
  return send(client, "/v2/Services/{ServiceSid}/Entities", fields, options);
}

/**
 * Fetch an entity: `GET /v2/Services/{ServiceSid}/Entities/{Identity}`
 *
 * By its identity alone; its SID finds nothing.
 */
export function fetchEntity(
  client: Client,
  fields: FieldsOf<"fetchEntity">,
  options?: CallOptions,
): Promise<Result<Entity, ErrorOf<"fetchEntity">>> {
  return ask(client, "GET", "/v2/Services/{ServiceSid}/Entities/{Identity}", fields, options);
}

/**
 * Delete an entity: `DELETE /v2/Services/{ServiceSid}/Entities/{Identity}`
 *
 * Its factors and challenges go with it at once, and nothing of them is left but what the operator's backups have. Whoever is created under the
 * same identity later is a stranger.
 */
export function deleteEntity(
  client: Client,
  fields: FieldsOf<"deleteEntity">,
  options?: CallOptions,
): Promise<Result<undefined, ErrorOf<"deleteEntity">>> {
  return ask(client, "DELETE", "/v2/Services/{ServiceSid}/Entities/{Identity}", fields, options);
}

/**
 * List the factors: `GET /v2/Services/{ServiceSid}/Entities/{Identity}/Factors`
 *
 * The factors of the entity, newest first. Those are left out that nobody verified within 24 hours.
 */
export function listFactors(
  client: Client,
  fields: FieldsOf<"listFactors">,
  options?: CallOptions,
): Promise<Result<FactorPage, ErrorOf<"listFactors">>> {
  return ask(client, "GET", "/v2/Services/{ServiceSid}/Entities/{Identity}/Factors", fields, options);
}

/** Walks the list of `listFactors` over all its pages, and gives its items. Throws as `unwrap` does. */
export function paginateFactors(
  client: Client,
  fields: FieldsOf<"listFactors">,
  options?: CallOptions,
): AsyncGenerator<Factor, void, undefined> {
  return walk(client, "/v2/Services/{ServiceSid}/Entities/{Identity}/Factors", fields, options);
}

/**
 * Create a factor: `POST /v2/Services/{ServiceSid}/Entities/{Identity}/Factors`
 *
 * Of an authenticator app, draw `binding.uri` as a QR code and show `binding.secret` as text: no other answer has them. A phone makes its own key, and calls
 * this itself, with an access token that this uses up. The factor is in use once a code or a signature has verified it, for which
 * there are 24 hours. An entity that does not exist is made, if its identity is one that may be created.
 */
export function createNewFactor(
  client: Client,
  fields: FieldsOf<"createNewFactor">,
  options?: CallOptions,
): Promise<Result<NewFactor, ErrorOf<"createNewFactor">>> {
  return send(client, "/v2/Services/{ServiceSid}/Entities/{Identity}/Factors", fields, options);
}

/**
 * Fetch a factor: `GET /v2/Services/{ServiceSid}/Entities/{Identity}/Factors/{Sid}`
 *
 * What it is, without its secret. One that nobody verified is gone 24 hours after it was created.
 */
export function fetchFactor(
  client: Client,
  fields: FieldsOf<"fetchFactor">,
  options?: CallOptions,
): Promise<Result<Factor, ErrorOf<"fetchFactor">>> {
  return ask(client, "GET", "/v2/Services/{ServiceSid}/Entities/{Identity}/Factors/{Sid}", fields, options);
}

/**
 * Verify or update a factor: `POST /v2/Services/{ServiceSid}/Entities/{Identity}/Factors/{Sid}`
 *
 * A wrong code answers `200` with a factor that is still `unverified`, so look at `status`; after five of them no code is taken any more. How codes are
 * made can be changed until the factor is verified, since its app would not know of it; afterwards `Config.Skew` and the name can. A phone verifies its factor
 * by a signature, which is right or answers `403`, and tells a new token of its platform here.
 */
export function updateFactor(
  client: Client,
  fields: FieldsOf<"updateFactor">,
  options?: CallOptions,
): Promise<Result<Factor, ErrorOf<"updateFactor">>> {
  return send(client, "/v2/Services/{ServiceSid}/Entities/{Identity}/Factors/{Sid}", fields, options);
}

/**
 * Delete a factor: `DELETE /v2/Services/{ServiceSid}/Entities/{Identity}/Factors/{Sid}`
 *
 * Its codes and signatures are worth nothing from now on, and its challenges go with it. An authenticator app goes on showing codes until the person removes the
 * account there.
 */
export function deleteFactor(
  client: Client,
  fields: FieldsOf<"deleteFactor">,
  options?: CallOptions,
): Promise<Result<undefined, ErrorOf<"deleteFactor">>> {
  return ask(client, "DELETE", "/v2/Services/{ServiceSid}/Entities/{Identity}/Factors/{Sid}", fields, options);
}

/**
 * List the challenges of an entity: `GET /v2/Services/{ServiceSid}/Entities/{Identity}/Challenges`
 *
 * The challenges of all its factors, oldest first unless `Order` says otherwise, until 30 days after their end.
 */
export function listChallenges(
  client: Client,
  fields: FieldsOf<"listChallenges">,
  options?: CallOptions,
): Promise<Result<ChallengePage, ErrorOf<"listChallenges">>> {
  return ask(client, "GET", "/v2/Services/{ServiceSid}/Entities/{Identity}/Challenges", fields, options);
}

/** Walks the list of `listChallenges` over all its pages, and gives its items. Throws as `unwrap` does. */
export function paginateChallenges(
  client: Client,
  fields: FieldsOf<"listChallenges">,
  options?: CallOptions,
): AsyncGenerator<Challenge, void, undefined> {
  return walk(client, "/v2/Services/{ServiceSid}/Entities/{Identity}/Challenges", fields, options);
}

/**
 * Challenge a factor: `POST /v2/Services/{ServiceSid}/Entities/{Identity}/Challenges`
 *
 * Asks the holder of a verified factor to prove it. A phone (`push`) is told, shows `Details`, and answers by itself; until then the challenge
 * is `pending`. For an authenticator app (`totp`) the code comes with `AuthPayload` and is checked in the same call: a right one answers `status: approved` at once, and a
 * wrong one is no error, but leaves the challenge `pending` with one of its five tries used. Decide on `status`, never on the HTTP status alone.
 */
export function createChallenge(
  client: Client,
  fields: FieldsOf<"createChallenge">,
  options?: CallOptions,
): Promise<Result<Challenge, ErrorOf<"createChallenge">>> {
  return send(client, "/v2/Services/{ServiceSid}/Entities/{Identity}/Challenges", fields, options);
}

/**
 * Fetch a challenge: `GET /v2/Services/{ServiceSid}/Entities/{Identity}/Challenges/{Sid}`
 *
 * What has become of it. Past its `expiration_date` a challenge that nobody answered is `expired`. A device reads in the header `Twilio-Verify-Signature-Fields` what it has
 * to sign.
 */
export function fetchChallenge(
  client: Client,
  fields: FieldsOf<"fetchChallenge">,
  options?: CallOptions,
): Promise<Result<Challenge, ErrorOf<"fetchChallenge">>> {
  return ask(client, "GET", "/v2/Services/{ServiceSid}/Entities/{Identity}/Challenges/{Sid}", fields, options);
}

/**
 * Answer a challenge: `POST /v2/Services/{ServiceSid}/Entities/{Identity}/Challenges/{Sid}`
 *
 * Answers a challenge that is pending. A phone sends what it signed, and ends it as `approved` or `denied`. The code of an authenticator app is checked: a wrong one is no
 * error, the answer is `200` with `status: pending`, and after the fifth the challenge takes no more, and answers `429`. `Metadata` is kept with it, with an answer or
 * alone.
 */
export function updateChallenge(
  client: Client,
  fields: FieldsOf<"updateChallenge">,
  options?: CallOptions,
): Promise<Result<Challenge, ErrorOf<"updateChallenge">>> {
  return send(client, "/v2/Services/{ServiceSid}/Entities/{Identity}/Challenges/{Sid}", fields, options);
}

/**
 * Tell the device of a challenge again: `POST /v2/Services/{ServiceSid}/Entities/{Identity}/Challenges/{ChallengeSid}/Notifications`
 *
 * The first notification of a push challenge goes out by itself. This sends another, for a person whose phone was off or who wiped the first one away, up to three
 * times a challenge. The answer says that it is on its way, not that it arrived: an app that misses all of them still finds the challenge in its list.
 */
export function createNotification(
  client: Client,
  fields: FieldsOf<"createNotification">,
  options?: CallOptions,
): Promise<Result<Notification, ErrorOf<"createNotification">>> {
  return send(
    client,
    "/v2/Services/{ServiceSid}/Entities/{Identity}/Challenges/{ChallengeSid}/Notifications",
    fields,
    options,
  );
}

/**
 * Create a passkey: `POST /v2/Services/{ServiceSid}/Passkeys/Factors`
 *
 * Give the page `options.publicKey`, and the browser makes a passkey of it; what that gives verifies the factor, for which
 * there are 24 hours. An entity that does not exist is made, if its identity is one that may be created.
 */
export function createNewFactorPasskey(
  client: Client,
  fields: FieldsOf<"createNewFactorPasskey">,
  options?: CallOptions,
): Promise<Result<NewPasskeysFactor, ErrorOf<"createNewFactorPasskey">>> {
  return send(client, "/v2/Services/{ServiceSid}/Passkeys/Factors", fields, options);
}

/**
 * Verify a passkey: `POST /v2/Services/{ServiceSid}/Passkeys/VerifyFactor`
 *
 * Takes what the browser made of `options`, as it is. The factor is found by the challenge that the browser signed, and is verified once: a second passkey
 * never takes the place of the first. No statement of the authenticator about itself is asked for; one that its own key signed is checked.
 */
export function updatePasskeysFactor(
  client: Client,
  fields: FieldsOf<"updatePasskeysFactor">,
  options?: CallOptions,
): Promise<Result<PasskeysFactor, ErrorOf<"updatePasskeysFactor">>> {
  return send(client, "/v2/Services/{ServiceSid}/Passkeys/VerifyFactor", fields, options);
}

/**
 * Challenge passkeys: `POST /v2/Services/{ServiceSid}/Passkeys/Challenges`
 *
 * Give the page `options.publicKey`, and the browser asks the person for a passkey. With an empty object, `{}`, anybody may log in who has one, which is what
 * a button without a name field is for: the service's settings say then for which domain.
 */
export function createChallengePasskeys(
  client: Client,
  fields: FieldsOf<"createChallengePasskeys">,
  options?: CallOptions,
): Promise<Result<PasskeyChallenge, ErrorOf<"createChallengePasskeys">>> {
  return send(client, "/v2/Services/{ServiceSid}/Passkeys/Challenges", fields, options);
}

/**
 * Approve a challenge of passkeys: `POST /v2/Services/{ServiceSid}/Passkeys/ApproveChallenge`
 *
 * Takes what the browser gave, as it is. The challenge is found by what the browser signed, and is approved once. `identity` says who has logged in: let nobody
 * in on the word of the page.
 */
export function updateChallengePasskeys(
  client: Client,
  fields: FieldsOf<"updateChallengePasskeys">,
  options?: CallOptions,
): Promise<Result<PasskeyChallenge, ErrorOf<"updateChallengePasskeys">>> {
  return send(client, "/v2/Services/{ServiceSid}/Passkeys/ApproveChallenge", fields, options);
}

/**
 * List the webhooks: `GET /v2/Services/{ServiceSid}/Webhooks`
 *
 * The webhooks of the service, newest first.
 */
export function listWebhooks(
  client: Client,
  fields: FieldsOf<"listWebhooks">,
  options?: CallOptions,
): Promise<Result<WebhookPage, ErrorOf<"listWebhooks">>> {
  return ask(client, "GET", "/v2/Services/{ServiceSid}/Webhooks", fields, options);
}

/** Walks the list of `listWebhooks` over all its pages, and gives its items. Throws as `unwrap` does. */
export function paginateWebhooks(
  client: Client,
  fields: FieldsOf<"listWebhooks">,
  options?: CallOptions,
): AsyncGenerator<Webhook, void, undefined> {
  return walk(client, "/v2/Services/{ServiceSid}/Webhooks", fields, options);
}

/**
 * Create a webhook: `POST /v2/Services/{ServiceSid}/Webhooks`
 *
 * The address is posted a test at once, of the type `webhook.test` and signed as everything that follows, and must
 * answer it with 200. A webhook with `Status=disabled` is not tested before it is enabled.
 */
export function createWebhook(
  client: Client,
  fields: FieldsOf<"createWebhook">,
  options?: CallOptions,
): Promise<Result<Webhook, ErrorOf<"createWebhook">>> {
  return send(client, "/v2/Services/{ServiceSid}/Webhooks", fields, options);
}

/**
 * Fetch a webhook: `GET /v2/Services/{ServiceSid}/Webhooks/{Sid}`
 *
 * Where it is and what it hears of. What it has not taken is among the posts.
 */
export function fetchWebhook(
  client: Client,
  fields: FieldsOf<"fetchWebhook">,
  options?: CallOptions,
): Promise<Result<Webhook, ErrorOf<"fetchWebhook">>> {
  return ask(client, "GET", "/v2/Services/{ServiceSid}/Webhooks/{Sid}", fields, options);
}

/**
 * Update a webhook: `POST /v2/Services/{ServiceSid}/Webhooks/{Sid}`
 *
 * A new address, and the one of a webhook that is enabled, are tested first, as when a webhook is made. What waits goes to the new address, in the new
 * version. While it is disabled, what comes due is dropped.
 */
export function updateWebhook(
  client: Client,
  fields: FieldsOf<"updateWebhook">,
  options?: CallOptions,
): Promise<Result<Webhook, ErrorOf<"updateWebhook">>> {
  return send(client, "/v2/Services/{ServiceSid}/Webhooks/{Sid}", fields, options);
}

/**
 * Delete a webhook: `DELETE /v2/Services/{ServiceSid}/Webhooks/{Sid}`
 *
 * What waits for it is dropped.
 */
export function deleteWebhook(
  client: Client,
  fields: FieldsOf<"deleteWebhook">,
  options?: CallOptions,
): Promise<Result<undefined, ErrorOf<"deleteWebhook">>> {
  return ask(client, "DELETE", "/v2/Services/{ServiceSid}/Webhooks/{Sid}", fields, options);
}

/**
 * Look up a phone number: `GET /v2/PhoneNumbers/{PhoneNumber}`
 *
 * The part of Lookup v2 that programs call before a start: whether a start would take the number, and the kind of its line. Both go by the numbering
 * plan and the sandbox's own numbers; nobody is asked. The official SDKs call it at `https://lookups.twilio.com`.
 */
export function fetchPhoneNumber(
  client: Client,
  fields: FieldsOf<"fetchPhoneNumber">,
  options?: CallOptions,
): Promise<Result<PhoneNumber, ErrorOf<"fetchPhoneNumber">>> {
  return ask(client, "GET", "/v2/PhoneNumbers/{PhoneNumber}", fields, options);
}

/**
 * Open the SNA URL: `GET /sna/{Token}`
 *
 * What the person's device does over mobile data: it opens the `sna.url` of the start. The carrier then vouches for the number, and the check succeeds
 * without a code. In the sandbox a simulated carrier answers; an outcome number such as `+15005560531` chooses its error.
 */
export function openSnaUrl(
  client: Client,
  fields: FieldsOf<"openSnaUrl">,
  options?: CallOptions,
): Promise<Result<SnaResult, ErrorOf<"openSnaUrl">>> {
  return ask(client, "GET", "/sna/{Token}", fields, options);
}

/**
 * Tell how far a message came: `POST /gateway/receipts`
 *
 * A gateway that carries messages for a server posts this when it learns more, to the `callback_url` that came with the message. The first final
 * status of an attempt stays, so a receipt may come twice. One of an attempt that the gateway was not given is taken, and changes nothing.
 *
 * Without a gateway, or without a public address, a server has no such path, and answers 404.
 */
export function processReceipt(
  client: Client,
  fields: FieldsOf<"processReceipt">,
  options?: CallOptions,
): Promise<Result<undefined, ErrorOf<"processReceipt">>> {
  return send(client, "/gateway/receipts", fields, options);
}

/**
 * Tell who uses the console: `GET /console/session`
 *
 * The page asks this first. In a sandbox its own page needs no credentials; in production it answers 401 until somebody has logged in.
 */
export function fetchConsoleSession(
  client: Client,
  fields?: Record<string, never>,
  options?: CallOptions,
): Promise<Result<ConsoleSession, ErrorOf<"fetchConsoleSession">>> {
  return ask(client, "GET", "/console/session", fields, options);
}

/**
 * Log in to the console: `POST /console/session`
 *
 * Takes a key once, and gives a cookie for it that no script can read. A new session ends the one before in the same browser. On its other ports a
 * production server answers 404. An unknown SID and a wrong secret are answered alike, and who tries often has to wait.
 */
export function createConsoleSession(
  client: Client,
  fields: FieldsOf<"createConsoleSession">,
  options?: CallOptions,
): Promise<Result<ConsoleSession, ErrorOf<"createConsoleSession">>> {
  return send(client, "/console/session", fields, options);
}

/**
 * Log out of the console: `DELETE /console/session`
 *
 * The session ends at once, wherever its cookie may be. Without one nothing happens.
 */
export function deleteConsoleSession(
  client: Client,
  fields?: Record<string, never>,
  options?: CallOptions,
): Promise<Result<undefined, ErrorOf<"deleteConsoleSession">>> {
  return ask(client, "DELETE", "/console/session", fields, options);
}

/**
 * List the requests: `GET /console/requests`
 *
 * The last 1,000 requests to the sandbox, newest first: those of v1 and of v2, and those that were refused, whatever for. Codes and secrets are
 * masked in them before they are kept. Requests of `/console/…`, of `/sandbox/messages/next` and of pages are not among them, nor what the console's
 * own page reads. A production server keeps none, and answers 404.
 */
export function listRequests(
  client: Client,
  fields?: FieldsOf<"listRequests">,
  options?: CallOptions,
): Promise<Result<ConsoleRequestList, ErrorOf<"listRequests">>> {
  return ask(client, "GET", "/console/requests", fields, options);
}

/**
 * Erase a person: `POST /console/erasures`
 *
 * Erases all that the account has of a person. Of a recipient these are verifications, attempts, messages and posts that wait, and the hashes by which he is known; of an identity, its entities with their factors and challenges, and posts that tell of them. Webhooks hear nothing of it. A verification that is pending ends by it. Figures stay as they are. Whoever comes back is a stranger, so it can be done again.
 */
export function createErasure(
  client: Client,
  fields?: FieldsOf<"createErasure">,
  options?: CallOptions,
): Promise<Result<Erasure, ErrorOf<"createErasure">>> {
  return send(client, "/console/erasures", fields, options);
}

/**
 * List who changed what: `GET /console/audit`
 *
 * The audit trail of the account, newest first. An entry must fit all filters that are given.
 */
export function listAudit(
  client: Client,
  fields?: FieldsOf<"listAudit">,
  options?: CallOptions,
): Promise<Result<AuditPage, ErrorOf<"listAudit">>> {
  return ask(client, "GET", "/console/audit", fields, options);
}

/** Walks the list of `listAudit` over all its pages, and gives its items. Throws as `unwrap` does. */
export function paginateAudit(
  client: Client,
  fields?: FieldsOf<"listAudit">,
  options?: CallOptions,
): AsyncGenerator<AuditEntry, void, undefined> {
  return walk(client, "/console/audit", fields, options);
}

/**
 * Count what happened: `GET /console/figures`
 *
 * Starts, sends, approvals and what went wrong, by the hour or by the day, in all services of the account or in one. Every figure is counted in the
 * transaction of what it counts. The period is widened to whole hours, or whole days in GMT. Hours are told apart for 35 days, days for 400.
 */
export function fetchFigures(
  client: Client,
  fields?: FieldsOf<"fetchFigures">,
  options?: CallOptions,
): Promise<Result<Figures, ErrorOf<"fetchFigures">>> {
  return ask(client, "GET", "/console/figures", fields, options);
}

/**
 * See a message before it is sent: `GET /console/services/{Sid}/preview`
 *
 * What the next verification of the service would send, with a made-up code, and as many SMS as that takes. Nothing is sent.
 */
export function fetchMessagePreview(
  client: Client,
  fields: FieldsOf<"fetchMessagePreview">,
  options?: CallOptions,
): Promise<Result<MessagePreview, ErrorOf<"fetchMessagePreview">>> {
  return ask(client, "GET", "/console/services/{Sid}/preview", fields, options);
}

/**
 * List the verifications: `GET /console/verifications`
 *
 * The verifications of all services of the account, newest first, those that ended included. A verification must fit all filters that are given. What fits is looked for among some ten thousand at a time: a page may have fewer than it has room for, or none, and still a next one that goes on.
 */
export function listConsoleVerifications(
  client: Client,
  fields?: FieldsOf<"listConsoleVerifications">,
  options?: CallOptions,
): Promise<Result<ConsoleVerificationPage, ErrorOf<"listConsoleVerifications">>> {
  return ask(client, "GET", "/console/verifications", fields, options);
}

/** Walks the list of `listConsoleVerifications` over all its pages, and gives its items. Throws as `unwrap` does. */
export function paginateConsoleVerifications(
  client: Client,
  fields?: FieldsOf<"listConsoleVerifications">,
  options?: CallOptions,
): AsyncGenerator<ConsoleVerification, void, undefined> {
  return walk(client, "/console/verifications", fields, options);
}

/**
 * Fetch a verification that may have ended: `GET /console/verifications/{Sid}`
 *
 * What became of a verification, in whichever service of the account it was started.
 */
export function fetchConsoleVerification(
  client: Client,
  fields: FieldsOf<"fetchConsoleVerification">,
  options?: CallOptions,
): Promise<Result<ConsoleVerification, ErrorOf<"fetchConsoleVerification">>> {
  return ask(client, "GET", "/console/verifications/{Sid}", fields, options);
}

/**
 * End a verification by hand: `POST /console/verifications/{Sid}`
 *
 * Cancels or approves it as `updateVerification` does, and the audit trail keeps who did.
 */
export function updateConsoleVerification(
  client: Client,
  fields: FieldsOf<"updateConsoleVerification">,
  options?: CallOptions,
): Promise<Result<ConsoleVerification, ErrorOf<"updateConsoleVerification">>> {
  return send(client, "/console/verifications/{Sid}", fields, options);
}

/**
 * List what happened to a verification: `GET /console/verifications/{Sid}/events`
 *
 * Its start, each send with who took it and whether it arrived, each wrong code, and its end. No code is in it.
 */
export function listVerificationEvents(
  client: Client,
  fields: FieldsOf<"listVerificationEvents">,
  options?: CallOptions,
): Promise<Result<VerificationLog, ErrorOf<"listVerificationEvents">>> {
  return ask(client, "GET", "/console/verifications/{Sid}/events", fields, options);
}

/**
 * Tell the whole recipient: `POST /console/verifications/{Sid}/reveal`
 *
 * Whom a verification or a refused start is about, or which number an entry of the safe list is. The audit trail keeps who asked, and does not name the recipient.
 */
export function revealRecipient(
  client: Client,
  fields: FieldsOf<"revealRecipient">,
  options?: CallOptions,
): Promise<Result<RevealedRecipient, ErrorOf<"revealRecipient">>> {
  return ask(client, "POST", "/console/verifications/{Sid}/reveal", fields, options);
}

/**
 * List the starts that were refused: `GET /console/refused_starts`
 *
 * Starts that were answered with an error, by v2 and by v1, newest first. They are written within a second after the answer, and are no verifications: nothing was sent. Filters are as those of `listConsoleVerifications`.
 */
export function listRefusedStarts(
  client: Client,
  fields?: FieldsOf<"listRefusedStarts">,
  options?: CallOptions,
): Promise<Result<RefusedStartPage, ErrorOf<"listRefusedStarts">>> {
  return ask(client, "GET", "/console/refused_starts", fields, options);
}

/** Walks the list of `listRefusedStarts` over all its pages, and gives its items. Throws as `unwrap` does. */
export function paginateRefusedStarts(
  client: Client,
  fields?: FieldsOf<"listRefusedStarts">,
  options?: CallOptions,
): AsyncGenerator<RefusedStart, void, undefined> {
  return walk(client, "/console/refused_starts", fields, options);
}

/**
 * Fetch a refused start: `GET /console/refused_starts/{Sid}`
 *
 * Why the start of a request was refused.
 */
export function fetchRefusedStart(
  client: Client,
  fields: FieldsOf<"fetchRefusedStart">,
  options?: CallOptions,
): Promise<Result<RefusedStart, ErrorOf<"fetchRefusedStart">>> {
  return ask(client, "GET", "/console/refused_starts/{Sid}", fields, options);
}

/**
 * List the API keys: `GET /console/keys`
 *
 * The keys of the account, oldest first, with what they may do and when they were last used. The account's own token is none of them.
 */
export function listKeys(
  client: Client,
  fields?: FieldsOf<"listKeys">,
  options?: CallOptions,
): Promise<Result<ApiKeyPage, ErrorOf<"listKeys">>> {
  return ask(client, "GET", "/console/keys", fields, options);
}

/** Walks the list of `listKeys` over all its pages, and gives its items. Throws as `unwrap` does. */
export function paginateKeys(
  client: Client,
  fields?: FieldsOf<"listKeys">,
  options?: CallOptions,
): AsyncGenerator<ApiKey, void, undefined> {
  return walk(client, "/console/keys", fields, options);
}

/**
 * Make an API key: `POST /console/keys`
 *
 * The answer has the key's secret, this once.
 */
export function createKey(
  client: Client,
  fields?: FieldsOf<"createKey">,
  options?: CallOptions,
): Promise<Result<ApiKeySecret, ErrorOf<"createKey">>> {
  return send(client, "/console/keys", fields, options);
}

/**
 * Give an API key a new secret: `POST /console/keys/{Sid}`
 *
 * The answer has the new secret, this once. The one before works beside it until the overlap ends, so that programs can be changed one after the other.
 * Nobody rotates a key that may do more than he may himself: that is 403/20403.
 */
export function rotateKey(
  client: Client,
  fields: FieldsOf<"rotateKey">,
  options?: CallOptions,
): Promise<Result<ApiKeySecret, ErrorOf<"rotateKey">>> {
  return send(client, "/console/keys/{Sid}", fields, options);
}

/**
 * Take an API key back: `DELETE /console/keys/{Sid}`
 *
 * Servers that have just heard of the key believe in it for a second more. Whoever takes back the key that he calls with is told so by a header.
 */
export function revokeKey(
  client: Client,
  fields: FieldsOf<"revokeKey">,
  options?: CallOptions,
): Promise<Result<undefined, ErrorOf<"revokeKey">>> {
  return ask(client, "DELETE", "/console/keys/{Sid}", fields, options);
}

/**
 * List the applications of v1: `GET /console/applications`
 *
 * The services of the account that clients of the legacy v1 may use, oldest first.
 */
export function listConsoleApplications(
  client: Client,
  fields?: Record<string, never>,
  options?: CallOptions,
): Promise<Result<ConsoleApplicationList, ErrorOf<"listConsoleApplications">>> {
  return ask(client, "GET", "/console/applications", fields, options);
}

/**
 * List the webhook posts: `GET /console/posts`
 *
 * What waits for a webhook, and what was given up, newest first. What a webhook took is not kept. Recipients are masked, and no post has a code.
 */
export function listPosts(
  client: Client,
  fields?: FieldsOf<"listPosts">,
  options?: CallOptions,
): Promise<Result<PostPage, ErrorOf<"listPosts">>> {
  return ask(client, "GET", "/console/posts", fields, options);
}

/** Walks the list of `listPosts` over all its pages, and gives its items. Throws as `unwrap` does. */
export function paginatePosts(
  client: Client,
  fields?: FieldsOf<"listPosts">,
  options?: CallOptions,
): AsyncGenerator<Post, void, undefined> {
  return walk(client, "/console/posts", fields, options);
}

/**
 * Try a post again: `POST /console/posts/{Sid}`
 *
 * A post that was given up is tried from the beginning, nine times over a day; one that was not taken, and waits for its next try, is tried now. One that has not failed is not found.
 */
export function retryPost(
  client: Client,
  fields: FieldsOf<"retryPost">,
  options?: CallOptions,
): Promise<Result<Post, ErrorOf<"retryPost">>> {
  return ask(client, "POST", "/console/posts/{Sid}", fields, options);
}

/**
 * List the providers: `GET /console/providers`
 *
 * What messages go out by, in the order of fail-over, how each is, and what waits to be handed over.
 */
export function listProviders(
  client: Client,
  fields?: Record<string, never>,
  options?: CallOptions,
): Promise<Result<ProviderList, ErrorOf<"listProviders">>> {
  return ask(client, "GET", "/console/providers", fields, options);
}

/**
 * Pause a provider, or resume it: `POST /console/providers/{Name}`
 *
 * A paused provider is passed over for the messages of this account, a second later at the latest by every process. Where all are paused that serve a recipient, messages wait as long as their codes live.
 */
export function updateProvider(
  client: Client,
  fields: FieldsOf<"updateProvider">,
  options?: CallOptions,
): Promise<Result<Provider, ErrorOf<"updateProvider">>> {
  return send(client, "/console/providers/{Name}", fields, options);
}

/**
 * Send a test message: `POST /console/providers/{Name}/test`
 *
 * Hands one message to that provider alone, paused or not. It says that it is a test, and has no code. An account has 10 an hour.
 */
export function testProvider(
  client: Client,
  fields: FieldsOf<"testProvider">,
  options?: CallOptions,
): Promise<Result<ProviderTest, ErrorOf<"testProvider">>> {
  return send(client, "/console/providers/{Name}/test", fields, options);
}

/**
 * List the SMS routes: `GET /console/sms_routes`
 *
 * What `MessagingServiceSid` of a messaging configuration may name. Whoever runs the server sets them up.
 */
export function listSmsRoutes(
  client: Client,
  fields?: Record<string, never>,
  options?: CallOptions,
): Promise<Result<SmsRouteList, ErrorOf<"listSmsRoutes">>> {
  return ask(client, "GET", "/console/sms_routes", fields, options);
}

/**
 * Look at the guard: `GET /console/guard`
 *
 * Which number prefixes are suspected, how near the account is to its limits, and where it may send to.
 */
export function fetchGuard(
  client: Client,
  fields?: Record<string, never>,
  options?: CallOptions,
): Promise<Result<Guard, ErrorOf<"fetchGuard">>> {
  return ask(client, "GET", "/console/guard", fields, options);
}

/**
 * Ask whether a number would be sent to: `GET /console/guard/verdict`
 *
 * Judges a start as if it came now, and changes nothing. While the guard only observes, it tells what the guard would refuse.
 */
export function fetchGuardVerdict(
  client: Client,
  fields: FieldsOf<"fetchGuardVerdict">,
  options?: CallOptions,
): Promise<Result<GuardVerdict, ErrorOf<"fetchGuardVerdict">>> {
  return ask(client, "GET", "/console/guard/verdict", fields, options);
}

/**
 * Let a number prefix go: `DELETE /console/guard/prefixes/{Prefix}`
 *
 * What was counted against the prefix is forgotten. Every process heeds it at once.
 */
export function liftPrefix(
  client: Client,
  fields: FieldsOf<"liftPrefix">,
  options?: CallOptions,
): Promise<Result<undefined, ErrorOf<"liftPrefix">>> {
  return ask(client, "DELETE", "/console/guard/prefixes/{Prefix}", fields, options);
}

/**
 * List the safe list: `GET /console/safe_list`
 *
 * The numbers that the account has put on its safe list, newest first. On a production server they are masked; each can be revealed.
 */
export function listSafeNumbers(
  client: Client,
  fields?: FieldsOf<"listSafeNumbers">,
  options?: CallOptions,
): Promise<Result<SafeNumberPage, ErrorOf<"listSafeNumbers">>> {
  return ask(client, "GET", "/console/safe_list", fields, options);
}

/** Walks the list of `listSafeNumbers` over all its pages, and gives its items. Throws as `unwrap` does. */
export function paginateSafeNumbers(
  client: Client,
  fields?: FieldsOf<"listSafeNumbers">,
  options?: CallOptions,
): AsyncGenerator<ConsoleSafeNumber, void, undefined> {
  return walk(client, "/console/safe_list", fields, options);
}

/**
 * Take an entry off the safe list: `DELETE /console/safe_list/{Sid}`
 *
 * Whoever looks at masked numbers takes one off by its SID.
 */
export function deleteSafeNumberBySid(
  client: Client,
  fields: FieldsOf<"deleteSafeNumberBySid">,
  options?: CallOptions,
): Promise<Result<undefined, ErrorOf<"deleteSafeNumberBySid">>> {
  return ask(client, "DELETE", "/console/safe_list/{Sid}", fields, options);
}

/**
 * List the messages: `GET /sandbox/messages`
 *
 * What would have been sent, newest first, with the code in it. The inbox keeps the last 10,000 messages.
 */
export function listMessages(
  client: Client,
  fields?: FieldsOf<"listMessages">,
  options?: CallOptions,
): Promise<Result<MessagePage, ErrorOf<"listMessages">>> {
  return ask(client, "GET", "/sandbox/messages", fields, options);
}

/** Walks the list of `listMessages` over all its pages, and gives its items. Throws as `unwrap` does. */
export function paginateMessages(
  client: Client,
  fields?: FieldsOf<"listMessages">,
  options?: CallOptions,
): AsyncGenerator<Message, void, undefined> {
  return walk(client, "/sandbox/messages", fields, options);
}

/**
 * Wait for the next message: `GET /sandbox/messages/next`
 *
 * Answers as soon as there is a message after `After`, or from now on when `After` is missing. When none comes in time, the answer is `404`.
 */
export function fetchNextMessage(
  client: Client,
  fields?: FieldsOf<"fetchNextMessage">,
  options?: CallOptions,
): Promise<Result<Message, ErrorOf<"fetchNextMessage">>> {
  return ask(client, "GET", "/sandbox/messages/next", fields, options);
}

/**
 * Read an authenticator app: `GET /sandbox/totp`
 *
 * The code that an authenticator app which read the address shows now, by the sandbox's clock. It keeps nothing of the address.
 */
export function fetchTotpCode(
  client: Client,
  fields: FieldsOf<"fetchTotpCode">,
  options?: CallOptions,
): Promise<Result<TotpCode, ErrorOf<"fetchTotpCode">>> {
  return ask(client, "GET", "/sandbox/totp", fields, options);
}

/**
 * List the simulated phones: `GET /sandbox/devices`
 *
 * The phones that the sandbox plays, newest first and the last 10,000, each with what waits for its answer.
 */
export function listDevices(
  client: Client,
  fields?: FieldsOf<"listDevices">,
  options?: CallOptions,
): Promise<Result<SandboxDevicePage, ErrorOf<"listDevices">>> {
  return ask(client, "GET", "/sandbox/devices", fields, options);
}

/** Walks the list of `listDevices` over all its pages, and gives its items. Throws as `unwrap` does. */
export function paginateDevices(
  client: Client,
  fields?: FieldsOf<"listDevices">,
  options?: CallOptions,
): AsyncGenerator<SandboxDevice, void, undefined> {
  return walk(client, "/sandbox/devices", fields, options);
}

/**
 * Enrol a simulated phone: `POST /sandbox/devices`
 *
 * For whoever has no phone with an app at hand: the sandbox makes a key, creates a push factor with it, and verifies that as an app does. What
 * challenges the factor is then answered for the phone. An entity that does not exist is made.
 *
 * The key is in memory alone, also where the sandbox keeps everything else in a file or in PostgreSQL: once it was started anew it plays the phone no
 * more, as though that was lost. The factor stays, and can be deleted.
 */
export function createDevice(
  client: Client,
  fields: FieldsOf<"createDevice">,
  options?: CallOptions,
): Promise<Result<SandboxDevice, ErrorOf<"createDevice">>> {
  return send(client, "/sandbox/devices", fields, options);
}

/**
 * Look at a simulated phone: `GET /sandbox/devices/{Sid}`
 *
 * The phone, with what waits for its answer. One whose factor was deleted is gone.
 */
export function fetchDevice(
  client: Client,
  fields: FieldsOf<"fetchDevice">,
  options?: CallOptions,
): Promise<Result<SandboxDevice, ErrorOf<"fetchDevice">>> {
  return ask(client, "GET", "/sandbox/devices/{Sid}", fields, options);
}

/**
 * Answer on a simulated phone: `POST /sandbox/devices/{Sid}/challenges/{ChallengeSid}`
 *
 * Does what the app does when the person approves or denies: fetches the challenge, signs what it shows with the phone's key, and
 * sends that.
 */
export function updateDeviceChallenge(
  client: Client,
  fields: FieldsOf<"updateDeviceChallenge">,
  options?: CallOptions,
): Promise<Result<Challenge, ErrorOf<"updateDeviceChallenge">>> {
  return send(client, "/sandbox/devices/{Sid}/challenges/{ChallengeSid}", fields, options);
}

/**
 * Read the clock: `GET /sandbox/clock`
 *
 * The time that the sandbox takes for now, and how far it is ahead.
 */
export function fetchClock(
  client: Client,
  fields?: Record<string, never>,
  options?: CallOptions,
): Promise<Result<SandboxClock, ErrorOf<"fetchClock">>> {
  return ask(client, "GET", "/sandbox/clock", fields, options);
}

/**
 * Advance the clock: `POST /sandbox/clock`
 *
 * Windows, limits and retention all obey. Time never runs backwards but by a reset.
 */
export function advanceClock(
  client: Client,
  fields: FieldsOf<"advanceClock">,
  options?: CallOptions,
): Promise<Result<SandboxClock, ErrorOf<"advanceClock">>> {
  return send(client, "/sandbox/clock", fields, options);
}

/**
 * Set the clock to the real time: `DELETE /sandbox/clock`
 *
 * What happened in the time ahead keeps its dates, which then lie in the future.
 */
export function resetClock(
  client: Client,
  fields?: Record<string, never>,
  options?: CallOptions,
): Promise<Result<undefined, ErrorOf<"resetClock">>> {
  return ask(client, "DELETE", "/sandbox/clock", fields, options);
}

/**
 * Read the faults: `GET /sandbox/faults`
 *
 * What the sandbox does worse than it could.
 */
export function fetchFaults(
  client: Client,
  fields?: Record<string, never>,
  options?: CallOptions,
): Promise<Result<SandboxFaults, ErrorOf<"fetchFaults">>> {
  return ask(client, "GET", "/sandbox/faults", fields, options);
}

/**
 * Set the faults: `POST /sandbox/faults`
 *
 * From now on the sandbox does just this worse: what is not given is as it should be. Operations of `/sandbox/…` and of `/console/…` are never slow
 * and never fail.
 */
export function setFaults(
  client: Client,
  fields?: FieldsOf<"setFaults">,
  options?: CallOptions,
): Promise<Result<SandboxFaults, ErrorOf<"setFaults">>> {
  return send(client, "/sandbox/faults", fields, options);
}

/**
 * Clear the faults: `DELETE /sandbox/faults`
 *
 * All works again as it should. So it does after a reset. Receipts that are late come when they were to come.
 */
export function clearFaults(
  client: Client,
  fields?: Record<string, never>,
  options?: CallOptions,
): Promise<Result<undefined, ErrorOf<"clearFaults">>> {
  return ask(client, "DELETE", "/sandbox/faults", fields, options);
}

/**
 * Read where events go: `GET /sandbox/webhook`
 *
 * The webhook that hears the events of the sandbox, with its secret.
 */
export function fetchSandboxWebhook(
  client: Client,
  fields?: Record<string, never>,
  options?: CallOptions,
): Promise<Result<SandboxWebhook, ErrorOf<"fetchSandboxWebhook">>> {
  return ask(client, "GET", "/sandbox/webhook", fields, options);
}

/**
 * Say where events go: `POST /sandbox/webhook`
 *
 * From now on the events of verifications, messages and accounts are posted there, as often and as signed as a
 * production server posts them to `COUNTERSIGN_WEBHOOK_URL`. It takes the place of the webhook before, and gets what waits for
 * that. What happened without a webhook is not told.
 */
export function setSandboxWebhook(
  client: Client,
  fields: FieldsOf<"setSandboxWebhook">,
  options?: CallOptions,
): Promise<Result<SandboxWebhook, ErrorOf<"setSandboxWebhook">>> {
  return send(client, "/sandbox/webhook", fields, options);
}

/**
 * Tell nobody of events: `DELETE /sandbox/webhook`
 *
 * What comes due is dropped, as long as there is no other webhook. A reset does the same.
 */
export function deleteSandboxWebhook(
  client: Client,
  fields?: Record<string, never>,
  options?: CallOptions,
): Promise<Result<undefined, ErrorOf<"deleteSandboxWebhook">>> {
  return ask(client, "DELETE", "/sandbox/webhook", fields, options);
}

/**
 * Send a test event: `POST /sandbox/webhook/test`
 *
 * Posts an event that did not happen, in the shape and with the signatures of those that do. Its verification and its attempt are made up. Without
 * a webhook the answer is `404`.
 */
export function sendTestEvent(
  client: Client,
  fields: FieldsOf<"sendTestEvent">,
  options?: CallOptions,
): Promise<Result<TestEvent, ErrorOf<"sendTestEvent">>> {
  return send(client, "/sandbox/webhook/test", fields, options);
}

/**
 * Forget everything: `POST /sandbox/reset`
 *
 * Verifications, attempts, messages and services are deleted, the clock is reset, and the first service stands as at the start, as does what a seed file has.
 */
export function resetSandbox(
  client: Client,
  fields?: Record<string, never>,
  options?: CallOptions,
): Promise<Result<undefined, ErrorOf<"resetSandbox">>> {
  return ask(client, "POST", "/sandbox/reset", fields, options);
}

/**
 * Start a verification: `POST /protected/{format}/phones/verification/start`
 *
 * Sends a code by SMS or call. A further start within the ten minutes sends the same code again under the same `uuid`, and does not extend them;
 * its channel and locale may differ, and another `custom_code` replaces the code.
 *
 * The parameters may stand in the query instead of the body.
 *
 * @deprecated
 */
export function startPhoneVerification(
  client: Client,
  fields: FieldsOf<"startPhoneVerification">,
  options?: CallOptions,
): Promise<Result<V1PhoneVerification, ErrorOf<"startPhoneVerification">>> {
  return send(client, "/protected/{format}/phones/verification/start", { ...fields, format: "json" }, options);
}

/**
 * Check a code: `GET /protected/{format}/phones/verification/check`
 *
 * A right code can be checked once: afterwards nothing is pending. A wrong code is an error, unlike on v2.
 *
 * The parameters may stand in a form body instead of the query, even though the method is `GET`.
 *
 * @deprecated
 */
export function checkPhoneVerification(
  client: Client,
  fields: FieldsOf<"checkPhoneVerification">,
  options?: CallOptions,
): Promise<Result<V1CheckResult, ErrorOf<"checkPhoneVerification">>> {
  return ask(client, "GET", "/protected/{format}/phones/verification/check", { ...fields, format: "json" }, options);
}

/**
 * Fetch the state of a verification: `GET /protected/{format}/phones/verification/status`
 *
 * Needs either the `uuid`, or the country code and the number; the `uuid` wins.
 *
 * The parameters may stand in a form body instead of the query, even though the method is `GET`.
 *
 * @deprecated
 */
export function fetchPhoneVerificationStatus(
  client: Client,
  fields?: FieldsOf<"fetchPhoneVerificationStatus">,
  options?: CallOptions,
): Promise<Result<V1VerificationStatus, ErrorOf<"fetchPhoneVerificationStatus">>> {
  return ask(client, "GET", "/protected/{format}/phones/verification/status", { ...fields, format: "json" }, options);
}

/**
 * Fetch what kind of line a number is: `GET /protected/{format}/phones/info`
 *
 * The parameters may stand in a form body instead of the query, even though the method is `GET`.
 *
 * @deprecated
 */
export function fetchPhoneInfo(
  client: Client,
  fields: FieldsOf<"fetchPhoneInfo">,
  options?: CallOptions,
): Promise<Result<V1PhoneInfo, ErrorOf<"fetchPhoneInfo">>> {
  return ask(client, "GET", "/protected/{format}/phones/info", { ...fields, format: "json" }, options);
}

/**
 * Report how a verification by a custom code ended: `POST /2010-04-01/Accounts/{ApiKey}/SMS/Messages/{SmsId}/Feedback.json`
 *
 * Only for messages that were sent with a `custom_code`. The API key is in the path, and there is no header; the answer is always JSON.
 *
 * @deprecated
 */
export function createFeedback(
  client: Client,
  fields: FieldsOf<"createFeedback">,
  options?: CallOptions,
): Promise<Result<V1Feedback, ErrorOf<"createFeedback">>> {
  return send(client, "/2010-04-01/Accounts/{ApiKey}/SMS/Messages/{SmsId}/Feedback.json", fields, options);
}

/**
 * Fetch the application of the API key: `GET /protected/{format}/app/details`
 *
 * Its name, and which of SMS, calls and OneTouch are on.
 *
 * @deprecated
 */
export function fetchApplicationDetails(
  client: Client,
  fields?: FieldsOf<"fetchApplicationDetails">,
  options?: CallOptions,
): Promise<Result<V1ApplicationDetails, ErrorOf<"fetchApplicationDetails">>> {
  return ask(client, "GET", "/protected/{format}/app/details", { ...fields, format: "json" }, options);
}

/**
 * Create an application: `POST /dashboard/{format}/applications`
 *
 * The only Dashboard call that is not signed: the account's integration key goes with the parameters.
 *
 * @deprecated
 */
export function createApplication(
  client: Client,
  fields: FieldsOf<"createApplication">,
  options?: CallOptions,
): Promise<Result<V1CreatedApplication, ErrorOf<"createApplication">>> {
  return send(client, "/dashboard/{format}/applications", { ...fields, format: "json" }, options);
}

/**
 * Fetch the application: `GET /dashboard/{format}/application/details`
 *
 * Needs no more than the permission `read`.
 *
 * @deprecated
 */
export function fetchApplication(
  client: Client,
  fields: FieldsOf<"fetchApplication">,
  options?: CallOptions,
): Promise<Result<V1DashboardApplicationDetails, ErrorOf<"fetchApplication">>> {
  return ask(client, "GET", "/dashboard/{format}/application/details", { ...fields, format: "json" }, options);
}

/**
 * Rename the application: `POST /dashboard/{format}/application/update`
 *
 * Needs the permission `write`.
 *
 * @deprecated
 */
export function updateApplication(
  client: Client,
  fields: FieldsOf<"updateApplication">,
  options?: CallOptions,
): Promise<Result<V1DashboardApplicationDetails, ErrorOf<"updateApplication">>> {
  return send(client, "/dashboard/{format}/application/update", { ...fields, format: "json" }, options);
}

/**
 * Delete the application: `POST /dashboard/{format}/application/delete`
 *
 * Needs the permission `admin`. The v2 Service that the application is goes with it, and so does everything that waits for its webhooks.
 *
 * @deprecated
 */
export function deleteApplication(
  client: Client,
  fields: FieldsOf<"deleteApplication">,
  options?: CallOptions,
): Promise<Result<V1Acknowledgement, ErrorOf<"deleteApplication">>> {
  return send(client, "/dashboard/{format}/application/delete", { ...fields, format: "json" }, options);
}

/**
 * List the access keys: `GET /dashboard/{format}/application/access_keys`
 *
 * Needs the permission `admin`.
 *
 * @deprecated
 */
export function listAccessKeys(
  client: Client,
  fields: FieldsOf<"listAccessKeys">,
  options?: CallOptions,
): Promise<Result<V1AccessKeyList, ErrorOf<"listAccessKeys">>> {
  return ask(client, "GET", "/dashboard/{format}/application/access_keys", { ...fields, format: "json" }, options);
}

/**
 * Create an access key: `POST /dashboard/{format}/application/access_keys`
 *
 * Needs the permission `admin`. The value is shown this once.
 *
 * @deprecated
 */
export function createAccessKey(
  client: Client,
  fields: FieldsOf<"createAccessKey">,
  options?: CallOptions,
): Promise<Result<V1AccessKeyResult, ErrorOf<"createAccessKey">>> {
  return send(client, "/dashboard/{format}/application/access_keys", { ...fields, format: "json" }, options);
}

/**
 * Fetch an access key: `GET /dashboard/{format}/application/access_keys/{id}`
 *
 * Needs the permission `admin`.
 *
 * @deprecated
 */
export function fetchAccessKey(
  client: Client,
  fields: FieldsOf<"fetchAccessKey">,
  options?: CallOptions,
): Promise<Result<V1AccessKeyResult, ErrorOf<"fetchAccessKey">>> {
  return ask(client, "GET", "/dashboard/{format}/application/access_keys/{id}", { ...fields, format: "json" }, options);
}

/**
 * Delete an access key: `POST /dashboard/{format}/application/access_keys/{id}/delete`
 *
 * Needs the permission `admin`.
 *
 * @deprecated
 */
export function deleteAccessKey(
  client: Client,
  fields: FieldsOf<"deleteAccessKey">,
  options?: CallOptions,
): Promise<Result<V1Acknowledgement, ErrorOf<"deleteAccessKey">>> {
  return send(
    client,
    "/dashboard/{format}/application/access_keys/{id}/delete",
    { ...fields, format: "json" },
    options,
  );
}

/**
 * Enable OneTouch: `POST /dashboard/{format}/application/onetouch/enable`
 *
 * Needs the permission `write`.
 *
 * @deprecated
 */
export function enableOneTouch(
  client: Client,
  fields: FieldsOf<"enableOneTouch">,
  options?: CallOptions,
): Promise<Result<V1Acknowledgement, ErrorOf<"enableOneTouch">>> {
  return send(client, "/dashboard/{format}/application/onetouch/enable", { ...fields, format: "json" }, options);
}

/**
 * Set where answers to approval requests go: `POST /dashboard/{format}/application/onetouch/callback`
 *
 * Needs the permission `write`.
 *
 * @deprecated
 */
export function updateOneTouchCallback(
  client: Client,
  fields: FieldsOf<"updateOneTouchCallback">,
  options?: CallOptions,
): Promise<Result<V1Acknowledgement, ErrorOf<"updateOneTouchCallback">>> {
  return send(client, "/dashboard/{format}/application/onetouch/callback", { ...fields, format: "json" }, options);
}

/**
 * Ask a user for an approval: `POST /onetouch/{format}/users/{authy_id}/approval_requests`
 *
 * Only if OneTouch is enabled for the application. The service has no users: the sandbox plays that there is one, who never answers, and
 * a production server answers 60004 for `authy_id`.
 *
 * @deprecated
 */
export function createApprovalRequest(
  client: Client,
  fields: FieldsOf<"createApprovalRequest">,
  options?: CallOptions,
): Promise<Result<V1CreatedApprovalRequest, ErrorOf<"createApprovalRequest">>> {
  return send(client, "/onetouch/{format}/users/{authy_id}/approval_requests", { ...fields, format: "json" }, options);
}

/**
 * List the webhooks: `GET /dashboard/{format}/application/webhooks`
 *
 * Needs the permission `write`, since the answer has the signing keys.
 *
 * @deprecated
 */
export function listDashboardWebhooks(
  client: Client,
  fields: FieldsOf<"listDashboardWebhooks">,
  options?: CallOptions,
): Promise<Result<V1WebhookList, ErrorOf<"listDashboardWebhooks">>> {
  return ask(client, "GET", "/dashboard/{format}/application/webhooks", { ...fields, format: "json" }, options);
}

/**
 * Create a webhook: `POST /dashboard/{format}/application/webhooks`
 *
 * Needs the permission `write`. An application has at most 20 webhooks. V1 dashboard tells how events arrive.
 *
 * @deprecated
 */
export function createDashboardWebhook(
  client: Client,
  fields: FieldsOf<"createDashboardWebhook">,
  options?: CallOptions,
): Promise<Result<V1CreatedWebhook, ErrorOf<"createDashboardWebhook">>> {
  return send(client, "/dashboard/{format}/application/webhooks", { ...fields, format: "json" }, options);
}

/**
 * Delete a webhook: `DELETE /dashboard/{format}/application/webhooks/{id}`
 *
 * Needs the permission `write`. The credentials may stand in a form body instead of the query.
 *
 * @deprecated
 */
export function deleteDashboardWebhook(
  client: Client,
  fields: FieldsOf<"deleteDashboardWebhook">,
  options?: CallOptions,
): Promise<Result<V1Acknowledgement, ErrorOf<"deleteDashboardWebhook">>> {
  return ask(client, "DELETE", "/dashboard/{format}/application/webhooks/{id}", { ...fields, format: "json" }, options);
}

/**
 * Process accounts in bulk: `POST /dashboard/{format}/accounts/process`
 *
 * Needs the permission `admin`. The service has nothing to do with the accounts, and answers their ids.
 *
 * @deprecated
 */
export function processAccounts(
  client: Client,
  fields: FieldsOf<"processAccounts">,
  options?: CallOptions,
): Promise<Result<V1ProcessedAccounts, ErrorOf<"processAccounts">>> {
  return send(client, "/dashboard/{format}/accounts/process", { ...fields, format: "json" }, options);
}
