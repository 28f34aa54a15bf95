import { visible } from "@countersign/document";
import type { ChannelConfiguration } from "@countersign/types";
import { parseRecipient } from "../kernel/recipient.ts";
import { accepted, invalid, type Outcome, refused } from "../kernel/refusal.ts";
import { list, setting } from "../kernel/setting.ts";
import { isPlainName } from "./callers-texts.ts";

/** Whom an e-mail comes from, where its start says so. */
export interface Sender {
  from?: string | undefined;
  fromName?: string | undefined;
}

/** What the operator lets starts send from: addresses, and domains behind an `@` with every address at them. */
export const senderSettings = {
  emailSenders: setting(
    "COUNTERSIGN_EMAIL_SENDERS",
    list("must be addresses or @domains with spaces between, as codes@example.com @mail.example.com", (word) =>
      word.startsWith("@") ? addressOf(`any${word}`)?.slice("any".length) : addressOf(word),
    ),
  ),
};

/** @param senders as the setting has them */
export function readSender(
  senders: readonly string[],
  { from: written, from_name: fromName, substitutions, template_id: template }: ChannelConfiguration = {},
): Outcome<Sender, 60200 | 60222> {
  const at = (member: string) => invalid("ChannelConfiguration", { member });
  const from = written === undefined ? undefined : addressOf(written);
  if (written !== undefined && from === undefined) return at("from");
  if (fromName !== undefined && (visible(fromName) === undefined || !isPlainName(fromName))) return at("from_name");
  if (template === undefined && substitutions !== undefined) return at("substitutions");
  const isTheirs = (sender: string) => sender === from || sender === from?.slice(from.lastIndexOf("@"));
  return from !== undefined && !senders.some(isTheirs) ? refused(60222) : accepted({ from, fromName });
}

/** As it is sent from: in lower case, and the domain in its ASCII form. */
function addressOf(text: string): string | undefined {
  const parsed = parseRecipient(text, "email");
  return parsed.ok ? parsed.value.value : undefined;
}
