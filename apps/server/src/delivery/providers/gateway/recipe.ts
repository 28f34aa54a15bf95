import type { DeliveryReport } from "../../../attempts/attempt.ts";
import type { SendingChannel } from "../../../kernel/recipient.ts";
import type { Setting, Values } from "../../../kernel/setting.ts";
import { setting, text } from "../../../kernel/setting.ts";
import type { DeliverableMessage } from "../../../verifications/composed-send.ts";
import { readSender, type SmsSender, senderMust } from "../sender.ts";

/** Channels that a gateway can carry. */
export type GatewayChannel = Exclude<SendingChannel, "email">;

/** As whom a provider knows the server: user and password of the address, or a token in place of a password. */
export interface Account {
  user: string;
  pass: string;
}

/** A message as a recipe writes it. */
export interface RecipeMessage extends DeliverableMessage {
  /** Where its receipts go; nowhere without a public address. */
  receiptUrl: string | undefined;
  /** The address at which the provider, and nobody else, gets a document while it carries the message. */
  documentUrl: ((document: string) => string) | undefined;
}

/**
 * What a provider gets; what is undefined in it is left out. Or the error of a message that it cannot bring as the service
 * wants it.
 */
export type Body = { form: Record<string, string | undefined> } | { json: object } | { unable: string };

/** Of a call that is to read out the code once a key is pressed, where nothing can wait for that. */
export const noKeyInput: Body = { unable: "no_key_input" };

/** What came to a receipt's address. */
export interface ReceiptRequest {
  /** The address as the provider was told it. */
  url: string;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  /** Query, form or JSON, whichever it is. */
  fields: unknown;
  /** In milliseconds since 1970. */
  now: number;
}

type Settings = Readonly<Record<string, Setting<unknown>>>;

/**
 * How one provider is spoken to on one channel. Places in what it answers and posts are keys and positions, parted by
 * dots; where there are several, the first that is there counts.
 */
export interface Recipe<Given = never> {
  /** Whether the address has a user and a password, or a setting `token`. */
  account: "user" | "token";
  /** What the address may say beside that. */
  settings: Settings;
  /** What is wrong with the account, beside what is missing of it; it repeats nothing of it. */
  faultOf?: (account: Account, given: Given) => string | undefined;
  authorization: (account: Account) => string;
  /** Of the provider's API, below its host. */
  path: (account: Account, given: Given) => string;
  /** What is asked with GET to see whether it takes the credentials: it costs and changes nothing, and tells of nobody. */
  probe: (account: Account, given: Given) => string;
  /** Whether a key may be for sending alone, so that it is no fault of it to be refused a look, by 403. */
  hasScopes?: true;
  body: (message: RecipeMessage, given: Given, account: Account) => Body;
  /** What an answer of 200 to 299 must say all the same, where such an answer may refuse a message. */
  taken?: { at: string; is: readonly string[] };
  /** Its own name for the message. */
  id: string;
  /** Why it did not take a message. */
  errors: readonly string[];
  /**
   * The errors that say of the recipient that nobody reaches him by this provider, `http_400` where an answer names none.
   * All others are the provider's own trouble, or the operator's: then another may carry the message.
   */
  refusals: readonly string[];
  receipt: ReceiptFormat<Given>;
}

interface ReceiptFormat<Given> {
  status: string;
  errors: readonly string[];
  /** The words for an end, and which it is. */
  ends: Readonly<Record<string, DeliveryReport["status"]>>;
  /** The document that ends a call, where the one that it asks for is not to be read out any more. */
  goodbye?: string;
  /** How long the provider lets the address be, where that may be too short. */
  urlLengthMax?: number;
  /** Whether the provider signed it; undefined where nobody can tell. */
  isSigned?: (request: ReceiptRequest, account: Account, given: Given) => boolean | undefined;
}

/** Any recipe, whatever its settings are. */
export type AnyRecipe = Recipe;

/** Checks a recipe against its own settings. */
export function recipe<Declared extends Settings>(
  of: Omit<Recipe<Values<Declared>>, "settings"> & { settings: Declared },
): AnyRecipe {
  return of as unknown as AnyRecipe;
}

export const basic = ({ user, pass }: Account) => `Basic ${Buffer.from(`${user}:${pass}`).toString("base64")}`;
export const bearer = ({ pass }: Account) => `Bearer ${pass}`;

/** Whom an SMS comes from. */
export const smsSender = setting<SmsSender>("from", { must: senderMust, read: readSender });

/** Whom a call comes from. */
export const caller = setting<string>("from", {
  must: "must be an international number",
  read(given) {
    const sender = readSender(given);
    return sender?.kind === "number" ? sender.address : undefined;
  },
});

/** An identifier that a provider has given. */
export const identifier = (pattern: RegExp) => text("must be as the provider shows it", pattern);

/** A number as providers want it that write none with a plus. */
export const withoutPlus = (number: string) => number.replace(/^\+/, "");
