import type { KeyObject } from "node:crypto";
import { SignJWT } from "jose";
import { codeOf, isPassing, type Push, type Pushed, type PushProvider } from "../push.ts";
import { type Answer, createHttp2Client, type Http2Options } from "./http2-client.ts";

/** A key of Apple's for sending, as its .p8 file has it. */
export interface ApnCredential {
  platform: "apn";
  /** `CR` and 32 hexadecimal digits. */
  sid: string;
  origin: string;
  teamId: string;
  keyId: string;
  key: KeyObject;
}

/** Apple refuses a token that is older than an hour, and replacing one more than once in 20 minutes. */
const [tokenMs, tokenMsMin] = [40 * 60_000, 20 * 60_000];
/** Of no device. */
const nowhere: Push = {
  platform: "apn",
  token: "0".repeat(64),
  appId: "countersign",
  message: { type: "verify_push_challenge", challenge_sid: "", factor_sid: "", message: "" },
  ttlSeconds: 0,
};

/** The Apple Push Notification service, by a provider's token. */
export function openApn(
  { origin, teamId, keyId, key }: ApnCredential,
  { clock = Date.now, ...options }: Http2Options & { clock?: () => number } = {},
): PushProvider {
  const client = createHttp2Client(origin, options);
  let token: { value: Promise<string>; since: number } | undefined;

  function tokenAt(now: number): Promise<string> {
    // A clock that went back made it in the future, where Apple is not.
    if (!token || Math.abs(now - token.since) >= tokenMs) {
      const signed = new SignJWT({}).setProtectedHeader({ alg: "ES256", kid: keyId }).setIssuer(teamId);
      token = { value: signed.setIssuedAt(new Date(now)).sign(key), since: now };
    }
    return token.value;
  }

  async function deliver(push: Push): Promise<Pushed> {
    const now = clock();
    const authorization = `bearer ${await tokenAt(now)}`;
    const exchange = await client.post(
      { ...apnHeaders(push, now), authorization },
      JSON.stringify(apnPayload(push.message)),
    );
    if ("reason" in exchange) return { status: "retry", errorCode: exchange.reason };
    const pushed = resultOf(exchange.answer);
    const isExpired = pushed.status === "retry" && pushed.errorCode === "ExpiredProviderToken";
    if (isExpired && token && now - token.since >= tokenMsMin) token = undefined;
    return pushed;
  }

  return {
    name: `apn ${keyId}`,
    deliver,
    async probe() {
      const pushed = await deliver(nowhere);
      const code = pushed.status === "sent" ? undefined : pushed.errorCode;
      // That it does not know the device, Apple tells those alone whose token it accepts.
      const isAccepted = [undefined, "BadDeviceToken", "DeviceTokenNotForTopic", "TopicDisallowed", "BadTopic"];
      if (!isAccepted.includes(code)) throw new Error(`the key is not accepted: ${code}`);
    },
    close: client.close,
  };
}

export function apnHeaders({ token, appId, ttlSeconds }: Push, now: number) {
  return {
    // Both come from a device: in a path and in a header they stay one word.
    ":path": `/3/device/${encodeURIComponent(token)}`,
    "apns-topic": encodeURIComponent(appId),
    "apns-push-type": "alert",
    "apns-priority": "10",
    "apns-expiration": String(ttlSeconds === 0 ? 0 : Math.floor(now / 1000) + ttlSeconds),
  };
}

export function apnPayload({ message, ...told }: Push["message"]): object {
  const aps = { alert: { body: message }, sound: "default", category: told.type, "mutable-content": 1 };
  return { aps, ...told };
}

function resultOf({ status, retryAfterSeconds, body }: Answer): Pushed {
  if (status === 200) return { status: "sent" };
  const errorCode = codeOf(/"reason"\s*:\s*"(\w+)"/.exec(body)?.[1], status);
  // What it says of the key may be true no longer the next time.
  if (isPassing(status) || status === 403) return { status: "retry", errorCode, retryAfterSeconds };
  return { status: "failed", errorCode, ...(status === 410 && { isGone: true }) };
}
