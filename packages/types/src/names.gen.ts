// Generated from the OpenAPI document by `npm run generate`. Do not edit.

import type { components } from "./openapi.gen.ts";

type Schemas = components["schemas"];

/** A phone number in E.164, as `+12025550123` without blanks or dashes, or an e-mail address. */
export type RecipientText = Schemas["RecipientText"];

/**
 * Whom one e-mail comes from, and what it says. For `email` only. The message of a re-send is as its own start says.
 * Another member is refused with 60200, whose `details` name it.
 */
export type ChannelConfiguration = Schemas["ChannelConfiguration"];

/** One template that may be used. */
export type TemplateChoice = Schemas["TemplateChoice"];

/** Whom to verify, by which channel, and how the message reads. A second start within the window sends the same code again. */
export type CreateVerificationRequest = Schemas["CreateVerificationRequest"];

/** How a code reaches the person. */
export type Channel = Schemas["Channel"];

/** The carrier and the kind of line. */
export type LookupCarrier = Schemas["LookupCarrier"];

/** The lookup made at the start. Empty when the service has `lookup_enabled` off. */
export type Lookup = Schemas["Lookup"];

/** One send of the code. */
export type SendCodeAttempt = Schemas["SendCodeAttempt"];

/** The silent network authentication of this verification. */
export type Sna = Schemas["Sna"];

/** One proof that a person holds a phone number or an e-mail address, from its start until it is approved, cancelled, used up or expired. */
export type Verification = Schemas["Verification"];

/** The body of every refusal of v2. `code` is the number of the error in the catalogue; a client decides on it, never on the text. */
export type ApiError = Schemas["Error"];

/**
 * Why a text is no identity: it has fewer than 8 or more than 64 characters, it is an e-mail address, it has an underscore or a blank, or some other
 * character that is no letter from A to Z, no digit and no dash.
 */
export type IdentityFault = Schemas["IdentityFault"];

/** `Content-Type`, when the body is of a type that the operation reads no parameters from, as JSON where a form is due. */
export type UnreadPart = Schemas["UnreadPart"];

/** What the request names and the operation does not know there, up to eight names. Capitals count. Those of the address begin with `?`. */
export type UnknownParameters = Schemas["UnknownParameters"];

/** What is wrong within the parameter, where its name alone does not tell. */
export type InvalidParameterDetails = Schemas["InvalidParameterDetails"];

/** A template that cannot be used for this verification. */
export type UnusableTemplate = Schemas["UnusableTemplate"];

/** Why none of the templates can be used. */
export type TemplatesDetails = Schemas["TemplatesDetails"];

/** What the request holds in place of what is missing. */
export type UnheededDetails = Schemas["UnheededDetails"];

/** How long the numbers around this one are throttled. */
export type ThrottledDetails = Schemas["ThrottledDetails"];

/**
 * What a key may do: `start` verifications; `check` them, which a change of their status is, too; `read` what there is; `manage` services, rate limits and
 * buckets. `console:read` shows what the console shows, and includes `read`; `console:write` does what the console does, and includes `console:read`,
 * `manage` and `read`. An account's auth token has all of them.
 */
export type Scope = Schemas["Scope"];

/** What the key lacks, or what a device may not. */
export type ForbiddenDetails = Schemas["ForbiddenDetails"];

/** Which parameter names what does not exist, where it is not the path. */
export type NotFoundDetails = Schemas["NotFoundDetails"];

/**
 * How long a limit is used up. Where it is a rate limit of the service, also which; without `rate_limit` it is one of the account, of the recipient or of the
 * client's address. It never repeats the value that was counted.
 */
export type TooManyRequestsDetails = Schemas["TooManyRequestsDetails"];

/** How long the recipient is held. The header `Retry-After` does not repeat it, since a transport that waits by itself would send again what a person has to decide. */
export type WaitDetails = Schemas["WaitDetails"];

