import { accepted } from "../kernel/refusal.ts";
import { isSigned, readSigningSecret } from "../kernel/standard-webhooks.ts";
import type { AuthServer } from "./auth-server.ts";
import { member, readCode } from "./body.ts";

/** Supabase Auth by its hook that sends SMS, which is signed as Standard Webhooks are. */
export const supabase: AuthServer = {
  name: "supabase",
  proves(secrets, request) {
    const keys = secrets.flatMap((secret) => readSupabaseSecret(secret) ?? []);
    return isSigned(keys, request);
  },
  read(body, headers) {
    const wanted = readCode(
      { to: member(body, "sms", "phone"), code: member(body, "sms", "otp") },
      {
        locale: member(body, "user", "user_metadata", "locale"),
        client: member(body, "metadata", "ip_address"),
      },
    );
    const { "webhook-id": id, "webhook-timestamp": at } = headers;
    return wanted.ok ? accepted({ ...wanted.value, once: { id: String(id), at: Number(at) * 1000 } }) : wanted;
  },
  done: { status: 204, headers: {}, body: "" },
  refuse({ status, message }) {
    const headers = { "content-type": "application/json" };
    // Of any other status its people read that something unexpected happened. These two are told whoever asks.
    if (status !== 401 && status !== 413)
      return { status: 200, headers, body: JSON.stringify({ error: { http_code: status, message } }) };
    return { status, headers, body: JSON.stringify({ message }) };
  },
};

/** The key of a secret as Supabase writes them, with the version of the signature before it. */
export function readSupabaseSecret(secret: string) {
  return readSigningSecret(secret.replace(/^v1,/, ""));
}
