import { isDeepStrictEqual } from "node:util";
import type { CreateNewFactorRequest, UpdateFactorRequest } from "@countersign/types";
import { accepted, type Outcome, refused } from "../kernel/refusal.ts";
import type { ServiceSettings } from "../services/service.ts";
import { type Factor, factorRules, type OwnOf } from "./factor.ts";
import { isProven, isPublicKey, type PushFactor } from "./push-factor.ts";
import { fromBase32, newSecret, type TotpConfig } from "./totp.ts";
import { judge, secondsLocked, type TotpFactor, totpRules, untried } from "./totp-factor.ts";

type SettingsOf<Kind extends Factor> = Omit<OwnOf<Kind>, "sid">;

interface Parts {
  newSid: (prefix: string) => string;
  /** How long the tokens are at least by which platforms find devices. */
  notificationTokenMin?: number;
}

/** Those of Firebase and of Apple are longer. */
const notificationTokenMinDefault = 32;

/** What a request says of a new factor, and what its service says where it is silent. */
export function settingsOf(
  body: CreateNewFactorRequest,
  totp: ServiceSettings["totp"],
  parts: Parts,
): Outcome<SettingsOf<TotpFactor> | SettingsOf<PushFactor>, 60306 | 60314> {
  if (body.FactorType === "passkeys") return unfit("FactorType", { factor: "other_type" });
  const { FriendlyName: friendlyName, Metadata: metadata = null } = body;
  if ([...JSON.stringify(metadata)].length > factorRules.metadataLengthMax) return unfit("Metadata");
  const own = body.FactorType === "totp" ? appSettings(body, totp) : deviceSettings(body, parts);
  return own.ok ? accepted({ ...own.value, friendlyName, metadata }) : own;
}

type Own<Kind extends Factor> = Omit<SettingsOf<Kind>, "friendlyName" | "metadata">;

function appSettings(body: CreateNewFactorRequest, totp: ServiceSettings["totp"]): Outcome<Own<TotpFactor>, 60306> {
  const { "Binding.Secret": given } = body;
  const defaults = {
    alg: "sha1",
    skew: totp.skew ?? 1,
    codeLength: totp.codeLength ?? 6,
    timeStep: totp.timeStep ?? 30,
  };
  const config = configOf(body, defaults as TotpConfig);
  const secret = given === undefined ? newSecret(config.alg) : fromBase32(given);
  const { min, max } = totpRules.secretBytes;
  if (!secret || secret.length < min || secret.length > max) return unfit("Binding.Secret");
  return accepted({ ...untried, factorType: "totp", config, credential: secret.toString("base64") });
}

function deviceSettings(body: CreateNewFactorRequest, parts: Parts): Outcome<Own<PushFactor>, 60306 | 60314> {
  const { "Binding.PublicKey": publicKey = "", "Config.NotificationToken": notificationToken = null } = body;
  if (!isPublicKey(publicKey)) return refused(60314, { parameter: "Binding.PublicKey" });
  const { "Config.AppId": appId, "Config.SdkVersion": sdkVersion } = body;
  const { "Config.NotificationPlatform": notificationPlatform } = body;
  if (appId === undefined) return unfit("Config.AppId");
  if (sdkVersion === undefined) return unfit("Config.SdkVersion");
  if (notificationPlatform === undefined) return unfit("Config.NotificationPlatform");
  if (!isReachable(notificationPlatform, notificationToken, parts)) return unfit("Config.NotificationToken");
  const config = { credentialSid: parts.newSid("CR"), sdkVersion, appId, notificationPlatform };
  return accepted({ factorType: "push", config, credential: { publicKey, notificationToken } });
}

/** Whether a platform may find a device by that token. */
function isReachable(
  platform: PushFactor["config"]["notificationPlatform"],
  token: string | null,
  { notificationTokenMin = notificationTokenMinDefault }: Pick<Parts, "notificationTokenMin">,
): boolean {
  return token === null ? platform === "none" : token.length >= notificationTokenMin;
}