/** Names the verification by `To` or by `VerificationSid`, and gives what the person typed. Where both are given they must name the same one, else none is found and nothing is counted. */
export type CreateVerificationCheckRequest = Schemas["CreateVerificationCheckRequest"];

/** Why one attempt of silent network authentication failed. These codes are no refusals of the API; the numbers 60001 to 60008 mean other things there. */
export type SnaAttemptError = Schemas["SnaAttemptError"];

/** The result of one check of a code, or of a silent network authentication. */
export type VerificationCheck = Schemas["VerificationCheck"];

/** Why there is no pending verification. */
export type VerificationNotFoundDetails = Schemas["VerificationNotFoundDetails"];

/**
 * The verification cannot be read, changed or checked any more, or there never was one.
 * `details.reason` tells the account that owns it which of these happened; a `message` alone does not.
 */
export type VerificationNotFound = Schemas["VerificationNotFound"];

/** Ends a pending verification. */
export type UpdateVerificationRequest = Schemas["UpdateVerificationRequest"];

/** What a send cost. It may change until the carrier has settled it. */
export type AttemptPrice = Schemas["AttemptPrice"];

/** What the channel reports of a send. A call has `call_status`, every other channel has `message_status`. */
export type AttemptChannelData = Schemas["AttemptChannelData"];

/** One send of a code, and what became of it. It is kept for 30 days. */
export type Attempt = Schemas["Attempt"];

/** Where a page of a list stands. The addresses are absolute and carry the filters; follow them as they are. */
export type PageMeta = Schemas["PageMeta"];

/** One page of the account's attempts, newest first. */
export type AttemptPage = Schemas["AttemptPage"];

/** How many sends there were, and how many led to the right code. */
export type AttemptsSummary = Schemas["AttemptsSummary"];

/** The settings of push factors. */
export type ServicePush = Schemas["ServicePush"];

/** The settings of authenticator apps. A setting that was never made is null, and its default applies. */
export type ServiceTotp = Schemas["ServiceTotp"];

/** The sender of WhatsApp messages. */
export type ServiceWhatsapp = Schemas["ServiceWhatsapp"];

/** The party that a passkey is bound to. */
export type PasskeysRelyingParty = Schemas["PasskeysRelyingParty"];

/** The settings of passkeys. */
export type ServicePasskeys = Schemas["ServicePasskeys"];

/** The absolute addresses of what belongs to a service. They lead only to what answers, so what a server does not have is left out. */
export type ServiceLinks = Schemas["ServiceLinks"];

/** The settings that verifications share, and the name under which their messages go out. */
export type Service = Schemas["Service"];

/** One page of the account's services, oldest first. */
export type ServicePage = Schemas["ServicePage"];

/** The settings of a new service. */
export type CreateServiceRequest = Schemas["CreateServiceRequest"];

/** What is wrong within the parameter, where its name alone does not tell. What was sent is not repeated. */
export type InvalidRequestDetails = Schemas["InvalidRequestDetails"];

/** The settings to change. Those left out stay as they are. An empty text unsets what may be null, and leaves the name. */
export type UpdateServiceRequest = Schemas["UpdateServiceRequest"];

/** The absolute addresses of what belongs to a rate limit. */
export type RateLimitLinks = Schemas["RateLimitLinks"];

/** Something of which a service counts the starts, as the address of the person who asks. Its buckets say how many are allowed in how long. */
export type RateLimit = Schemas["RateLimit"];

/** One page of the service's rate limits, oldest first. */
export type RateLimitPage = Schemas["RateLimitPage"];

/** A new rate limit. It limits nothing until it has a bucket. */
export type CreateRateLimitRequest = Schemas["CreateRateLimitRequest"];

/** What to change. An empty description becomes null. */
export type UpdateRateLimitRequest = Schemas["UpdateRateLimitRequest"];

/** How many starts with one value are allowed in how long. A rate limit with several buckets is used up as soon as one of them is. */
export type Bucket = Schemas["Bucket"];

