import { randomUUID } from "node:crypto";
import { Webhook } from "standardwebhooks";
import type { AuthServerName } from "../src/auth-servers/auth-server.ts";
import { sandboxAuthServers } from "../src/sandbox/account.ts";

interface Sent {
  code: string;
  /** As the person has typed it there, without the plus sign. */
  to: string;
  locale?: string | undefined;
  ip?: string | undefined;
  /** In place of the sandbox's. */
  secret?: string;
  headers?: Record<string, string>;
}

/** What a person sees where he logs in: nothing where the message is on its way, or what is shown of the refusal. */
interface Seen {
  status: number;
  message: string;
}

/** Calls as each auth server does, and reads answers as it does. */
export const asAuthServer: Record<AuthServerName, (url: string, sent: Sent) => Promise<Seen | "sent">> = {
  async supabase(url, { code, to, locale, ip, secret = sandboxAuthServers.supabase, headers }) {
    const body = JSON.stringify({
      metadata: { uuid: randomUUID(), time: new Date().toISOString(), name: "send-sms", ip_address: ip ?? "" },
      user: { id: randomUUID(), aud: "authenticated", phone: to, user_metadata: { locale } },
      sms: { otp: code, phone: to },
    });
    const answer = await post(`${url}/auth-servers/supabase`, body, { ...signed(body, secret), ...headers });
    const { status } = answer;
    if (status === 204) return "sent";
    if (status !== 200 || answer.headers.get("content-type") !== "application/json") return { status, message: "" };
    const { http_code, message } =
      (JSON.parse(answer.text) as { error?: { http_code: number; message: string } }).error ?? {};
    return http_code === undefined ? "sent" : { status: http_code, message: message ?? "" };
  },
  logto: (url, { code, to, locale, ip, secret = sandboxAuthServers.logto, headers }) => {
    const body = { to, type: "SignIn", payload: { code, locale }, ...(ip && { ip }) };
    return authorised(`${url}/auth-servers/logto`, body, { authorization: secret, ...headers });
  },
  kratos: (url, { code, to, locale, secret = sandboxAuthServers.kratos, headers }) => {
    const body = { to: `+${to}`, code, ...(locale && { locale }) };
    return authorised(`${url}/auth-servers/kratos`, body, { authorization: secret, ...headers });
  },
};

/** The headers of a hook that several secrets sign, as Supabase has them. */
export function signed(body: string, secrets: string, { id = randomUUID() as string, at = Date.now() } = {}) {
  const signatures = secrets
    .split("|")
    .map((each) => new Webhook(each.replace(/^v1,/, "")).sign(id, new Date(at), body));
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at / 1000)),
    "webhook-signature": signatures.join(", "),
  };
}

async function authorised(url: string, body: object, headers: Record<string, string>): Promise<Seen | "sent"> {
  const { status, text } = await post(url, JSON.stringify(body), headers);
  return status >= 200 && status < 300 ? "sent" : { status, message: text };
}

export async function post(url: string, body: string, headers: Record<string, string>) {
  const sent = { method: "POST", headers: { "content-type": "application/json", ...headers }, body };
  const answer = await fetch(url, sent);
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}
