import { createHash } from "node:crypto";
import type { Locale } from "../kernel/locale.ts";
import type { SendingChannel } from "../kernel/recipient.ts";

/** How a message reads, in one language or several. Times are milliseconds since 1970. */
export interface Template {
  sid: string;
  friendlyName: string;
  channels: readonly SendingChannel[];
  /** By which e-mail settings name it, besides its sid. */
  alias?: string | undefined;
  /** Those that the caller gives values of. */
  variables: readonly string[];
  /** Which of them are addresses. */
  links: readonly string[];
  translations: ReadonlyMap<Locale, Translation>;
  /** When the first of its texts was written. */
  createdAt: number;
}

export interface Translation {
  text: string;
  /** Of an e-mail; where there is none, the subject of every other. */
  subject?: string | undefined;
  /** Of an e-mail, a whole document; where there is none, it is made of the text. */
  html?: string | undefined;
  /** Whether the text itself says not to share the code. */
  warns: boolean;
  isDefault: boolean;
  status: "approved" | "pending" | "rejected";
  createdAt: number;
  updatedAt: number;
}

/** A template as one message has it. */
export interface ChosenTemplate {
  sid: string;
  locale: Locale;
  translation: Translation;
  /** What the caller put in for its variables. */
  values: ReadonlyMap<string, string>;
  /** The parameter that they came by. */
  parameter: string;
  /** Whether the start names none, so that an app gets fewer words where this has too many for it. */
  givesWay?: boolean;
}

/** What there are, which is the same for every account. */
export interface Templates {
  list(): readonly Template[];
  find(sidOrAlias: string): Template | undefined;
  /** Called where a service's own template is gone. */
  onVanished: (serviceSid: string, templateSid: string) => void;
}

/** What every template may show without asking the caller for it. */
export const commonVariables = ["code", "friendly_name", "ttl", "amount", "payee"] as const;

/** Which variables a text shows. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(placeholder)].map(([, name = ""]) => name);
}

/** Puts values in, in one pass: a value that looks like a placeholder stays as it is. */
export function render(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(placeholder, (whole, name: string) => values.get(name) ?? whole);
}

const placeholder = /\{\{(\w+)\}\}/g;

/** The sid of a template that nobody gave another. */
export function templateSid(friendlyName: string): string {
  const hash = createHash("sha256").update(`countersign template ${friendlyName}`).digest("hex");
  return `HJ${hash.slice(0, 32)}`;
}
