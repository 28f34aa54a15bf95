/** How an SMS centre is spoken to, read from its URL. */
export interface SmppSettings {
  host: string;
  port: number;
  tls: boolean;
  systemId: string;
  password: string;
  systemType: string;
  source: SmppAddress;
  /** How many submits may wait for their answers. */
  window: number;
  enquireMs: number;
  timeoutMs: number;
  /** Whether delivery receipts are asked for. */
  receipts: boolean;
  /** How a receipt writes the number that the answer to the submit gave in the other base. */
  receiptId: "same" | "hex" | "decimal";
  /** The size of the number that joins the parts of a text. */
  partReferenceBits: 8 | 16;
  /** Whether the centre is told when the code is worthless. */
  validity: boolean;
}

/** With type of number and numbering plan of SMPP 3.4, 5.2.5 and 5.2.6. */
interface SmppAddress {
  ton: number;
  npi: number;
  address: string;
}

const known = [
  "from",
  "ton",
  "npi",
  "system-type",
  "window",
  "enquire",
  "timeout",
  "receipts",
  "receipt-id",
  "concat",
  "validity",
];

/**
 * Reads an SMS centre's URL.
 * @throws Error with one line that says what is wrong, and holds no secret.
 */
export function readSmppSettings(url: URL): SmppSettings {
  const tls = url.protocol === "smpps:";
  if (!tls && url.protocol !== "smpp:") throw new Error("an SMS centre's address must be smpp or smpps");
  if (url.hostname === "") throw new Error("the address has no host");
  if (url.pathname.replace("/", "") !== "" || url.hash !== "") throw new Error("the address must end after the port");
  const unknown = [...url.searchParams.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`there is no such setting; there are ${known.join(", ")}`);
  const get = (name: string) => single(name, url.searchParams.getAll(name));
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: Number(url.port || (tls ? 3550 : 2775)),
    tls,
    // Lengths without the closing zero, SMPP 3.4, 4.1.5.
    systemId: field("the user", decoded(url.username), 1, 15),
    password: field("the password", decoded(url.password), 0, 8),
    systemType: field("system-type", get("system-type") ?? "", 0, 12),
    source: sourceOf(get("from"), numberOf("ton", get("ton"), 0, 6), numberOf("npi", get("npi"), 0, 18)),
    window: numberOf("window", get("window"), 1, 500) ?? 10,
    enquireMs: (numberOf("enquire", get("enquire"), 1, 3600) ?? 30) * 1000,
    timeoutMs: (numberOf("timeout", get("timeout"), 1, 60) ?? 10) * 1000,
    receipts: oneOf("receipts", get("receipts") ?? "yes", ["yes", "no"]) === "yes",
    receiptId: oneOf("receipt-id", get("receipt-id") ?? "same", ["same", "hex", "decimal"]),
    partReferenceBits: oneOf("concat", get("concat") ?? "8", ["8", "16"]) === "8" ? 8 : 16,
    validity: oneOf("validity", get("validity") ?? "yes", ["yes", "no"]) === "yes",
  };
}

/** Letters make a name; up to eight digits a short code; more digits a number of the whole world. */
function sourceOf(given: string | undefined, ton: number | undefined, npi: number | undefined): SmppAddress {
  // A plus in a query reads as a space.
  const from = (given ?? "").replace(/^ (?=\d)/, "+");
  const typed = (address: string, tonOfKind: number, npiOfKind: number) => {
    return { address, ton: ton ?? tonOfKind, npi: npi ?? npiOfKind };
  };
  if (from === "") return typed("", 0, 0);
  if (/^\d{3,8}$/.test(from)) return typed(from, 3, 0);
  if (/^\+?[1-9]\d{6,14}$/.test(from)) return typed(from.replace("+", ""), 1, 1);
  if (/^(?=.*[A-Za-z])[ -~]{1,11}$/.test(from)) return typed(from, 5, 0);
  throw new Error("from must be a name of up to 11 plain characters, a short code or an international number");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error("user and password must be percent-encoded");
  }
}

/** A field ends at a zero, so that no control character may come into it. */
function field(name: string, text: string, lengthMin: number, lengthMax: number): string {
  if (!/^[ -~]*$/.test(text) || text.length < lengthMin || text.length > lengthMax) {
    throw new Error(`${name} must have ${lengthMin} to ${lengthMax} plain characters`);
  }
  return text;
}

function single(name: string, values: string[]): string | undefined {
  const [value] = values;
  if (values.length > 1 || value === "") throw new Error(`${name} must be given once, and not empty`);
  return value;
}

function numberOf(name: string, text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined) return undefined;
  const number = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= min && number <= max)) throw new Error(`${name} must be a whole number from ${min} to ${max}`);
  return number;
}

function oneOf<Value extends string>(name: string, text: string, values: readonly Value[]): Value {
  const value = values.find((each) => each === text);
  if (value === undefined) throw new Error(`${name} must be ${values.join(" or ")}`);
  return value;
}
