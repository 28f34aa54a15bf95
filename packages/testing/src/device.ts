import { createSign, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { type Challenge, type Client, createClient, type Factor, unwrap } from "@countersign/client";
import {
  createNewFactor,
  deleteFactor,
  fetchChallenge,
  paginateChallenges,
  updateChallenge,
  updateFactor,
} from "@countersign/client/operations";

/** Whose phone it is, where it calls, and what it is enrolled with. */
export interface DeviceOptions {
  /** Where the API is. */
  baseUrl: string | URL;
  /** What the app's backend has made for this person: the `token` of an access token. It enrols one device. */
  accessToken: string;
  serviceSid: string;
  /** Of the entity, as the access token has it. */
  identity: string;
  /** What the factor is called (`Phone`). */
  friendlyName?: string | undefined;
  /**
   * Who brings it notifications, and the token that they know it by. By default nobody does, and it looks for its
   * challenges by itself.
   */
  notifications?: { platform: "fcm" | "apn"; token: string } | undefined;
  /** What the phone takes for the present; the time of this machine by default. */
  clock?: (() => Date) | undefined;
}

/**
 * A phone with an app that approves: a key of its own that never leaves it, and the calls that the official mobile SDKs
 * make, written as they write them. All of them throw VerifyError when the API refuses.
 */
export interface Device {
  readonly serviceSid: string;
  readonly identity: string;
  /**
   * The SID of its factor, `YF` and 32 digits.
   *
   * @throws Error before it is enrolled.
   */
  readonly factorSid: string;
  /** Creates its factor with the access token, and verifies it. */
  enrol(): Promise<Factor>;
  /** The challenges that wait for its answer, the oldest first. */
  pending(): Promise<Challenge[]>;
  /** Signs what the challenge shows, and that it is approved. */
  approve(challengeSid: string, options?: AnswerOptions): Promise<Challenge>;
  /** Signs what the challenge shows, and that it is denied. */
  deny(challengeSid: string, options?: AnswerOptions): Promise<Challenge>;
  /** Gives its factor another name. */
  rename(friendlyName: string): Promise<Factor>;
  /** Deletes its factor; one that is gone already is no fault. */
  remove(): Promise<void>;
}

export interface AnswerOptions {
  /** What the app tells of the answer, such as the number that the person has typed. It is kept with the challenge. */
  metadata?: Record<string, string> | undefined;
}

/** Makes a phone. It has no factor until it is enrolled. */
export function createDevice(options: DeviceOptions): Device {
  const { serviceSid, identity, friendlyName = "Phone", notifications } = options;
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  let enrolled: Enrolled | undefined;
  const client = clientOf(options, privateKey, () => enrolled);
  const entity = { ServiceSid: serviceSid, Identity: identity };

  function known(): Enrolled {
    if (!enrolled) throw new Error("The device is not enrolled.");
    return enrolled;
  }
  const own = () => ({ ...entity, Sid: known().factorSid });

  async function answer(Sid: string, status: "approved" | "denied", { metadata }: AnswerOptions = {}) {
    known();
    const asked = { ...entity, Sid };
    const shown = await fetchChallenge(client, asked);
    const challenge = await unwrap(shown);
    const names = shown.response.headers.get("Twilio-Verify-Signature-Fields");
    // Of one that has ended there is nothing to sign, and the API says what has become of it.
    if (!names && challenge.status === "pending") throw new Error("The challenge does not say what is to be signed.");
    const signed = names?.split(",").map((name) => [name, challenge[name as keyof Challenge] ?? null]) ?? [];
    const AuthPayload = jwsOf(privateKey, {}, { ...Object.fromEntries(signed), status });
    await unwrap(updateChallenge(client, { ...asked, AuthPayload, Metadata: metadata }));
    return unwrap(fetchChallenge(client, asked));
  }

  return {
    serviceSid,
    identity,
    get factorSid() {
      return known().factorSid;
    },
    async enrol() {
      const factor = {
        ...entity,
        FriendlyName: friendlyName,
        FactorType: "push",
        "Binding.Alg": "ES256",
        "Binding.PublicKey": publicKey.export({ format: "der", type: "spki" }).toString("base64"),
        "Config.AppId": "com.example.countersign",
        "Config.SdkVersion": "1.0.0",
        "Config.NotificationPlatform": notifications?.platform ?? "none",
        "Config.NotificationToken": notifications?.token,
      } as const;
      const created = await unwrap(createNewFactor(client, factor));
      const { sid, account_sid, config } = created;
      const credentialSid = config && "credential_sid" in config ? config.credential_sid : undefined;
      if (!sid || !account_sid || !credentialSid) throw new Error("The new factor does not name its credential.");
      enrolled = { factorSid: sid, accountSid: account_sid, credentialSid };
      const AuthPayload = createSign("sha256").update(sid).sign(privateKey, "base64");
      return unwrap(updateFactor(client, { ...own(), AuthPayload }));
    },
    async pending() {
      const waiting = { ...entity, FactorSid: known().factorSid, Status: "pending" } as const;
      const challenges: Challenge[] = [];
      const list = paginateChallenges(client, waiting);
      for await (const challenge of list) challenges.push(challenge);
      return challenges;
    },
    approve: (sid, given) => answer(sid, "approved", given),
    deny: (sid, given) => answer(sid, "denied", given),
    async rename(FriendlyName) {
      return unwrap(updateFactor(client, { ...own(), FriendlyName }));
    },
    async remove() {
      const { error, response } = await deleteFactor(client, own());
      if (error && ![401, 404].includes(response.status)) await unwrap({ error, response });
    },
  };
}

interface Enrolled {
  factorSid: string;
  accountSid: string;
  /** By which its tokens name its key. */
  credentialSid: string;
}

/**
 * A client that shows the access token until the device is enrolled, and then with each call a token of its own. A phone
 * whose clock is wrong goes by that of the server once it was refused, and asks again.
 */
function clientOf(
  { baseUrl, accessToken, clock = () => new Date() }: DeviceOptions,
  key: KeyObject,
  enrolled: () => Enrolled | undefined,
): Client {
  let aheadMs = 0;
  const tokenOf = ({ accountSid, credentialSid }: Enrolled) => {
    const now = Math.floor((clock().getTime() + aheadMs) / 1000);
    const header = { cty: "twilio-pba;v=1", kid: credentialSid };
    return jwsOf(key, header, { sub: accountSid, exp: now + lifetimeSeconds, nbf: now });
  };
  return createClient({
    baseUrl,
    apiKey: "token",
    apiSecret: accessToken,
    async fetch(url, init) {
      const device = enrolled();
      if (!device) return fetch(url, init);
      const send = () => {
        const headers = new Headers(init.headers);
        headers.set("Authorization", `Basic ${btoa(`token:${tokenOf(device)}`)}`);
        // They say so although they are answered JSON.
        if (init.method === "GET") headers.set("Accept", "application/x-www-form-urlencoded");
        return fetch(url, { ...init, headers });
      };
      const answer = await send();
      const date = Date.parse(answer.headers.get("Date") ?? "");
      if (answer.status !== 401 || Number.isNaN(date)) return answer;
      await answer.body?.cancel();
      aheadMs = date - clock().getTime();
      return send();
    },
  });
}

const lifetimeSeconds = 600;

/** In the compact form of RFC 7515, by ES256 of RFC 7518. */
function jwsOf(key: KeyObject, header: object, payload: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ ...header, typ: "JWT", alg: "ES256" })}.${part(payload)}`;
  return `${signed}.${sign("sha256", Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
}
