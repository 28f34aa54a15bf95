import type { MessageTexts } from "./message-texts.ts";

/** German. */
export const de: MessageTexts = {
  sms: "Ihr Bestätigungscode für {friendly_name} lautet: {code}",
  whatsapp: "{code} ist Ihr Bestätigungscode für {friendly_name}.",
  payment: "Ihr Code von {friendly_name} zur Freigabe der Zahlung von {amount} an {payee} lautet: {code}",
  doNotShare: "Geben Sie diesen Code an niemanden weiter; unsere Mitarbeiter werden Sie nie danach fragen",
  emailSubject: "Ihr Bestätigungscode für {friendly_name}",
  emailNote: "Wenn Sie diesen Code nicht angefordert haben, können Sie diese E-Mail ignorieren.",
  call: "Guten Tag. Ihr Bestätigungscode für {friendly_name} lautet: {code}. Noch einmal, Ihr Code lautet: {code}. Auf Wiederhören.",
  pressKey: "Bitte drücken Sie eine beliebige Taste, um Ihren Bestätigungscode zu hören.",
};
