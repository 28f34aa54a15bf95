/** Why a text is no identity of an entity, in the words of the document. */
export type IdentityFault = "too_short" | "too_long" | "email_address" | "underscore" | "blank" | "other_character";

/**
 * What keeps a text from being an identity: 8 to 64 letters, digits and dashes. What people mistake for one is told first,
 * since a length that is right would not help them.
 */
export function identityFault(text: string): IdentityFault | undefined {
  if (/^[A-Za-z0-9-]{8,64}$/.test(text)) return undefined;
  if (/^[^@\s]+@[^@\s]+$/.test(text)) return "email_address";
  if (/\s/.test(text)) return "blank";
  const others = text.replaceAll(/[A-Za-z0-9-]/g, "");
  if (others !== "") return /^_+$/.test(others) ? "underscore" : "other_character";
  return text.length < 8 ? "too_short" : "too_long";
}
