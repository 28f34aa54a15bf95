import { accepted, type Outcome, refused } from "../kernel/refusal.ts";

/** What a browser gave, as far as both of its answers are alike. */
export interface Said {
  /** The passkey's name. Bytes are in Base64 for URLs, here and below. */
  id: string;
  clientDataJSON: string;
  /** What the browser signed, as far as it matters. */
  clientData: { challenge: string; origin: string; crossOrigin?: unknown; topOrigin?: unknown };
  /** Of the factor or the challenge, which is what it had for a challenge. */
  sid: string;
}

interface Given {
  id?: string | undefined;
  rawId?: string | undefined;
  response: { clientDataJSON: string };
}

/** Reads who answers what. Of `id` and `rawId` either will do, and the latter may be in hexadecimal digits. */
export function readSaid(
  { id, rawId, response }: Given,
  { type, prefix }: { type: "webauthn.create" | "webauthn.get"; prefix: "YF" | "YC" },
): Outcome<Said, 60375 | 60376 | 60380> {
  const named = base64Url(id);
  const raw = base64Url(rawId);
  const isHex = /^([0-9a-f]{2}){16,}$/i.test(rawId ?? "");
  const ofHex = isHex ? Buffer.from(rawId ?? "", "hex").toString("base64url") : raw;
  if (rawId !== undefined && (!raw || (named && raw !== named && ofHex !== named))) return refused(60376);
  const name = id === undefined ? ofHex : named;
  if (!name) return refused(60375);
  const clientDataJSON = base64Url(response.clientDataJSON) ?? "";
  const data = objectIn(Buffer.from(clientDataJSON, "base64url").toString());
  const sid = typeof data?.challenge === "string" ? Buffer.from(data.challenge, "base64url").toString() : "";
  const member =
    (!data && "clientDataJSON") ||
    (data?.type !== type && "clientDataJSON.type") ||
    (!new RegExp(`^${prefix}[0-9a-f]{32}$`, "i").test(sid) && "clientDataJSON.challenge") ||
    (typeof data?.origin !== "string" && "clientDataJSON.origin");
  if (member) return refused(60380, { details: { member } });
  return accepted({ id: name, clientDataJSON, clientData: data as unknown as Said["clientData"], sid });
}

/** As WebAuthn writes bytes, from what some libraries make of them; undefined for what is none. */
export function base64Url(text = ""): string | undefined {
  const plain = /^([A-Za-z0-9+/_-]+)=*$/.exec(text)?.[1];
  return plain && Buffer.from(plain, "base64url").toString("base64url");
}

function objectIn(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
