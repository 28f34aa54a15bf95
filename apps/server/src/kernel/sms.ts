/**
 * A text as one or several SMS: GSM-7, one character an octet as SMPP has it, where the whole text fits into that
 * alphabet; else UCS-2. No character is split between two.
 * @param referenceBits of the header that joins the pieces, where there are several
 */
export function smsPieces(text: string, referenceBits: 8 | 16): { isGsm: boolean; pieces: Buffer[] } {
  const isGsm = isGsmText(text);
  const encode = isGsm ? gsmOctets : ucs2Octets;
  const whole = encode(text);
  if (whole.length <= (isGsm ? 160 : smsBytesMax)) return { isGsm, pieces: [whole] };
  // What 140 octets leave beside a header of 6 or 7: whole septets, or whole 16-bit units.
  const capacity = referenceBits === 8 ? (isGsm ? 153 : 67) : isGsm ? 152 : 66;
  return { isGsm, pieces: split(text, isGsm ? capacity : capacity * 2, encode) };
}

/** How many SMS a text is, joined by a header with a reference of 8 bits. */
export function smsParts(text: string): number {
  // Whatever its characters, so short a text is one.
  return text.length <= smsBytesMax / 2 ? 1 : smsPieces(text, 8).pieces.length;
}

/** What one SMS holds. */
const smsBytesMax = 140;

/** Typography, as `’`, in plain characters, if the whole text is GSM-7 then: one mark alone would more than double its size. */
export function plainSms(text: string): string {
  if (isGsmText(text)) return text;
  const plain = typography.reduce((before, [marks, mark]) => before.replace(marks, mark), text);
  return isGsmText(plain) ? plain : text;
}

const typography = [
  [/[‘’‚‛′ʼ]/g, "'"],
  [/[“”„‟″«»]/g, '"'],
  [/[‐‑‒–—−]/g, "-"],
  [/…/g, "..."],
  [/\p{Zs}/gu, " "],
  [/[\u00ad\u200b-\u200d\u2060\ufeff]/g, ""],
] as const;

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

const gsmText = new RegExp(`^[${`${gsmBasic}${gsmExtension}`.replace(/[\\\]^-]/g, "\\$&")}]*$`);

/** Whether GSM-7 has every character of it. */
export function isGsmText(text: string): boolean {
  return gsmText.test(text);
}

function gsmOctets(text: string): Buffer {
  return Buffer.from([...text].flatMap((character) => gsmCodes.get(character) ?? []));
}

function ucs2Octets(text: string): Buffer {
  return Buffer.from(text, "utf16le").swap16();
}