/** A factor as a request changes it, which may bring the proof that verifies it. */
export function changedFactor(
  factor: Factor,
  body: UpdateFactorRequest,
  parts: Pick<Parts, "notificationTokenMin">,
  now: number,
): Outcome<Factor, 60306 | 60310 | 60311> {
  const { FriendlyName: friendlyName = factor.friendlyName, ...own } = body;
  const changed = { ...factor, friendlyName };
  const foreign = Object.keys(own).find((name) => !ofType[factor.factorType].test(name));
  if (foreign !== undefined) return unfit(foreign, { factor: "other_type" });
  const outcome =
    changed.factorType === "totp"
      ? changedApp(changed, own, now)
      : changed.factorType === "push"
        ? changedDevice(changed, own, parts)
        : accepted(changed);
  if (!outcome.ok) return outcome;
  return accepted({ ...outcome.value, updatedAt: isDeepStrictEqual(outcome.value, factor) ? factor.updatedAt : now });
}

/** The parameters that are for one type of factor, besides its name. */
const ofType = {
  totp: /^AuthPayload$|^Config\.(Alg|TimeStep|CodeLength|Skew)$/,
  push: /^AuthPayload$|^Config\.(NotificationPlatform|NotificationToken|SdkVersion)$/,
  passkeys: /^$/,
};

function changedApp(factor: TotpFactor, body: UpdateFactorRequest, now: number): Outcome<TotpFactor, 60306 | 60310> {
  const { AuthPayload: code } = body;
  if (code !== undefined && !/^[0-9]{3,8}$/.test(code)) return unfit("AuthPayload");
  const config = configOf(body, factor.config);
  const isVerified = factor.status === "verified";
  const settled = isVerified ? ofApps.find(([, field]) => config[field] !== factor.config[field]) : undefined;
  if (settled) return unfit(settled[0], { factor: "verified" });
  const retryAfterSeconds = code === undefined ? 0 : secondsLocked(factor, now);
  if (retryAfterSeconds > 0) return refused(60310, { retryAfterSeconds });
  const changed = { ...factor, config };
  return accepted(code === undefined || isVerified ? changed : judge(changed, code, now).factor);
}

/** What an app knows of its codes, and would not hear of later. */
const ofApps = [
  ["Config.Alg", "alg"],
  ["Config.TimeStep", "timeStep"],
  ["Config.CodeLength", "codeLength"],
] as const;

function configOf(body: UpdateFactorRequest, before: TotpConfig): TotpConfig {
  return {
    alg: body["Config.Alg"] ?? before.alg,
    skew: body["Config.Skew"] ?? before.skew,
    codeLength: body["Config.CodeLength"] ?? before.codeLength,
    timeStep: body["Config.TimeStep"] ?? before.timeStep,
  };
}

function changedDevice(
  factor: PushFactor,
  body: UpdateFactorRequest,
  parts: Pick<Parts, "notificationTokenMin">,
): Outcome<PushFactor, 60306 | 60311> {
  const { AuthPayload: proof, "Config.NotificationToken": token } = body;
  const { "Config.SdkVersion": sdkVersion = factor.config.sdkVersion } = body;
  const { "Config.NotificationPlatform": platform = factor.config.notificationPlatform } = body;
  const isMoved = token ?? body["Config.NotificationPlatform"];
  const known = token ?? factor.credential?.notificationToken ?? null;
  if (isMoved && !isReachable(platform, known, parts)) return unfit("Config.NotificationToken");
  const isVerified = factor.status === "verified";
  if (proof !== undefined && !isVerified && !isProven(factor, proof)) return refused(60311);
  return accepted({
    ...factor,
    ...(proof !== undefined && { status: "verified", expiresAt: null }),
    config: { ...factor.config, sdkVersion, notificationPlatform: platform },
    // What its platform said of the token before is not true of another.
    credential:
      factor.credential && token !== undefined
        ? { publicKey: factor.credential.publicKey, notificationToken: token }
        : factor.credential,
  });
}

function unfit(parameter: string, details?: { factor: "other_type" | "verified" }) {
  return refused(60306, { parameter, ...(details && { details }) });
}
