/** One SMS of a text. */
export interface SmppPart {
  dataCoding: number;
  shortMessage: Buffer;
  /** Whether it begins with a user data header. */
  hasHeader: boolean;
}

/**
 * A text as one or several SMS: GSM-7, one character an octet as SMPP has it, where the whole text fits into that
 * alphabet; else UCS-2. No character is split between two.
 * @param reference Joins the parts at the recipient's: the same in each try, so that a part that comes twice counts once.
 */
export function smppParts(text: string, reference: number, referenceBits: 8 | 16): SmppPart[] {
  const isGsm = [...text].every((character) => gsmCodes.has(character));
  const encode = isGsm ? gsmOctets : ucs2Octets;
  const dataCoding = isGsm ? 0 : 8;
  const whole = encode(text);
  if (whole.length <= (isGsm ? 160 : 140)) return [{ dataCoding, shortMessage: whole, hasHeader: false }];
  // What 140 octets leave beside a header of 6 or 7: whole septets, or whole 16-bit units.
  const capacity = referenceBits === 8 ? (isGsm ? 153 : 67) : isGsm ? 152 : 66;
  const pieces = split(text, isGsm ? capacity : capacity * 2, encode);
  return pieces.map((octets, index) => {
    const header = headerOf(reference, referenceBits, pieces.length, index + 1);
    return { dataCoding, shortMessage: Buffer.concat([header, octets]), hasHeader: true };
  });
}

/** Concatenation of 3GPP TS 23.040, 9.2.3.24.1 and 9.2.3.24.8. */
function headerOf(reference: number, bits: 8 | 16, total: number, number: number): Buffer {
  return bits === 8
    ? Buffer.from([5, 0, 3, reference & 0xff, total, number])
    : Buffer.from([6, 8, 4, (reference >> 8) & 0xff, reference & 0xff, total, number]);
}

function split(text: string, capacity: number, encode: (text: string) => Buffer): Buffer[] {
  const pieces: Buffer[][] = [[]];
  let used = 0;
  for (const character of text) {
    const octets = encode(character);
    if (used + octets.length > capacity) {
      pieces.push([]);
      used = 0;
    }
    pieces.at(-1)?.push(octets);
    used += octets.length;
  }
  return pieces.map((piece) => Buffer.concat(piece));
}

/** The default alphabet of 3GPP TS 23.038 in the order of its codes, but for the escape to the extension table. */
const gsmBasic =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
  "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const gsmExtension = "\f^{}\\[~]|€";
const escapeCode = 0x1b;
const extensionCodes = [0x0a, 0x14, 0x28, 0x29, 0x2f, 0x3c, 0x3d, 0x3e, 0x40, 0x65];
const gsmCodes = new Map<string, number[]>();
for (const [index, character] of [...gsmBasic].entries()) {
  gsmCodes.set(character, [index < escapeCode ? index : index + 1]);
}
for (const [index, character] of [...gsmExtension].entries()) {
  gsmCodes.set(character, [escapeCode, extensionCodes[index] ?? 0]);
}

function gsmOctets(text: string): Buffer {
  return Buffer.from([...text].flatMap((character) => gsmCodes.get(character) ?? []));
}

function ucs2Octets(text: string): Buffer {
  return Buffer.from(text, "utf16le").swap16();
}
