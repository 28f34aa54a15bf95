/** Whom an SMS comes from: a name of letters, a short code, or a number of the whole world, `+` first. */
export interface SmsSender {
  kind: "name" | "short" | "number";
  address: string;
}

/** What the text of a sender must be, told after the setting's name. */
export const senderMust = "must be a name of up to 11 plain characters, a short code or an international number";

/** @returns undefined for a text that is none of the three */
export function readSender(given: string): SmsSender | undefined {
  // A plus in a query reads as a space.
  const from = given.replace(/^ (?=\d)/, "+");
  if (/^\d{3,8}$/.test(from)) return { kind: "short", address: from };
  if (/^\+?[1-9]\d{6,14}$/.test(from)) return { kind: "number", address: `+${from.replace("+", "")}` };
  return /^(?=.*[A-Za-z])[ -~]{1,11}$/.test(from) ? { kind: "name", address: from } : undefined;
}