/** One page of the rate limit's buckets, oldest first. */
export type BucketPage = Schemas["BucketPage"];

/** A new bucket. No two of a rate limit have the same interval. */
export type CreateBucketRequest = Schemas["CreateBucketRequest"];

/** What to change. What is left out stays as it is. */
export type UpdateBucketRequest = Schemas["UpdateBucketRequest"];

/** The SMS route by which a service sends to one country, or to all that have none of their own. It is named by its country, and has no SID. */
export type MessagingConfiguration = Schemas["MessagingConfiguration"];

/** One page of the service's messaging configurations, oldest first. */
export type MessagingConfigurationPage = Schemas["MessagingConfigurationPage"];

/** A new messaging configuration. A service has at most one for each country, and one for `all`. */
export type CreateMessagingConfigurationRequest = Schemas["CreateMessagingConfigurationRequest"];

/** Another route. The next start to the country leaves by it. */
export type UpdateMessagingConfigurationRequest = Schemas["UpdateMessagingConfigurationRequest"];

/** A template's text in one language. */
export type TemplateTranslation = Schemas["TemplateTranslation"];

/** How a message reads, in one language or several. The operator of a server writes templates into a file; no operation makes one. */
export type Template = Schemas["Template"];

/** One page of the templates. */
export type TemplatePage = Schemas["TemplatePage"];

/** A number that sends are not to be kept from. */
export type CreateSafeNumberRequest = Schemas["CreateSafeNumberRequest"];

/** A number that the account has on its safe list. */
export type SafeNumber = Schemas["SafeNumber"];

/** The requests of a form, each as a JSON Schema of its form body. */
export type FormSchemas = Schemas["FormSchemas"];

/** The fields of the requests by which a device is enrolled and challenged. */
export type Form = Schemas["Form"];

/** A name of your own for a person. */
export type IdentityText = Schemas["IdentityText"];

/** Whose device may be enrolled, and for how long. */
export type CreateAccessTokenRequest = Schemas["CreateAccessTokenRequest"];

/** What lets an app enrol one device for one person, once and soon. */
export type AccessToken = Schemas["AccessToken"];

/** The absolute addresses of what belongs to an entity. */
export type EntityLinks = Schemas["EntityLinks"];

/** A person of yours, under the name that your program knows. Factors and challenges belong to it. */
export type Entity = Schemas["Entity"];

/** One page of the service's entities, newest first. */
export type EntityPage = Schemas["EntityPage"];

/** A person, under a name of your own. */
export type CreateEntityRequest = Schemas["CreateEntityRequest"];

/** What factors of every type have. */
export type FactorOfAnyType = Schemas["FactorOfAnyType"];

/** How the codes of an authenticator app are made, and how far clocks may differ. */
export type TotpConfig = Schemas["TotpConfig"];

/** The app and the device that a push factor is on. */
export type PushConfig = Schemas["PushConfig"];

/** To whom a passkey belongs, and what was asked of its authenticator. */
export type PasskeysConfig = Schemas["PasskeysConfig"];

/** Something by which a person proves to be who they are, as an authenticator app or a phone. What it is proven by is shown once, when it is created. */
export type Factor = Schemas["Factor"];

/** One page of the entity's factors, newest first. */
export type FactorPage = Schemas["FactorPage"];

/** A new factor of an entity, which is made with it where there is none. */
export type CreateNewFactorRequest = Schemas["CreateNewFactorRequest"];

/** What a new factor is proven by. The members are those of its type. */
export type FactorBinding = Schemas["FactorBinding"];

/** A passkey, as browsers are told of it. */
export type PasskeyDescriptor = Schemas["PasskeyDescriptor"];

/** What a page gives the browser to make a passkey: `publicKey`, by `PublicKeyCredential.parseCreationOptionsFromJSON()`, is what `navigator.credentials.create()` takes. */
export type PasskeyCreationOptions = Schemas["PasskeyCreationOptions"];

