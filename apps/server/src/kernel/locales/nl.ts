import type { MessageTexts } from "./message-texts.ts";

/** Dutch. */
export const nl: MessageTexts = {
  sms: "Uw verificatiecode voor {friendly_name} is: {code}",
  whatsapp: "{code} is uw verificatiecode voor {friendly_name}.",
  payment: "Uw code van {friendly_name} om de betaling van {amount} aan {payee} goed te keuren is: {code}",
  doNotShare: "Deel deze code met niemand; onze medewerkers zullen er nooit om vragen",
  emailSubject: "Uw verificatiecode voor {friendly_name}",
  emailNote: "Als u deze code niet hebt aangevraagd, kunt u deze e-mail negeren.",
  call: "Hallo. Uw verificatiecode voor {friendly_name} is: {code}. Nogmaals, uw code is: {code}. Tot ziens.",
  pressKey: "Druk op een willekeurige toets om uw verificatiecode te horen.",
};
