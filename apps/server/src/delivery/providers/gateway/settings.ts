import type { SendingChannel } from "../../../kernel/recipient.ts";
import { anyText, choice, optional, readQuery, setting, text } from "../../../kernel/setting.ts";
import { readSigningSecret, type SigningKey } from "../../../kernel/standard-webhooks.ts";
import { credentialsOf } from "../endpoint.ts";

/** Channels that a gateway can carry. */
export type GatewayChannel = Exclude<SendingChannel, "email">;

/** How a gateway is spoken to, read from its URL. */
export type GatewaySettings = ReturnType<typeof readGatewaySettings>;
export type GatewayShape = ReturnType<typeof shapeOf>;

const ofAll = {
  preset: optional("preset", anyText),
  token: optional("token", text("has characters that no header can carry", /^[\x21-\x7e]+$/)),
};
/** An authentication template of the WhatsApp Cloud API. */
const ofWhatsapp = { ...ofAll, template: setting("template", anyText), language: optional("language", anyText) };
/** An SMS API that takes one form or one flat JSON object. */
const ofSms = {
  ...ofAll,
  format: setting("format", choice("form", "json"), "form"),
  /** The names of the fields for the recipient and the text. */
  to: setting("to", anyText, "to"),
  text: setting("text", anyText, "text"),
  /** Where the answer has its name for the message: keys and positions, parted by dots. */
  id: setting("id", anyText, "id"),
};

/**
 * Reads a gateway's URL. The settings are in its query; without a preset, what is no setting stays and goes to the gateway.
 * @throws Error with one line that says what is wrong, and holds no secret.
 */
export function readGatewaySettings(source: URL, channel: GatewayChannel) {
  if (source.protocol !== "https:") throw new Error("a gateway's address must be https");
  const url = new URL(source);
  const shape = shapeOf(url.searchParams, channel);
  // A preset's address has no query of its own, so that a misspelt setting does not go unseen.
  if (shape.preset !== "signed") url.search = "";
  [url.username, url.password, url.hash] = ["", "", ""];
  /** The URL without user, password and the settings in its query, and the value of the `Authorization` header, if any. */
  return { url, authorization: authorizationOf(source, shape.token), shape };
}

/** Under which a gateway is known to the log and to receipts. */
export function gatewayName({ host }: URL): string {
  return `gateway ${host}`;
}

function shapeOf(query: URLSearchParams, channel: GatewayChannel) {
  const preset = query.get("preset");
  switch (preset) {
    case null: {
      const keys = keysOf(take(query, (name) => name === "secret"));
      const { token } = readQuery(new URLSearchParams(take(query, (name) => name === "token")), ofAll);
      // This project's own JSON.
      return { preset: "signed" as const, keys, token };
    }
    case "whatsapp-cloud":
      if (channel !== "whatsapp") throw new Error("preset=whatsapp-cloud carries whatsapp alone");
      return { ...readQuery(query, ofWhatsapp, "the preset has"), preset };
    case "sms": {
      if (channel !== "sms") throw new Error("preset=sms carries sms alone");
      const fixed = take(query, (name) => name.startsWith("set."));
      /** Fields that are the same in every message, such as the sender. */
      const named = fixed.map(([name, value]): [string, string] => [name.slice("set.".length), value]);
      return { ...readQuery(query, ofSms, "beside set.<field>, the preset has"), preset, fixed: named };
    }
    default:
      throw new Error("there is no such preset; there are whatsapp-cloud and sms, or none for a signed JSON post");
  }
}

/** Takes what is so named out of a query. */
function take(query: URLSearchParams, isWanted: (name: string) => boolean): [name: string, value: string][] {
  const taken = [...query].filter(([name]) => isWanted(name));
  for (const [name] of taken) query.delete(name);
  return taken;
}

function keysOf(secrets: [name: string, value: string][]): SigningKey[] {
  const keys = secrets.map(([, secret]) => readSigningSecret(secret));
  if (keys.length === 0 || keys.includes(undefined)) {
    throw new Error("a gateway needs secret=whsec_… with the base64 of 24 to 64 bytes (a plus is %2B there)");
  }
  return keys.filter((key) => key !== undefined);
}

function authorizationOf(url: URL, token: string | undefined): string | undefined {
  if (token !== undefined) return `Bearer ${token}`;
  const credentials = credentialsOf(url);
  return credentials && `Basic ${Buffer.from(`${credentials.user}:${credentials.pass}`).toString("base64")}`;
}