/** A factor that was just created. `binding` is in no other answer. */
export type NewFactor = Schemas["NewFactor"];

/** How long the limit still holds. The header `Retry-After` does not repeat it, since it is no use to send the same again by itself. */
export type FactorWaitDetails = Schemas["FactorWaitDetails"];

/** What to change, or the proof that verifies the factor, or both. */
export type UpdateFactorRequest = Schemas["UpdateFactorRequest"];

/** One line of what is told to the person who is to answer. */
export type ChallengeField = Schemas["ChallengeField"];

/** What is told to the person who is to answer. What was not sent is left out. */
export type ChallengeDetails = Schemas["ChallengeDetails"];

/** The absolute addresses of what belongs to a challenge. They lead only to what answers, and for an authenticator app there is nothing. */
export type ChallengeLinks = Schemas["ChallengeLinks"];

/** One question to the holder of a factor, which one right answer ends. */
export type Challenge = Schemas["Challenge"];

/** One page of an entity's challenges. */
export type ChallengePage = Schemas["ChallengePage"];

/** For `totp` alone, the code that the app shows. One of another length than the factor's is a wrong one, and counts. */
export type AuthenticatorCode = Schemas["AuthenticatorCode"];

/** Which factor is to be proven, for how long, and perhaps the code that proves it. */
export type CreateChallengeRequest = Schemas["CreateChallengeRequest"];

/** What answers the challenge, or what is to be kept with it. */
export type UpdateChallengeRequest = Schemas["UpdateChallengeRequest"];

/** How long the notification is worth delivering. */
export type CreateNotificationRequest = Schemas["CreateNotificationRequest"];

/** One push that tells a phone of a challenge. */
export type Notification = Schemas["Notification"];

/** The party that a passkey is bound to. */
export type PasskeysRelyingPartyRequest = Schemas["PasskeysRelyingPartyRequest"];

/** What of the service's settings is to be otherwise for this passkey. What is left out, null, empty or `{}` is as the service says. */
export type PasskeysConfigRequest = Schemas["PasskeysConfigRequest"];

/** A new passkey of a person. The names may be in camelCase as well, and what is null or an empty object counts as left out. */
export type CreateNewFactorPasskeyRequest = Schemas["CreateNewFactorPasskeyRequest"];

/** A passkey of a person. */
export type PasskeysFactor = Schemas["PasskeysFactor"];

/** A passkey that was just created. `options` are in no other answer. */
export type NewPasskeysFactor = Schemas["NewPasskeysFactor"];

/** The new passkey, as its authenticator and the browser tell of it. */
export type PasskeyAttestation = Schemas["PasskeyAttestation"];

/** What `navigator.credentials.create()` gave the page, by its `toJSON()`. Further members do no harm, and what is null counts as left out. */
export type UpdatePasskeysFactorRequest = Schemas["UpdatePasskeysFactorRequest"];

/** Whose passkey is asked for: anybody's, one person's, or one passkey. The names may be in camelCase as well, and what is null counts as left out. */
export type CreateChallengePasskeysRequest = Schemas["CreateChallengePasskeysRequest"];

/** What a page gives the browser to log in: `publicKey`, by `PublicKeyCredential.parseRequestOptionsFromJSON()`, is what `navigator.credentials.get()` takes. */
export type PasskeyRequestOptions = Schemas["PasskeyRequestOptions"];

/** One login by passkey, which a right answer approves once. Who logs in stands in it once that is known. */
export type PasskeyChallenge = Schemas["PasskeyChallenge"];

/** The login, as the authenticator and the browser tell of it. */
export type PasskeyAssertion = Schemas["PasskeyAssertion"];

/** What `navigator.credentials.get()` gave the page, by its `toJSON()`. Further members do no harm, and what is null counts as left out. */
export type UpdateChallengePasskeysRequest = Schemas["UpdateChallengePasskeysRequest"];

