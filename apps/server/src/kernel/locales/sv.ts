import type { MessageTexts } from "./message-texts.ts";

/** Swedish. */
export const sv: MessageTexts = {
  sms: "Din verifieringskod för {friendly_name} är: {code}",
  whatsapp: "{code} är din verifieringskod för {friendly_name}.",
  payment: "Din kod från {friendly_name} för att godkänna betalningen på {amount} till {payee} är: {code}",
  doNotShare: "Dela inte den här koden med någon; våra medarbetare kommer aldrig att be om den",
  emailSubject: "Din verifieringskod för {friendly_name}",
  emailNote: "Om du inte har begärt den här koden kan du bortse från det här mejlet.",
  call: "Hej. Din verifieringskod för {friendly_name} är: {code}. Jag upprepar, din kod är: {code}. Hej då.",
  pressKey: "Tryck på valfri knapp för att höra din verifieringskod.",
};
