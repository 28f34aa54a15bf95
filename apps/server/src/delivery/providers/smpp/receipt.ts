import type { DeliveryReport } from "../../../attempts/attempt.ts";
import type { SmppSettings } from "./settings.ts";

/** A message from the SMS centre. */
export interface Arrived {
  esmClass: number;
  text: string;
  /** `receipted_message_id` and `message_state`, where the centre sends them beside the text. */
  receiptedId: string | undefined;
  messageState: number | undefined;
}

interface Receipt {
  /** The message's names, the likeliest first. */
  ids: string[];
  report: DeliveryReport;
}

/**
 * Reads a delivery receipt: the text of SMPP 3.4, Appendix B, or its optional parameters.
 * @returns undefined for a message of a person, and for a receipt of a step that ends nothing.
 */
export function readReceipt({ esmClass, text, receiptedId, messageState }: Arrived): Receipt | undefined {
  // What follows is the beginning of the message that was sent, and may look like anything.
  const [head = ""] = text.split(/\btext:/i);
  const value = (name: string) => new RegExp(`\\b${name}:\\s*([^\\s]+)`, "i").exec(head)?.[1];
  const id = value("id");
  const isReceipt = (esmClass & 0x3c) === 0x04 || /^\s*id:\S+ .*\bstat:/is.test(head);
  const state = (value("stat") ?? states[messageState ?? 0] ?? "").toUpperCase();
  const report = isReceipt ? reportOf(state, value("err")) : undefined;
  const ids = [receiptedId, id].filter((each) => each !== undefined).flatMap((each) => messageId(each) ?? []);
  return report && ids.length > 0 ? { ids, report } : undefined;
}

/**
 * The centre's name for a message, as it is stored: a number in small letters and without leading zeros, as centres write
 * it in two ways. Undefined where it is no plain word.
 */
export function messageId(text: string): string | undefined {
  if (!/^[\x21-\x7e]{1,64}$/.test(text)) return undefined;
  return /^[0-9a-f]+$/i.test(text) ? text.toLowerCase().replace(/^0+(?=.)/, "") : text;
}

/** The name by which a message is known: that of a receipt, or the same number in the base that its submit was answered in. */
export function referenceOf(
  { ids }: Receipt,
  isKnown: (reference: string) => boolean,
  receiptId: SmppSettings["receiptId"],
): string | undefined {
  const candidates = ids.flatMap((id) => [id, toHex(id), toDecimal(id)]).filter((each) => each !== undefined);
  const [id = ""] = ids;
  const unseen = { same: id, decimal: toHex(id) ?? id, hex: toDecimal(id) ?? id }[receiptId];
  return candidates.find(isKnown) ?? unseen;
}

function toHex(id: string): string | undefined {
  return /^\d+$/.test(id) ? BigInt(id).toString(16) : undefined;
}

function toDecimal(id: string): string | undefined {
  return /^[0-9a-f]+$/.test(id) ? BigInt(`0x${id}`).toString() : undefined;
}

/** Of `message_state`, SMPP 3.4, 5.2.28. */
const states = ["", "ENROUTE", "DELIVRD", "EXPIRED", "DELETED", "UNDELIV", "ACCEPTD", "UNKNOWN", "REJECTD"];

/** The error code is the state and the network's error: `smpp_undeliv_001`. */
function reportOf(state: string, error: string | undefined): DeliveryReport | undefined {
  if (state.startsWith("DELIV")) return { status: "delivered", errorCode: null };
  const final = ["EXPIRED", "DELETED", "UNDELIV", "UNKNOWN", "REJECTD"].find((each) =>
    state.startsWith(each.slice(0, 6)),
  );
  if (final === undefined) return undefined;
  const detail = error !== undefined && /^\w{1,10}$/.test(error) && !/^0+$/.test(error) ? `_${error}` : "";
  const errorCode = `smpp_${final}${detail}`.toLowerCase();
  return { status: final === "REJECTD" ? "failed" : "undelivered", errorCode };
}
