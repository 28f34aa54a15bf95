import { readSigningSecret, type SigningKey } from "../../../kernel/standard-webhooks.ts";

/** Channels that a gateway can carry. */
export type GatewayChannel = "sms" | "call" | "whatsapp";

/** How a gateway is spoken to, read from its URL. */
export interface GatewaySettings {
  /** Where to post: the URL without user, password and the settings in its query. */
  url: URL;
  /** The value of the `Authorization` header, if there is one. */
  authorization: string | undefined;
  shape: GatewayShape;
}

export type GatewayShape =
  /** This project's own JSON, signed. */
  | { preset: "signed"; keys: SigningKey[] }
  /** An authentication template of the WhatsApp Cloud API. */
  | { preset: "whatsapp-cloud"; template: string; language: string | undefined }
  /** An SMS API that takes one form or one flat JSON object. */
  | {
      preset: "sms";
      format: "form" | "json";
      /** The names of the fields for the recipient and the text. */
      to: string;
      text: string;
      /** Fields that are the same in every message, such as the sender. */
      fixed: [name: string, value: string][];
      /** Where the answer has its name for the message: keys and positions, parted by dots. */
      id: string;
    };

/**
 * Reads a gateway's URL. The settings are in its query; without a preset, what is no setting stays and goes to the gateway.
 * @throws Error with one line that says what is wrong, and holds no secret.
 */
export function readGatewaySettings(source: URL, channel: GatewayChannel): GatewaySettings {
  if (source.protocol !== "https:") throw new Error("a gateway's address must be https");
  const url = new URL(source);
  const take = (name: string) => {
    const values = url.searchParams.getAll(name);
    url.searchParams.delete(name);
    return values;
  };
  const token = single("token", take("token"));
  const authorization = authorizationOf(url, token);
  [url.username, url.password, url.hash] = ["", "", ""];
  const preset = single("preset", take("preset"));
  const shape = shapeOf(preset, channel, url, take);
  return { url, authorization, shape };
}

/** Under which a gateway is known to the log and to receipts. */
export function gatewayName({ host }: URL): string {
  return `gateway ${host}`;
}

type Take = (name: string) => string[];

function shapeOf(preset: string | undefined, channel: GatewayChannel, url: URL, take: Take): GatewayShape {
  switch (preset) {
    case undefined:
      return { preset: "signed", keys: keysOf(take("secret")) };
    case "whatsapp-cloud": {
      if (channel !== "whatsapp") throw new Error("preset=whatsapp-cloud carries whatsapp alone");
      const template = required("template", take("template"));
      const language = single("language", take("language"));
      refuseRest(url, "template, language and token");
      return { preset, template, language };
    }
    case "sms":
      if (channel !== "sms") throw new Error("preset=sms carries sms alone");
      return smsShape(url, take);
    default:
      throw new Error("there is no such preset; there are whatsapp-cloud and sms, or none for a signed JSON post");
  }
}

function smsShape(url: URL, take: Take): GatewayShape {
  const format = single("format", take("format")) ?? "form";
  if (format !== "form" && format !== "json") throw new Error("format must be form or json");
  const names = ["to", "text", "id"] as const;
  const [to = "to", text = "text", id = "id"] = names.map((name) => single(name, take(name)));
  const fixed: [string, string][] = [...url.searchParams]
    .filter(([name]) => name.startsWith("set."))
    .map(([name, value]) => [name.slice("set.".length), value]);
  for (const [name] of fixed) url.searchParams.delete(`set.${name}`);
  refuseRest(url, "format, to, text, id, token and set.<field>");
  return { preset: "sms", format, to, text, fixed, id };
}

function keysOf(secrets: string[]): SigningKey[] {
  const keys = secrets.map(readSigningSecret);
  if (keys.length === 0 || keys.includes(undefined)) {
    throw new Error("a gateway needs secret=whsec_… with the base64 of 24 to 64 bytes (a plus is %2B there)");
  }
  return keys.filter((key) => key !== undefined);
}

function authorizationOf({ username, password }: URL, token: string | undefined): string | undefined {
  if (token !== undefined) return `Bearer ${headerSafe(token)}`;
  if (username === "" && password === "") return undefined;
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(pair).toString("base64")}`;
}

function headerSafe(token: string): string {
  if (!/^[\x21-\x7e]+$/.test(token)) throw new Error("token has characters that no header can carry");
  return token;
}

function single(name: string, values: string[]): string | undefined {
  const [value] = values;
  if (values.length > 1 || value === "") throw new Error(`${name} must be given once, and not empty`);
  return value;
}

function required(name: string, values: string[]): string {
  const value = single(name, values);
  if (value === undefined) throw new Error(`${name} is missing`);
  return value;
}

/** A preset's address has no query of its own, so that a misspelt setting does not go unseen. */
function refuseRest(url: URL, known: string): void {
  const [unknown] = url.searchParams.keys();
  if (unknown !== undefined) throw new Error(`the preset has no such setting; there are ${known}`);
  url.search = "";
}
