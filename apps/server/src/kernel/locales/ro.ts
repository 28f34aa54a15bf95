import type { MessageTexts } from "./message-texts.ts";

/** Romanian. */
export const ro: MessageTexts = {
  sms: "Codul dumneavoastră de verificare {friendly_name} este: {code}",
  whatsapp: "{code} este codul dumneavoastră de verificare {friendly_name}.",
  payment: "Codul dumneavoastră {friendly_name} pentru aprobarea plății de {amount} către {payee} este: {code}",
  doNotShare: "Nu comunicați nimănui acest cod; angajații noștri nu vi-l vor cere niciodată",
  emailSubject: "Codul dumneavoastră de verificare {friendly_name}",
  emailNote: "Dacă nu ați solicitat acest cod, puteți ignora acest e-mail.",
  call: "Bună ziua. Codul dumneavoastră de verificare {friendly_name} este: {code}. Repetăm, codul este: {code}. La revedere.",
  pressKey: "Apăsați orice tastă pentru a auzi codul de verificare.",
};