/** Something of which a webhook hears; `*` is all of it. */
export type WebhookEventType = Schemas["WebhookEventType"];

/** An address that hears of the factors and challenges of a service. */
export type Webhook = Schemas["Webhook"];

/** One page of the service's webhooks, newest first. */
export type WebhookPage = Schemas["WebhookPage"];

/** A new webhook. Without `Status` it is `enabled`, and without `Version` its posts are `v2`. */
export type CreateWebhookRequest = Schemas["CreateWebhookRequest"];

/** What came of the test post. The receiver's answer is not repeated. */
export type WebhookTestDetails = Schemas["WebhookTestDetails"];

/** What to change. What is left out stays. */
export type UpdateWebhookRequest = Schemas["UpdateWebhookRequest"];

/** The kind of line, and whose network it is on. */
export type LineTypeIntelligence = Schemas["LineTypeIntelligence"];

/** The answer to a part of `Fields` that there is no data for here. It has none of the members that the hosted service gives beside its `error_code`. */
export type LookupNotEnabled = Schemas["LookupNotEnabled"];

/** What a lookup told about a phone number. What was not asked for is null, and so is all that is told of a number that is none. */
export type PhoneNumber = Schemas["PhoneNumber"];

/** What the carrier answered. */
export type SnaResult = Schemas["SnaResult"];

/** The same as a form. */
export type SnaResultText = Schemas["SnaResultText"];

/** How far a message came. */
export type ProcessReceiptRequest = Schemas["ProcessReceiptRequest"];

/** Who uses the console, and what they may do. */
export type ConsoleSession = Schemas["ConsoleSession"];

/** Who logs in. */
export type CreateConsoleSessionRequest = Schemas["CreateConsoleSessionRequest"];

/** The error of an answer, with what the catalogue says of it. */
export type ConsoleRequestError = Schemas["ConsoleRequestError"];

/** A request, and how it was answered. Codes and secrets in it read `••••••`. */
export type ConsoleRequest = Schemas["ConsoleRequest"];

/** The requests that the sandbox keeps. */
export type ConsoleRequestList = Schemas["ConsoleRequestList"];

/** Whom to erase, by a recipient, by an identity, or by both at once. */
export type CreateErasureRequest = Schemas["CreateErasureRequest"];

/** How much of a person was erased. Nothing of him is in it. */
export type Erasure = Schemas["Erasure"];

/** Who did what, when, and from where. */
export type AuditEntry = Schemas["AuditEntry"];

/** One page of the account's audit trail, newest first. */
export type AuditPage = Schemas["AuditPage"];

/** How often it happened. By error, only `undelivered` and `refused_starts` can be more than 0; by provider, only `sends`, `delivered` and `undelivered`. */
export type FigureCounts = Schemas["FigureCounts"];

/** What happened in one hour or one day to one group. */
export type Figure = Schemas["Figure"];

/** What happened to one group in the whole period. */
export type FigureTotal = Schemas["FigureTotal"];

/** What happened in a whole period, to all groups and to what has none. */
export type FigureSum = Schemas["FigureSum"];

/** What happened in a period. */
export type Figures = Schemas["Figures"];

/** A message that a verification of the service would send, with a made-up code. */
export type MessagePreview = Schemas["MessagePreview"];

/** A verification as the console shows it, whatever became of it. It is kept for 30 days after it ended. */
export type ConsoleVerification = Schemas["ConsoleVerification"];

/** One page of the account's verifications, newest first. */
export type ConsoleVerificationPage = Schemas["ConsoleVerificationPage"];

/** Something that happened to a verification. What does not belong to its kind is null. */
export type VerificationLogEvent = Schemas["VerificationLogEvent"];

/** Everything that happened to a verification, oldest first. */
export type VerificationLog = Schemas["VerificationLog"];

/** The whole recipient of a verification or of a refused start, or a number on the safe list. */
export type RevealedRecipient = Schemas["RevealedRecipient"];

