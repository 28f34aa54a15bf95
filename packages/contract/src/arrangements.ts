import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { setTimeout } from "node:timers/promises";
// Published apart from this, and what no check of a server needs is not to be installed with it.
import { createAuthenticator } from "../../testing/src/authenticator.ts";
import type { Draft } from "./draft.ts";
import type { Read } from "./session.ts";
import { createApplication, type FictionalNumber, type World } from "./world.ts";

/**
 * What has to be there for an operation to succeed, and the request that then does; for operations whose required
 * parameters alone are not enough. Calls on the way are checked, too.
 */
export const arrangements: Record<string, (world: World) => Draft | Promise<Draft>> = {
  createVerification: (world) => startDraft(world),
  createVerificationCheck: async (world) => {
    const { body, to } = await start(world);
    const [message] = world.kind === "sandbox" ? await messagesTo(world, to) : [];
    const form = { VerificationSid: String(body.sid), Code: message?.code ?? "123456" };
    return { path: { ServiceSid: world.serviceSid }, form };
  },
  fetchVerification: async (world) => ({ path: ofService(world, (await start(world)).body.sid) }),
  updateVerification: async (world) => ({
    path: ofService(world, (await start(world)).body.sid),
    form: { Status: "canceled" },
  }),
  fetchAttempt: async (world) => ({ path: { Sid: (await start(world)).body.send_code_attempts?.[0]?.attempt_sid } }),
  fetchConsoleVerification: async (world) => ({ path: { Sid: String((await start(world)).body.sid) } }),
  updateConsoleVerification: async (world) => ({
    path: { Sid: String((await start(world)).body.sid) },
    form: { Status: "canceled" },
  }),
  listVerificationEvents: async (world) => ({ path: { Sid: String((await start(world)).body.sid) } }),
  revealRecipient: async (world) => ({ path: { Sid: String((await start(world)).body.sid) } }),
  fetchRefusedStart: async (world) => ({ path: { Sid: await refusedStart(world) } }),
  openSnaUrl: async (world) => {
    const { body } = await start(world, "sna");
    return { path: { Token: String(body.sna?.url ?? "").replace(/^.*\//, "") } };
  },
  deleteService: async (world) => ({ path: { Sid: await makeService(world) } }),
  fetchService: ({ serviceSid }) => ({ path: { Sid: serviceSid } }),
  fetchMessagePreview: ({ serviceSid }) => ({ path: { Sid: serviceSid } }),
  // What it is set to is no other operation's concern.
  updateService: async (world) => ({ path: { Sid: await makeService(world) } }),
  createRateLimit: (world) => rateLimitDraft(world),
  fetchRateLimit: async (world) => ({ path: ofService(world, await makeRateLimit(world)) }),
  updateRateLimit: async (world) => ({
    path: ofService(world, await makeRateLimit(world)),
    form: { Description: "Theirs" },
  }),
  deleteRateLimit: async (world) => ({ path: ofService(world, await makeRateLimit(world)) }),
  listBuckets: async (world) => ({ path: await ofNewRateLimit(world) }),
  createBucket: async (world) => ({ path: await ofNewRateLimit(world), form: bucket }),
  fetchBucket: async (world) => ({ path: await makeBucket(world) }),
  updateBucket: async (world) => ({ path: await makeBucket(world), form: { Max: "5" } }),
  deleteBucket: async (world) => ({ path: await makeBucket(world) }),
  createMessagingConfiguration: (world) => configurationDraft(world),
  fetchMessagingConfiguration: async (world) => ({ path: await makeConfiguration(world) }),
  updateMessagingConfiguration: async (world) => ({
    path: await makeConfiguration(world),
    form: { MessagingServiceSid: String(world.smsRoute) },
  }),
  deleteMessagingConfiguration: async (world) => ({ path: await makeConfiguration(world) }),
  createAccessToken: (world) => accessTokenDraft(world),
  fetchAccessToken: async (world) => {
    const { sid } = await made(world, "createAccessToken", accessTokenDraft(world));
    return { path: ofService(world, sid) };
  },
  createEntity: (world) => entityDraft(world),
  fetchEntity: async (world) => ({ path: await makeEntity(world) }),
  deleteEntity: async (world) => ({ path: await makeEntity(world) }),
  createNewFactor: (world) => factorDraft(world),
  listFactors: async (world) => ({ path: await makeEntity(world) }),
  fetchFactor: async (world) => ({ path: await makeFactor(world) }),
  updateFactor: async (world) => ({ path: await makeFactor(world), form: { AuthPayload: "000000" } }),
  deleteFactor: async (world) => ({ path: await makeFactor(world) }),
  createWebhook: ({ serviceSid }) => webhookOf(serviceSid),
  fetchWebhook: async (world) => ({ path: await makeWebhook(world) }),
  updateWebhook: async (world) => ({ path: await makeWebhook(world), form: { FriendlyName: "Theirs" } }),
  deleteWebhook: async (world) => ({ path: await makeWebhook(world) }),
  createSafeNumber: ({ newNumber }) => ({ form: { PhoneNumber: newNumber().e164 } }),
  fetchSafeNumber: async (world) => ({ path: { PhoneNumber: (await makeSafeNumber(world)).phone_number } }),
  deleteSafeNumber: async (world) => ({ path: { PhoneNumber: (await makeSafeNumber(world)).phone_number } }),
  deleteSafeNumberBySid: async (world) => ({ path: { Sid: (await makeSafeNumber(world)).sid } }),
  createChallenge: async (world) => {
    const { path, FactorSid } = await verifiedFactor(world);
    return { path, form: { FactorSid } };
  },
  listChallenges: async (world) => ({ path: (await makeChallenge(world)).path }),
  fetchChallenge: (world) => challengeDraft(world),
  updateChallenge: async (world) => ({ ...(await challengeDraft(world)), form: { Metadata: '{"os":"Android"}' } }),
  createNotification: async (world) => ({ path: await askedPhone(world) }),
  createNewFactorPasskey: (world) => passkeyDraft(world),
  updatePasskeysFactor: async (world) => {
    const { draft, registered } = await newPasskey(world);
    return { ...draft, json: registered };
  },
  createChallengePasskeys: async (world) => (await passkeyChallenge(world)).draft,
  updateChallengePasskeys: async (world) => {
    const { draft, browser } = await passkeyChallenge(world);
    const { options } = await made(world, "createChallengePasskeys", draft);
    return { ...draft, json: browser.get(options?.publicKey, passkeyOrigin) };
  },
  rotateKey: async (world) => ({ path: { Sid: await makeKey(world) } }),
  revokeKey: async (world) => ({ path: { Sid: await makeKey(world) } }),
  fetchNextMessage: async (world) => {
    const { to } = await start(world);
    const [first] = await messagesTo(world, to);
    await start(world, "sms", to);
    return { query: { To: to, After: String(first?.sid), TimeoutSeconds: "1" } };
  },
  fetchSandboxWebhook: async (world) => {
    await made(world, "setSandboxWebhook", eventsDraft);
    return {};
  },
  createDevice: (world) => deviceDraft(world),
  fetchDevice: async (world) => ({ path: { Sid: (await made(world, "createDevice", deviceDraft(world))).sid } }),
  updateDeviceChallenge: async (world) => ({ path: await askedDevice(world), form: { Status: "approved" } }),
  setSandboxWebhook: () => eventsDraft,
  sendTestEvent: async (world) => {
    await made(world, "setSandboxWebhook", eventsDraft);
    return { form: { Type: "verification.approved" } };
  },
  advanceClock: () => ({ form: { Seconds: "1" } }),
  startPhoneVerification: ({ newNumber }) => ({ form: v1StartForm(newNumber()) }),
  checkPhoneVerification: async (world) => {
    const { national } = await v1Start(world);
    return { query: { country_code: "1", phone_number: national, verification_code: "1234" } };
  },
  fetchPhoneVerificationStatus: async (world) => ({ query: { uuid: String((await v1Start(world)).body.uuid) } }),
  fetchPhoneInfo: ({ newNumber }) => ({ query: { country_code: "1", phone_number: newNumber().national } }),
  createFeedback: async (world) => {
    const { keys, serviceSid = "" } = await createApplication(world);
    const draft: Draft = { path: { Sid: serviceSid }, form: { CustomCodeEnabled: "true" } };
    await world.session.call("updateService", "allow custom codes", draft);
    const { body } = await v1Start(world, keys, { custom_code: "8247" });
    return { application: keys, path: { SmsId: String(body.sms_id) }, form: { Outcome: "received" } };
  },
  createApprovalRequest: async ({ session }) => {
    await session.call("enableOneTouch", "allow approval requests", {});
    return { form: { message: "Log in to Acme?" } };
  },
  updateProvider: async (world) => {
    return { path: { Name: await providerName(world) }, form: { Status: "paused" } };
  },
  testProvider: async (world) => ({
    path: { Name: await providerName(world) },
    form: { To: world.newNumber().e164, Channel: "sms" },
  }),
  retryPost: async (world) => {
    // Nobody listens there, and so the post fails at once.
    const form = { ...webhookDraft.form, url: "https://127.0.0.1:9/webhook" };
    await world.session.call("createDashboardWebhook", "have a post made", { form });
    await v1Start(world);
    return { path: { Sid: await failedPost(world) } };
  },
  deleteApplication: async (world) => ({ application: (await createApplication(world)).keys }),
  fetchAccessKey: async (world) => ({ path: { id: await accessKeyId(world) } }),
  deleteAccessKey: async (world) => ({ path: { id: await accessKeyId(world) } }),
  deleteDashboardWebhook: async (world) => {
    const { webhook } = await made(world, "createDashboardWebhook", webhookDraft);
    return { path: { id: String(webhook?.id) } };
  },
  createDashboardWebhook: () => webhookDraft,
};

/** Nothing is called there: `.invalid` is nobody's (RFC 6761). */
const nowhere = "https://countersign.invalid/webhook";

const eventsDraft: Draft = { form: { Url: nowhere } };

const webhookDraft: Draft = {
  form: {
    url: nowhere,
    name: "contract check",
    "events[]": "phone_verification_started",
  },
};

/** A sandbox has its inbox. */
async function providerName({ session }: World): Promise<string> {
  const { body } = await session.call("listProviders", "find one", {});
  return String(body.providers?.[0]?.name);
}

/** It is tried within a second. */
async function failedPost({ session }: World): Promise<string> {
  for (let looks = 0; looks < 50; looks += 1) {
    const { body } = await session.call("listPosts", "look for it", { query: { status: "retrying" } });
    if (body.posts?.[0]) return String(body.posts[0].sid);
    await setTimeout(100);
  }
  return "";
}

const bucket = { Max: "4", Interval: "60" };

async function made({ session }: World, operationId: string, draft: Draft): Promise<Read["body"]> {
  return (await session.call(operationId, "make one", draft)).body;
}

async function makeSafeNumber(world: World): Promise<Read["body"]> {
  const body = await made(world, "createSafeNumber", { form: { PhoneNumber: world.newNumber().e164 } });
  world.safeNumbers.add(body.phone_number);
  return body;
}

async function makeService(world: World): Promise<string> {
  const sid = String((await made(world, "createService", { form: { FriendlyName: "Another" } })).sid);
  world.services.add(sid);
  return sid;
}

async function makeKey(world: World): Promise<string> {
  const sid = String((await made(world, "createKey", { form: { FriendlyName: "Contract check" } })).sid);
  world.keys.add(sid);
  return sid;
}

/** No two of a service have one name. */
function rateLimitDraft({ serviceSid, newNumber }: World): Draft {
  return { path: { ServiceSid: serviceSid }, form: { UniqueName: `limit-${newNumber().national}` } };
}

async function makeRateLimit(world: World): Promise<string> {
  return (await made(world, "createRateLimit", rateLimitDraft(world))).sid;
}

async function ofNewRateLimit(world: World): Promise<Record<string, string>> {
  return { ServiceSid: world.serviceSid, RateLimitSid: String(await makeRateLimit(world)) };
}

async function makeBucket(world: World): Promise<Record<string, string>> {
  const path = await ofNewRateLimit(world);
  return { ...path, Sid: String((await made(world, "createBucket", { path, form: bucket })).sid) };
}

function factorDraft(world: World): Draft {
  const path = { ServiceSid: world.serviceSid, Identity: `person-${world.newNumber().national}` };
  return { path, form: { FriendlyName: "Contract check", FactorType: "totp" } };
}

async function makeFactor(world: World): Promise<Record<string, string>> {
  const draft = factorDraft(world);
  return { ...draft.path, Sid: String((await made(world, "createNewFactor", draft)).sid) };
}

/** A service of its own: no two of one have one country, and the number of another operation's start may be of it. */
async function configurationDraft(world: World): Promise<Draft> {
  const path = { ServiceSid: await makeService(world) };
  return { path, form: { Country: "DE", MessagingServiceSid: String(world.smsRoute) } };
}

async function makeConfiguration(world: World): Promise<Record<string, string>> {
  const draft = await configurationDraft(world);
  await made(world, "createMessagingConfiguration", draft);
  return { ServiceSid: String(draft.path?.ServiceSid), Country: "DE" };
}

/** No two of a service have one identity. */
function entityDraft({ serviceSid, newNumber }: World): Draft {
  return { path: { ServiceSid: serviceSid }, form: { Identity: `person-${newNumber().national}` } };
}

function accessTokenDraft(world: World): Draft {
  const { path, form } = entityDraft(world);
  return { ...(path && { path }), form: { ...form, FactorType: "push" } };
}

async function makeEntity(world: World): Promise<Record<string, string>> {
  const { identity } = await made(world, "createEntity", entityDraft(world));
  return { ServiceSid: world.serviceSid, Identity: String(identity) };
}

/** An authenticator app that its holder has shown to have the secret. */
async function verifiedFactor(world: World): Promise<{ path: Record<string, string>; FactorSid: string }> {
  const path = { ServiceSid: world.serviceSid, Identity: `person-${world.newNumber().national}` };
  const form = { FriendlyName: "Phone", FactorType: "totp", "Binding.Secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };
  const { sid, binding } = await made(world, "createNewFactor", { path, form });
  const draft = { path: { ...path, Sid: String(sid) }, form: { AuthPayload: await shownCode(world, binding?.uri) } };
  await world.session.call("updateFactor", "verify it", draft);
  return { path, FactorSid: String(sid) };
}

/** A challenge of a phone, which has a key of its own. */
async function askedPhone(world: World): Promise<Record<string, string>> {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const path = { ServiceSid: world.serviceSid, Identity: `person-${world.newNumber().national}` };
  const binding = publicKey.export({ format: "der", type: "spki" }).toString("base64");
  const form = {
    ...{ FriendlyName: "Phone", FactorType: "push", "Binding.Alg": "ES256", "Binding.PublicKey": binding },
    ...{ "Config.AppId": "com.example.app", "Config.SdkVersion": "1.0.0", "Config.NotificationPlatform": "fcm" },
    "Config.NotificationToken": "0".repeat(64),
  };
  const FactorSid = String((await made(world, "createNewFactor", { path, form })).sid);
  const AuthPayload = sign("sha256", Buffer.from(FactorSid), privateKey).toString("base64");
  await world.session.call("updateFactor", "verify it", { path: { ...path, Sid: FactorSid }, form: { AuthPayload } });
  const asked = { path, form: { FactorSid, "Details.Message": "Log in to Acme?" } };
  return { ...path, ChallengeSid: String((await made(world, "createChallenge", asked)).sid) };
}

/** A sandbox has its own time. */
async function shownCode({ session, kind }: World, uri: unknown): Promise<string> {
  if (kind !== "service") {
    const { body } = await session.call("fetchTotpCode", "read the app", { query: { Uri: String(uri) } });
    return String(body.code);
  }
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac("sha1", "12345678901234567890").update(counter).digest();
  const number = mac.readUInt32BE((mac.at(-1) ?? 0) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

const passkeyOrigin = "https://contract.example.com";

function passkeyDraft({ serviceSid, newNumber }: World): Draft & { json: { identity: string } } {
  const config = {
    relying_party: { id: "contract.example.com", name: "Contract check", origins: [passkeyOrigin] },
    authenticator_attachment: "any",
    discoverable_credentials: "preferred",
    user_verification: "preferred",
  };
  const json = { friendly_name: "Contract check", identity: `person-${newNumber().national}`, config };
  return { path: { ServiceSid: serviceSid }, json };
}

/** A passkey as a browser makes it of a new factor. */
async function newPasskey(world: World) {
  const draft = passkeyDraft(world);
  const { options } = await made(world, "createNewFactorPasskey", draft);
  const browser = createAuthenticator();
  return { draft, browser, registered: browser.create(options?.publicKey, passkeyOrigin) };
}

/** What challenges a person who has a passkey, and the browser that has it. */
async function passkeyChallenge(world: World) {
  const { draft, browser, registered } = await newPasskey(world);
  await made(world, "updatePasskeysFactor", { ...draft, json: registered });
  return { draft: { ...draft, json: { identity: draft.json.identity } }, browser };
}

async function makeChallenge(world: World): Promise<{ path: Record<string, string>; sid: string }> {
  const { path, FactorSid } = await verifiedFactor(world);
  return { path, sid: String((await made(world, "createChallenge", { path, form: { FactorSid } })).sid) };
}

async function challengeDraft(world: World): Promise<Draft> {
  const { path, sid } = await makeChallenge(world);
  return { path: { ...path, Sid: sid } };
}

function deviceDraft({ serviceSid, newNumber }: World): Draft {
  return { form: { Identity: `person-${newNumber().national}`, ServiceSid: serviceSid } };
}

async function askedDevice(world: World): Promise<Record<string, string>> {
  const { sid, identity } = await made(world, "createDevice", deviceDraft(world));
  const path = { ServiceSid: world.serviceSid, Identity: String(identity) };
  const form = { FactorSid: String(sid), "Details.Message": "Log in to Acme?" };
  return { Sid: String(sid), ChallengeSid: String((await made(world, "createChallenge", { path, form })).sid) };
}

/** Disabled, so that nothing is called. */
function webhookOf(serviceSid: string): Draft {
  const form = { FriendlyName: "Contract check", EventTypes: "*", WebhookUrl: nowhere, Status: "disabled" };
  return { path: { ServiceSid: serviceSid }, form };
}

/** A service has so many and no more, and the next operation needs room for its own. */
async function makeWebhook(world: World): Promise<Record<string, string>> {
  const draft = webhookOf(await makeService(world));
  return { ServiceSid: String(draft.path?.ServiceSid), Sid: String((await made(world, "createWebhook", draft)).sid) };
}

function ofService({ serviceSid }: World, sid: unknown): Record<string, string> {
  return { ServiceSid: serviceSid, Sid: String(sid) };
}

function startDraft({ serviceSid, newNumber }: World, channel = "sms", to = newNumber().e164): Draft {
  return { path: { ServiceSid: serviceSid }, form: { To: to, Channel: channel } };
}

async function start(world: World, channel?: string, to = world.newNumber().e164): Promise<Read & { to: string }> {
  return { ...(await world.session.call("createVerification", "start one", startDraft(world, channel, to))), to };
}

/** A process may write what it refused a moment later. */
async function refusedStart(world: World): Promise<string> {
  const { path, form } = startDraft(world);
  const draft = { ...(path && { path }), form: { ...form, CustomMessage: "Hello" } };
  await world.session.call("createVerification", "have a start refused", draft, "refusal");
  for (let second = 0; second < 3; second += 1) {
    const query = { service_sid: world.serviceSid };
    const { body } = await world.session.call("listRefusedStarts", "look for it", { query });
    if (body.refused_starts?.[0]) return body.refused_starts[0].sid;
    await world.session.sleep(1);
  }
  throw new Error("A start that was refused is not among the refused ones");
}

function v1StartForm({ national }: FictionalNumber): Record<string, string> {
  return { via: "sms", country_code: "1", phone_number: national };
}

/** @param application in whose name it is, if not in the usual one's. */
async function v1Start(
  world: World,
  application = world.session.application,
  more = {},
): Promise<Read & FictionalNumber> {
  const number = world.newNumber();
  const draft = { form: { ...v1StartForm(number), ...more }, application };
  return { ...(await world.session.call("startPhoneVerification", "start one", draft)), ...number };
}

async function messagesTo({ session }: World, to: string): Promise<{ sid: string; code: string }[]> {
  return (await session.call("listMessages", "read the message", { query: { To: to } })).body.messages ?? [];
}

async function accessKeyId(world: World): Promise<string> {
  const { access_key } = await made(world, "createAccessKey", { form: { name: "contract check", permission: "read" } });
  return String(access_key?.id);
}
