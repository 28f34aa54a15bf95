import type { MessageTexts } from "./message-texts.ts";

/** Danish. */
export const da: MessageTexts = {
  sms: "Din bekræftelseskode til {friendly_name} er: {code}",
  whatsapp: "{code} er din bekræftelseskode til {friendly_name}.",
  payment: "Din kode fra {friendly_name} til at godkende betalingen på {amount} til {payee} er: {code}",
  doNotShare: "Del ikke denne kode med nogen; vores medarbejdere vil aldrig bede om den",
  emailSubject: "Din bekræftelseskode til {friendly_name}",
  emailNote: "Hvis du ikke har bedt om denne kode, kan du se bort fra denne e-mail.",
  call: "Hej. Din bekræftelseskode til {friendly_name} er: {code}. Endnu en gang, din kode er: {code}. Farvel.",
  pressKey: "Tryk på en vilkårlig tast for at høre din bekræftelseskode.",
};
