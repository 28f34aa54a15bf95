import {
  choice,
  flag,
  integer,
  type Kind,
  optional,
  plain,
  readOrThrow,
  readQuery,
  setting,
} from "../../../kernel/setting.ts";
import { credentialsOf, endpointOf, refusePath } from "../endpoint.ts";
import { readSender, senderMust } from "../sender.ts";

/** How an SMS centre is spoken to, read from its URL. */
export type SmppSettings = ReturnType<typeof readSmppSettings>;

const bits: Kind<8 | 16> = {
  must: "must be 8 or 16",
  read: (text) => ([8, 16] as const).find((size) => String(size) === text),
};

const inQuery = {
  /** A name, a short code or an international number; `ton`, `npi` where the centre wants others than fit that. */
  from: setting("from", {
    must: senderMust,
    read: sourceOf,
  }),
  ton: optional("ton", integer(0, 6)),
  npi: optional("npi", integer(0, 18)),
  /** As the centre wants it. */
  systemType: setting("system-type", plain(0, 12)),
  /** How many submits may wait for their answers at once. */
  window: setting("window", integer(1, 500), "10"),
  /** Between enquiries whether the connection lives. */
  enquireSeconds: setting("enquire", integer(1, 3600), "30"),
  /** For an answer. */
  timeoutSeconds: setting("timeout", integer(1, 60), "10"),
  /** Whether delivery receipts are asked for; for a text of several parts, that of the last. */
  receipts: setting("receipts", flag("yes", "no"), "yes"),
  /**
   * `hex` or `decimal`, where receipts write message numbers in that base, and answers to submits in the other. It matters
   * for receipts of messages that another process sent; for its own, a process sees it.
   */
  receiptId: setting("receipt-id", choice("same", "hex", "decimal"), "same"),
  /** The size of the number that joins the parts of a text, in bits. */
  partReferenceBits: setting("concat", bits, "8"),
  /** Whether the centre is told when the code is worthless. */
  validity: setting("validity", flag("yes", "no"), "yes"),
};

/** Lengths without the closing zero, SMPP 3.4, 4.1.5. A field ends at a zero, so that no control character may come into it. */
const credentials = { systemId: setting("the user", plain(1, 15)), password: setting("the password", plain(0, 8)) };

/**
 * Reads an SMS centre's URL.
 * @throws Error with one line that says what is wrong, and holds no secret.
 */
export function readSmppSettings(url: URL) {
  const tls = url.protocol === "smpps:";
  if (!tls && url.protocol !== "smpp:") throw new Error("an SMS centre's address must be smpp or smpps");
  refusePath(url);
  const { from, ton, npi, enquireSeconds, timeoutSeconds, ...rest } = readQuery(url.searchParams, inQuery);
  const { user = "", pass = "" } = credentialsOf(url) ?? {};
  return {
    ...endpointOf(url, tls ? 3550 : 2775),
    tls,
    ...readOrThrow(credentials, (name) => (name === "the user" ? user : pass)),
    source: { ...from, ...(ton !== undefined && { ton }), ...(npi !== undefined && { npi }) },
    enquireMs: enquireSeconds * 1000,
    timeoutMs: timeoutSeconds * 1000,
    ...rest,
  };
}

/** The type of number and the numbering plan are those of SMPP 3.4, 5.2.5 and 5.2.6. */
function sourceOf(given: string): { address: string; ton: number; npi: number } | undefined {
  if (given === "") return { address: "", ton: 0, npi: 0 };
  const sender = readSender(given);
  if (sender?.kind === "short") return { address: sender.address, ton: 3, npi: 0 };
  if (sender?.kind === "number") return { address: sender.address.slice(1), ton: 1, npi: 1 };
  return sender && { address: sender.address, ton: 5, npi: 0 };
}