/** A start that was refused, by v2 or by v1, so that nothing was sent. It is kept for 30 days. */
export type RefusedStart = Schemas["RefusedStart"];

/** One page of the account's refused starts, newest first. */
export type RefusedStartPage = Schemas["RefusedStartPage"];

/** A key with which a program calls in the name of its account. Its secret is shown once, when it is made or rotated. */
export type ApiKey = Schemas["ApiKey"];

/** One page of the account's keys, oldest first. */
export type ApiKeyPage = Schemas["ApiKeyPage"];

/** A scope, or several with a space between. */
export type ScopeList = Schemas["ScopeList"];

/** What the key is for, and what it may do. */
export type CreateKeyRequest = Schemas["CreateKeyRequest"];

/** A key with its new secret, which nobody can read again. */
export type ApiKeySecret = Schemas["ApiKeySecret"];

/** How long the secret before works, too. */
export type RotateKeyRequest = Schemas["RotateKeyRequest"];

/** A service that clients of v1 may use. */
export type ConsoleApplication = Schemas["ConsoleApplication"];

/** The account's applications of v1, oldest first. */
export type ConsoleApplicationList = Schemas["ConsoleApplicationList"];

/** Something on its way to one webhook. */
export type Post = Schemas["Post"];

/** One page of the account's posts, newest first. */
export type PostPage = Schemas["PostPage"];

/** A way out for messages, as a mail server, an SMS centre or a gateway, or for pushes, as Firebase Cloud Messaging. */
export type Provider = Schemas["Provider"];

/** The account's messages that were not handed over yet, those under way included. */
export type DeliveryQueue = Schemas["DeliveryQueue"];

/** The providers, and what waits for them. */
export type ProviderList = Schemas["ProviderList"];

/** Whether a provider gets messages. */
export type UpdateProviderRequest = Schemas["UpdateProviderRequest"];

/** Where a test message goes. */
export type TestProviderRequest = Schemas["TestProviderRequest"];

/** What a provider said to a test message. */
export type ProviderTest = Schemas["ProviderTest"];

/** A named way out for SMS, which messaging configurations name. */
export type SmsRoute = Schemas["SmsRoute"];

/** The SMS routes that messaging configurations may name. */
export type SmsRouteList = Schemas["SmsRouteList"];

/** The beginning of numbers whose starts outran their approvals. */
export type GuardPrefix = Schemas["GuardPrefix"];

/** So many sends at most in a time that slides. */
export type GuardLimit = Schemas["GuardLimit"];

/** By channel, `allowed` where nothing watches over prefixes, `guarded` where the guard does, `blocked` where nothing is sent. */
export type GuardCountryChannels = Schemas["GuardCountryChannels"];

/** Whether the account may send to a country. */
export type GuardCountry = Schemas["GuardCountry"];

/** What passes the guard whatever its traffic. */
export type GuardSafeList = Schemas["GuardSafeList"];

/** What keeps the account's sends within bounds. */
export type Guard = Schemas["Guard"];

/** What would become of a start. */
export type GuardVerdict = Schemas["GuardVerdict"];

/** A number on the account's safe list, as people look at it. */
export type ConsoleSafeNumber = Schemas["ConsoleSafeNumber"];

/** One page of the account's safe list, newest first. */
export type SafeNumberPage = Schemas["SafeNumberPage"];

/** What a push tells a phone of. */
export type MessagePush = Schemas["MessagePush"];

/** What would have been sent to a person. */
export type Message = Schemas["Message"];

/** One page of the inbox. */
export type MessagePage = Schemas["MessagePage"];

/** What an authenticator app shows. */
export type TotpCode = Schemas["TotpCode"];

/** A phone that the sandbox plays. */
export type SandboxDevice = Schemas["SandboxDevice"];

/** One page of the phones that the sandbox plays. */
export type SandboxDevicePage = Schemas["SandboxDevicePage"];

/** Whose phone it is, and what it is called. */
export type CreateDeviceRequest = Schemas["CreateDeviceRequest"];

