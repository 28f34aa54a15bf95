import { isDeepStrictEqual } from "node:util";
import type { CreateNewFactorRequest, UpdateFactorRequest } from "@countersign/types";
import { accepted, type Outcome, refused } from "../kernel/refusal.ts";
import type { ServiceSettings } from "../services/service.ts";
import { type Factor, factorRules, type OwnOf } from "./factor.ts";
import { fromBase32, newSecret, type TotpConfig } from "./totp.ts";
import { judge, secondsLocked, type TotpFactor, totpRules, untried } from "./totp-factor.ts";

/** What a request says of a new factor, and what its service says where it is silent. */
export function settingsOf(
  body: CreateNewFactorRequest,
  totp: ServiceSettings["totp"],
): Outcome<Omit<OwnOf<TotpFactor>, "sid">, 60306> {
  if (body.FactorType !== "totp") return unfit("FactorType", { factor: "not_served" });
  const { Metadata: metadata = null, "Binding.Secret": given } = body;
  if ([...JSON.stringify(metadata)].length > factorRules.metadataLengthMax) return unfit("Metadata");
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
  const credential = secret.toString("base64");
  return accepted({ ...untried, factorType: "totp", friendlyName: body.FriendlyName, metadata, config, credential });
}

/** A factor as a request changes it, which may bring the proof that verifies it. */
export function changedFactor(factor: Factor, body: UpdateFactorRequest, now: number): Outcome<Factor, 60306 | 60310> {
  if (factor.factorType === "totp") return changedApp(factor, body, now);
  const { FriendlyName: friendlyName = factor.friendlyName, ...others } = body;
  const [foreign] = Object.keys(others);
  if (foreign !== undefined) return unfit(foreign, { factor: "not_served" });
  return accepted({
    ...factor,
    friendlyName,
    updatedAt: friendlyName === factor.friendlyName ? factor.updatedAt : now,
  });
}

function changedApp(factor: TotpFactor, body: UpdateFactorRequest, now: number): Outcome<TotpFactor, 60306 | 60310> {
  const foreign = ofPush.find((name) => body[name] !== undefined);
  if (foreign) return unfit(foreign, { factor: "not_served" });
  const { AuthPayload: code, FriendlyName: friendlyName = factor.friendlyName } = body;
  const config = configOf(body, factor.config);
  const isVerified = factor.status === "verified";
  const settled = isVerified ? ofApps.find(([, field]) => config[field] !== factor.config[field]) : undefined;
  if (settled) return unfit(settled[0], { factor: "verified" });
  const retryAfterSeconds = code === undefined ? 0 : secondsLocked(factor, now);
  if (retryAfterSeconds > 0) return refused(60310, { retryAfterSeconds });
  const changed = { ...factor, friendlyName, config };
  const judged = code === undefined || isVerified ? changed : judge(changed, code, now).factor;
  return accepted({ ...judged, updatedAt: isDeepStrictEqual(judged, factor) ? factor.updatedAt : now });
}

/** What an app knows of its codes, and would not hear of later. */
const ofApps = [
  ["Config.Alg", "alg"],
  ["Config.TimeStep", "timeStep"],
  ["Config.CodeLength", "codeLength"],
] as const;

const ofPush = ["Config.NotificationPlatform", "Config.NotificationToken", "Config.SdkVersion"] as const;

function configOf(body: UpdateFactorRequest, before: TotpConfig): TotpConfig {
  return {
    alg: body["Config.Alg"] ?? before.alg,
    skew: body["Config.Skew"] ?? before.skew,
    codeLength: body["Config.CodeLength"] ?? before.codeLength,
    timeStep: body["Config.TimeStep"] ?? before.timeStep,
  };
}

function unfit(parameter: string, details?: { factor: "not_served" | "verified" }) {
  return refused(60306, { parameter, ...(details && { details }) });
}
