import { invalid } from "../kernel/refusal.ts";

/** @returns 60200 for a text of the caller's that must not stand in a message */
export function unfitText(
  texts: { [Name in keyof typeof textRules]?: string | undefined },
): ReturnType<typeof invalid> | undefined {
  const names = Object.keys(textRules) as (keyof typeof textRules)[];
  const unfit = names.find((name) => texts[name] !== undefined && !textRules[name](texts[name]));
  return unfit && invalid(unfit);
}

/** Whether a name of whatever marks may stand in a message. */
export function isPlainName(text: string): boolean {
  return isPlain(text) && (text.match(/\p{N}/gu) ?? []).length <= 4 && !/\d(\.\d){3}/.test(text);
}

/** What a caller's texts must be to stand in a message: none is an address, a line or a code of its own. */
const textRules = {
  Payee: isPlainName,
  // One number, and a currency before or behind it.
  Amount: (text: string) => isPlain(text) && /^[^\p{N}]{0,12}(\p{Nd}[\p{Nd}.,'’\p{Zs}]*[^\p{N}]{0,12})?$/u.test(text),
};

/** Phones make a link of what has letters behind a dot, whichever dot it is and whatever nobody sees within. */
function isPlain(text: string): boolean {
  const seen = text.normalize("NFKC").replace(/\p{Cf}/gu, "");
  return !/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u.test(text) && !/[/\\@<>]|[.。]\p{L}{2}/u.test(seen);
}