/** What the person does on the phone. */
export type UpdateDeviceChallengeRequest = Schemas["UpdateDeviceChallengeRequest"];

/** The time in the sandbox. */
export type SandboxClock = Schemas["SandboxClock"];

/** How far the clock goes ahead. */
export type AdvanceClockRequest = Schemas["AdvanceClockRequest"];

/** What the sandbox does worse than it could. */
export type SandboxFaults = Schemas["SandboxFaults"];

/** What the sandbox is to do worse. */
export type SetFaultsRequest = Schemas["SetFaultsRequest"];

/** What hears the events of the sandbox. */
export type SandboxWebhook = Schemas["SandboxWebhook"];

/** Where events go, and how they are signed. */
export type SetSandboxWebhookRequest = Schemas["SetSandboxWebhookRequest"];

/** Which event is posted. */
export type SendTestEventRequest = Schemas["SendTestEventRequest"];

/** A post that is about to be tried. */
export type TestEvent = Schemas["TestEvent"];

/** Which number to verify, and how the code reaches it. */
export type V1StartVerificationRequest = Schemas["V1StartVerificationRequest"];

/**
 * The JSON body beside it, written in XML as Rails' `Hash#to_xml` does it:
 *
 * - the root is `<hash>`, or `<errors>` for an error;
 * - names are dasherised: `error_code` becomes `<error-code>`;
 * - a string has no attribute; others have `type="integer"`, `type="boolean"` or `type="array"`;
 * - null is an empty element with `nil="true"`;
 * - an item of an array has the array's name in the singular.
 *
 * In a request the name of the root and the `type` attributes do not matter, and names may have underscores or dashes. A document type
 * declaration is refused.
 */
export type XmlDocument = Schemas["XmlDocument"];

/** What was sent, and how long its code is valid. */
export type V1PhoneVerification = Schemas["V1PhoneVerification"];

/**
 * The body of every refusal of v1. `error_code` is the number of the error in the catalogue, as a string; a client decides on it, never on
 * the text. The body has no HTTP status. The order of the properties may differ from error to error.
 */
export type V1Error = Schemas["V1Error"];

/** The code was right. A wrong code is an error. */
export type V1CheckResult = Schemas["V1CheckResult"];

/** The state of a verification. */
export type V1VerificationStatus = Schemas["V1VerificationStatus"];

/** What kind of line a number is. */
export type V1PhoneInfo = Schemas["V1PhoneInfo"];

/** How the verification by a custom code ended. */
export type V1CreateFeedbackRequest = Schemas["V1CreateFeedbackRequest"];

/** The recorded outcome. */
export type V1Feedback = Schemas["V1Feedback"];

/** An application. It is a v2 Service, seen through its API key. */
export type V1Application = Schemas["V1Application"];

/** The application that the API key belongs to. */
export type V1ApplicationDetails = Schemas["V1ApplicationDetails"];

/** The new application, and whom to ask about it. */
export type V1CreateApplicationRequest = Schemas["V1CreateApplicationRequest"];

/** An application, with its contact person and its OneTouch callback. */
export type V1DashboardApplication = Schemas["V1DashboardApplication"];

/** The credentials of a new application. They are shown this once. */
export type V1ApplicationCredentials = Schemas["V1ApplicationCredentials"];

/** The new application and its credentials. */
export type V1CreatedApplication = Schemas["V1CreatedApplication"];

/** The application that `app_api_key` names. */
export type V1DashboardApplicationDetails = Schemas["V1DashboardApplicationDetails"];

/** The application's new name. */
export type V1UpdateApplicationRequest = Schemas["V1UpdateApplicationRequest"];

/** The credentials of a signed call that has no other parameters. */
export type V1DashboardRequest = Schemas["V1DashboardRequest"];

/** The call was carried out. */
export type V1Acknowledgement = Schemas["V1Acknowledgement"];

