import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { sandboxAccount, sandboxServiceSid } from "../src/sandbox/sandbox.ts";
import { type Answer, apiOf, type Fields, send } from "./api.ts";

/** Which of the mobile SDKs an app has: they write a form in different ways. */
type Sdk = "Android" | "iOS";

export interface DeviceKey {
  privateKey: KeyObject;
  /** SPKI in DER, in Base64. */
  publicKey: string;
}

export function newDeviceKey(namedCurve = "P-256"): DeviceKey {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve });
  return { privateKey, publicKey: publicKey.export({ type: "spki", format: "der" }).toString("base64") };
}

/** A part of what a token says in place of what it should. */
interface Forged {
  header?: object;
  payload?: object;
  key?: KeyObject;
  /** The time by which it is made, in seconds. */
  now?: number;
}

interface Made {
  identity: string;
  serviceSid?: string;
  accountSid?: string;
  sdk?: Sdk;
  key?: DeviceKey | undefined;
}

/** A device as the mobile SDKs make one, which calls a server. @param origin or what gives it, once something is called */
export function newDevice(
  origin: () => string,
  {
    identity,
    accountSid = sandboxAccount.accountSid,
    serviceSid = sandboxServiceSid,
    sdk = "Android",
    key = newDeviceKey(),
  }: Made,
) {
  const path = `/v2/Services/${serviceSid}/Entities/${identity}`;
  /** What nobody else may read anywhere. */
  const secrets = new Set<string>();
  let factor: { sid: string; config: { credential_sid: string } } | undefined;

  function call(method: string, address: string, fields?: Fields, password = token()): Promise<Answer> {
    for (const secret of [password, fields?.AuthPayload]) if (secret) secrets.add(secret);
    return send(`${origin()}${address}`, {
      method,
      headers: {
        authorization: `Basic ${btoa(`token:${password}`)}`,
        accept: method === "GET" ? formType : "application/json",
        ...(fields && { "content-type": formType }),
      },
      ...(fields && { body: formAs(sdk, fields) }),
    });
  }

  /** Compact, as both SDKs write it. */
  function token({ header, payload, key: by = key.privateKey, now = Math.floor(Date.now() / 1000) }: Forged = {}) {
    const kid = factor?.config.credential_sid;
    const head = { cty: "twilio-pba;v=1", kid, typ: "JWT", alg: "ES256", ...header };
    const body = { sub: accountSid, exp: now + 600, nbf: now, ...payload };
    return jws(head, body, by);
  }

  return {
    path,
    key,
    secrets,
    call,
    token,
    get sid() {
      return factor?.sid ?? "";
    },
    get url() {
      return `${path}/Factors/${factor?.sid}`;
    },
    /** Makes the factor, which is not verified then. */
    async create(accessToken: string, more: Fields = {}): Promise<Answer> {
      const answer = await call("POST", `${path}/Factors`, { ...formOf(key.publicKey), ...more }, accessToken);
      if (answer.status === 201) factor = answer.body as typeof factor;
      return answer;
    },
    verify: (by = key.privateKey, sid = factor?.sid ?? "") =>
      call("POST", `${path}/Factors/${factor?.sid}`, { AuthPayload: signedBy(by, sid) }),
    /** What it signs of a challenge as it was shown: the members that the header names. */
    async answerTo(sid: unknown, status: string, altered: object = {}): Promise<string> {
      const { headers, body } = await call("GET", `${path}/Challenges/${sid}`);
      const names = headers.get("Twilio-Verify-Signature-Fields")?.split(",") ?? [];
      const shown = Object.fromEntries(names.map((name) => [name, body[name as keyof typeof body]]));
      return jws({ typ: "JWT", alg: "ES256" }, { ...shown, ...altered, status }, key.privateKey);
    },
    answer: (sid: unknown, AuthPayload: string, more: Fields = {}) =>
      call("POST", `${path}/Challenges/${sid}`, { AuthPayload, ...more }),
  };
}

function jws(header: object, payload: object, key: KeyObject): string {
  const text = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${text}.${sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
}

/** A device whose factor is verified, of an entity that there may not have been. */
export async function enrolledDevice(origin: () => string, made: Made): Promise<Device> {
  const device = newDevice(origin, made);
  const { serviceSid = sandboxServiceSid, identity } = made;
  const fields = { Identity: identity, FactorType: "push" };
  const { body } = await apiOf(origin).call("POST", `/v2/Services/${serviceSid}/AccessTokens`, fields);
  await device.create((body as { token?: string }).token ?? "");
  const { status, text } = await device.verify();
  if (status !== 200) throw new Error(`The device was not enrolled: ${text}`);
  return device;
}

export type Device = ReturnType<typeof newDevice>;

/** What a factor of a phone is made of. */
export function formOf(publicKey = newDeviceKey().publicKey): Fields {
  return {
    ...{ FriendlyName: "Ana’s phone", FactorType: "push", "Binding.Alg": "ES256", "Binding.PublicKey": publicKey },
    ...{ "Config.AppId": "com.example.acme", "Config.SdkVersion": "0.9.0", "Config.NotificationPlatform": "fcm" },
    "Config.NotificationToken": "dE3xampleT0kenOfOneDeviceAndOneApp",
  };
}

/** What verifies a factor: DER, in Base64. */
export function signedBy(key: KeyObject, sid: string): string {
  return sign("sha256", Buffer.from(sid), key).toString("base64");
}

const formType = "application/x-www-form-urlencoded";

/** iOS leaves all as it is that a query may have, but for a plus. */
function formAs(sdk: Sdk, fields: Fields): string {
  if (sdk === "Android") return new URLSearchParams(fields).toString();
  const pairs = Object.entries(fields).map(([name, value]) => `${name}=${encodeURI(value).replaceAll("+", "%2B")}`);
  return pairs.join("&");
}
