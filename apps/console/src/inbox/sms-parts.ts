/** The default alphabet of 3GPP TS 23.038, and what takes an escape before it. */
const gsmBasic =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
  "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const gsmExtension = "\f^{}\\[~]|€";

/** How many SMS a text takes, as carriers count and bill them, and how much of them it fills. */
export function smsParts(text: string): { parts: number; alphabet: "GSM-7" | "UCS-2"; used: number; room: number } {
  const characters = [...text];
  const septets = characters.map((each) => (gsmBasic.includes(each) ? 1 : gsmExtension.includes(each) ? 2 : 0));
  const isGsm = !septets.includes(0);
  const units = isGsm ? septets : characters.map((each) => each.length);
  const [alphabet, whole, piece] = isGsm ? (["GSM-7", 160, 153] as const) : (["UCS-2", 70, 67] as const);
  const used = units.reduce<number>((sum, each) => sum + each, 0);
  if (used <= whole) return { parts: 1, alphabet, used, room: whole };
  let parts = 1;
  let filled = 0;
  for (const unit of units) {
    // A character is not split between two.
    if (filled + unit > piece) {
      parts += 1;
      filled = 0;
    }
    filled += unit;
  }
  return { parts, alphabet, used, room: parts * piece };
}
