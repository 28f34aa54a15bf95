import type { Locale } from "../kernel/locale.ts";

/** What a v1 start says it did, with `{number}` for the number. */
interface StartTexts {
  sms: string;
  call: string;
}

/** Whoever's language v1 had no text in read English. */
const english: StartTexts = { sms: "Text message sent to {number}.", call: "Call to {number} initiated." };

const texts: Partial<Record<string, StartTexts>> = {
  es: { sms: "Mensaje de texto enviado a {number}.", call: "Llamada a {number} fue iniciada." },
  fr: { sms: "SMS envoyé à {number}.", call: "Appel vers {number} lancé." },
  it: { sms: "SMS inviato a {number}.", call: "Chiamata a {number} avviata." },
  pt: { sms: "Mensagem de texto enviada para {number}.", call: "Chamada para {number} iniciada." },
};

/** The message of a successful start. @param number as messages show it */
export function startText(locale: Locale, via: "sms" | "call", number: string): string {
  const [language = ""] = locale.split("-");
  return (texts[language] ?? english)[via].replace("{number}", () => number);
}

/** The message of 60023 for a number. */
export function nothingPendingText(number: string): string {
  return `No pending verifications for ${number} found.`;
}

/** The message of 60023 for an id. */
export const notFoundText = "Phone verification not found";
