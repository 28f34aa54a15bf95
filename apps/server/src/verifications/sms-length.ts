/** How an SMS is billed. */
interface SmsLength {
  encoding: "GSM-7" | "UCS-2";
  /** Septets for GSM-7, where a character of the extension table takes two; 16-bit units for UCS-2. */
  units: number;
  /** How many messages the text is split into; at least one. */
  segments: number;
}

/** The length of an SMS by 3GPP TS 23.038, without national language tables. */
export function smsLength(text: string): SmsLength {
  const characters = [...text];
  const isGsm = characters.every((character) => gsmSeptets(character) > 0);
  const sizes = characters.map(isGsm ? gsmSeptets : (character) => character.length);
  const units = sizes.reduce((sum, size) => sum + size, 0);
  const [single, part] = isGsm ? [160, 153] : [70, 67];
  return { encoding: isGsm ? "GSM-7" : "UCS-2", units, segments: units <= single ? 1 : countParts(sizes, part) };
}

/** The default alphabet in the order of its codes, of which 27 is the escape to the extension table, and no character. */
export const gsmBasic =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
  "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
export const gsmExtension = "\f^{}\\[~]|€";
const septets = new Map([
  ...[...gsmBasic].map((c) => [c, 1] as const),
  ...[...gsmExtension].map((c) => [c, 2] as const),
]);

/** None for a character that GSM-7 lacks. */
function gsmSeptets(character: string): number {
  return septets.get(character) ?? 0;
}

/** No character is split between two parts, so that a part may end one unit short. */
function countParts(sizes: number[], capacity: number): number {
  let parts = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > capacity) {
      parts++;
      used = 0;
    }
    used += size;
  }
  return parts;
}
