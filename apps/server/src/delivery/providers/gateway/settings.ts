import { anyText, choice, optional, readQuery, setting, text } from "../../../kernel/setting.ts";
import { readOwnSecret, type SigningKey } from "../../../kernel/standard-webhooks.ts";
import { credentialsOf, refusePath } from "../endpoint.ts";
import type { Account, AnyRecipe, GatewayChannel } from "./recipe.ts";
import { recipes } from "./recipes.ts";

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
  const shape = shapeOf(url, channel);
  // A preset's address has no query of its own, so that a misspelt setting does not go unseen.
  if (shape.preset !== "signed") url.search = "";
  [url.username, url.password, url.hash] = ["", "", ""];
  /** The URL without user, password and the settings in its query, and the value of the `Authorization` header, if any. */
  if (shape.preset !== "recipe") return { url, authorization: authorizationOf(source, shape.token), shape };
  refusePath(url);
  const { recipe, account, given } = shape;
  return { url: new URL(recipe.path(account, given), url), authorization: recipe.authorization(account), shape };
}

/** Under which a gateway is known to the log and to receipts. */
export function gatewayName({ url, shape }: GatewaySettings): string {
  return `${shape.preset === "recipe" ? shape.name : "gateway"} ${url.host}`;
}

/** Whose receipts are whose: two accounts of one provider have its host in common. */
export function accountName({ account, given }: { account: Account; given: { account?: string } }): string {
  return given.account ?? account.user;
}

function shapeOf(url: URL, channel: GatewayChannel) {
  const { searchParams: query } = url;
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
      return recipeShape(preset, url, channel);
  }
}

function recipeShape(name: string, url: URL, channel: GatewayChannel) {
  const byChannel = Object.hasOwn(recipes, name) ? recipes[name] : undefined;
  const names = ["whatsapp-cloud", "sms", ...Object.keys(recipes)].join(", ");
  if (!byChannel) throw new Error(`there is no such preset; there are ${names}, or none for a signed JSON post`);
  const recipe = byChannel[channel];
  if (!recipe) throw new Error(`preset=${name} carries ${Object.keys(byChannel).join(" and ")} alone`);
  const { preset } = ofAll;
  const ofAccount = recipe.account === "token" ? { token: setting("token", { ...ofAll.token, must: tokenMust }) } : {};
  const { token = "", ...given } = readQuery(
    url.searchParams,
    { preset, ...ofAccount, ...recipe.settings },
    "it has",
  ) as {
    token?: string;
  };
  const account = accountOf(url, recipe, token);
  const fault = recipe.faultOf?.(account, given as never);
  if (fault !== undefined) throw new Error(fault);
  return { preset: "recipe" as const, name, recipe, given: given as never, account };
}

const tokenMust = "is missing, or has characters that no header can carry";

function accountOf(url: URL, { account }: AnyRecipe, token: string): Account {
  const { user = "", pass = "" } = credentialsOf(url) ?? {};
  if (account === "token") {
    if (user + pass !== "") throw new Error("the address has a user, in place of which token is read");
    return { user, pass: token };
  }
  if (user === "" || pass === "") throw new Error("the address needs a user and a password before its host");
  return { user, pass };
}

/** Takes what is so named out of a query. */
function take(query: URLSearchParams, isWanted: (name: string) => boolean): [name: string, value: string][] {
  const taken = [...query].filter(([name]) => isWanted(name));
  for (const [name] of taken) query.delete(name);
  return taken;
}

function keysOf(secrets: [name: string, value: string][]): SigningKey[] {
  const keys = secrets.map(([, secret]) => readOwnSecret(secret));
  if (keys.length === 0 || keys.includes(undefined)) {
    throw new Error(
      "a gateway needs secret=whsec_… with the base64 of 24 to 64 bytes that nobody guesses (a plus is %2B there)",
    );
  }
  return keys.filter((key) => key !== undefined);
}

function authorizationOf(url: URL, token: string | undefined): string | undefined {
  if (token !== undefined) return `Bearer ${token}`;
  const credentials = credentialsOf(url);
  return credentials && `Basic ${Buffer.from(`${credentials.user}:${credentials.pass}`).toString("base64")}`;
}
