import type { MessageTexts } from "./message-texts.ts";

/** Polish. */
export const pl: MessageTexts = {
  sms: "Twój kod weryfikacyjny {friendly_name} to: {code}",
  whatsapp: "{code} to Twój kod weryfikacyjny {friendly_name}.",
  payment: "Twój kod {friendly_name} do zatwierdzenia płatności {amount} (odbiorca: {payee}) to: {code}",
  doNotShare: "Nie udostępniaj nikomu tego kodu; nasi pracownicy nigdy o niego nie poproszą",
  emailSubject: "Twój kod weryfikacyjny {friendly_name}",
  emailNote: "Jeśli ten kod nie był przez Ciebie zamawiany, zignoruj tę wiadomość.",
  call: "Dzień dobry. Twój kod weryfikacyjny {friendly_name} to: {code}. Powtarzam, Twój kod to: {code}. Do usłyszenia.",
  pressKey: "Naciśnij dowolny klawisz, aby usłyszeć kod weryfikacyjny.",
};
