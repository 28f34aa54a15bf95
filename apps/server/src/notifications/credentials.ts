import { createPrivateKey, type KeyObject } from "node:crypto";
import { pathToFileURL } from "node:url";
import { type Env, origin, readQuery, setting, text } from "../kernel/setting.ts";
import { readText } from "../kernel/text-file.ts";
import type { ApnCredential } from "./providers/apn.ts";
import type { FcmCredential } from "./providers/fcm.ts";
import type { PushWay } from "./push.ts";

/** By which the server sends pushes. Services name them by their sids. */
export type PushCredential = FcmCredential | ApnCredential;

const fcm = { origin: setting("origin", origin, "https://fcm.googleapis.com") };
const ofApple = text("must have ten letters and digits", /^[A-Za-z0-9]{10}$/);
const apn = {
  origin: setting("origin", origin, "https://api.push.apple.com"),
  keyId: setting("key", ofApple),
  teamId: setting("team", ofApple),
};

const readers: Record<string, (sid: string, file: string, query: URLSearchParams) => PushCredential> = {
  COUNTERSIGN_PUSH_FCM(sid, file, query) {
    const { origin } = readQuery(query, fcm);
    return { platform: "fcm", sid, origin, ...serviceAccountOf(file) };
  },
  COUNTERSIGN_PUSH_APN(sid, file, query) {
    const settings = readQuery(query, apn);
    const key = keyOf(file);
    if (key?.asymmetricKeyDetails?.namedCurve !== "prime256v1")
      throw new Error("its file has no key as Apple's .p8 are");
    return { platform: "apn", sid, key, ...settings };
  },
};

export const pushVariables = Object.keys(readers);

/**
 * Reads the credentials: each variable holds one or several with spaces between, as `CR…=/path/to/file`, with further settings
 * in a query.
 * @returns every problem beside what could be read, each with the name of its variable, and never with a path or a key
 */
export function readPushCredentials(env: Env): { pushCredentials: PushCredential[]; problems: string[] } {
  const problems: string[] = [];
  const pushCredentials: PushCredential[] = [];
  for (const [name, read] of Object.entries(readers)) {
    const words = (env[name] ?? "").split(/\s+/).filter((word) => word !== "");
    for (const [index, word] of words.entries()) {
      try {
        const credential = readOne(word, read);
        if (pushCredentials.some(({ sid }) => sid === credential.sid)) throw new Error("its SID is another's, too");
        pushCredentials.push(credential);
      } catch (error) {
        const place = words.length > 1 ? `, credential ${index + 1}` : "";
        problems.push(`${name}${place}: ${(error as Error).message}.`);
      }
    }
  }
  return { pushCredentials, problems };
}

/** Whether there is a credential of that sid for the platform. */
export function isAmong(credentials: readonly PushCredential[]): PushWay["has"] {
  return (platform, sid) => credentials.some((each) => each.platform === platform && each.sid === sid);
}

function readOne(word: string, read: (typeof readers)[string]): PushCredential {
  const [, sid, address] = /^(CR[0-9a-fA-F]{32})=(.+)$/.exec(word) ?? [];
  const here = pathToFileURL(`${process.cwd()}/`).href;
  const url = address !== undefined && URL.canParse(address, here) ? new URL(address, here) : undefined;
  if (sid === undefined || url?.protocol !== "file:") {
    throw new Error("a credential is as CR…=/path/to/file, with 32 hexadecimal digits");
  }
  return read(sid, textOf(url), url.searchParams);
}

function textOf(url: URL): string {
  const file = readText(url);
  if ("why" in file) throw new Error(`it names no file that can be read: ${file.why}`);
  return file.text;
}

function serviceAccountOf(file: string) {
  const account = jsonOf(file);
  const told = (name: string) => {
    const value = account[name];
    if (typeof value !== "string" || value === "")
      throw new Error(`its file is no service account's: ${name} is missing`);
    return value;
  };
  const key = keyOf(told("private_key"));
  if (key?.asymmetricKeyType !== "rsa") throw new Error("its file is no service account's: private_key is no RSA key");
  const tokenUri = told("token_uri");
  if (origin.read(URL.canParse(tokenUri) ? new URL(tokenUri).origin : "") === undefined) {
    throw new Error("its file is no service account's: token_uri is no https address");
  }
  const keyId = account.private_key_id;
  return {
    ...{ projectId: told("project_id"), clientEmail: told("client_email"), key, tokenUri },
    keyId: typeof keyId === "string" ? keyId : undefined,
  };
}

/** What cannot be parsed would be repeated by the error. */
function jsonOf(file: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(file));
  } catch {
    throw new Error("its file is no JSON, as a service account's is");
  }
}

function keyOf(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