/** An access key of an application. */
export type V1AccessKey = Schemas["V1AccessKey"];

/** The access keys of the application, oldest first. */
export type V1AccessKeyList = Schemas["V1AccessKeyList"];

/** The name and the permission of the new access key. */
export type V1CreateAccessKeyRequest = Schemas["V1CreateAccessKeyRequest"];

/** One access key. */
export type V1AccessKeyResult = Schemas["V1AccessKeyResult"];

/** Where the answers to approval requests go. */
export type V1UpdateOneTouchCallbackRequest = Schemas["V1UpdateOneTouchCallbackRequest"];

/** What the user is asked to approve. */
export type V1CreateApprovalRequestRequest = Schemas["V1CreateApprovalRequestRequest"];

/** A question to a user. */
export type V1ApprovalRequest = Schemas["V1ApprovalRequest"];

/** The approval request was made. */
export type V1CreatedApprovalRequest = Schemas["V1CreatedApprovalRequest"];

/** Something that a webhook can report. */
export type V1WebhookEvent = Schemas["V1WebhookEvent"];

/** A webhook of an application. */
export type V1Webhook = Schemas["V1Webhook"];

/** The webhooks of the application, oldest first. */
export type V1WebhookList = Schemas["V1WebhookList"];

/** The events to report, and where to. */
export type V1CreateWebhookRequest = Schemas["V1CreateWebhookRequest"];

/** The new webhook. */
export type V1CreatedWebhook = Schemas["V1CreatedWebhook"];

/** The accounts to process. */
export type V1ProcessAccountsRequest = Schemas["V1ProcessAccountsRequest"];

/** The accounts that were processed. */
export type V1ProcessedAccounts = Schemas["V1ProcessedAccounts"];

/** The verification that it happened to. */
export type VerificationEventData = Schemas["VerificationEventData"];

/** What happened to a verification. It holds neither the recipient nor the code. */
export type VerificationEvent = Schemas["VerificationEvent"];

/** The attempt that it is about. */
export type AttemptEventData = Schemas["AttemptEventData"];

/** What became of a message. It holds neither the recipient nor the code. */
export type AttemptEvent = Schemas["AttemptEvent"];

/** The account, and what its checks came to. */
export type AccountEventData = Schemas["AccountEventData"];

/** What was noticed of an account. It holds neither recipients nor codes. */
export type AccountEvent = Schemas["AccountEvent"];

/** One send of the code. */
export type StreamedSend = Schemas["StreamedSend"];

/** Every send of the code until then, oldest first. */
export type StreamedSendList = Schemas["StreamedSendList"];

/** One check. An approval by the caller, without a check, is none. */
export type StreamedCheck = Schemas["StreamedCheck"];

/** Every check that was evaluated until then, oldest first. */
export type StreamedCheckList = Schemas["StreamedCheckList"];

/** The verification as it was when that happened. */
export type StreamedVerification = Schemas["StreamedVerification"];

/** What happened to a verification, as an event of Event Streams. */
export type StreamedVerificationEvent = Schemas["StreamedVerificationEvent"];

/** The attempt whose message it is about. */
export type StreamedAttempt = Schemas["StreamedAttempt"];

/** What became of a message, as an event of Event Streams. */
export type StreamedAttemptEvent = Schemas["StreamedAttemptEvent"];

/** What was noticed of an account, for which Event Streams has no event. It is told whatever a service says of events. */
export type StreamedAccountEvent = Schemas["StreamedAccountEvent"];

/** One event, in a list as Event Streams posts them. */
export type StreamedEventList = Schemas["StreamedEventList"];

/**
 * What happened to a factor or to a challenge. What an event does not have is left out: a factor's has nothing of a challenge. A webhook of version
 * `v1` gets `uuid`, `type`, `account_sid`, `service_sid`, `entity_identity`, `factor_sid`, `factor_type` and `challenge_sid` alone.
 */
export type FactorEvent = Schemas["FactorEvent"];
