import type { MessageTexts } from "./message-texts.ts";

/** Croatian. */
export const hr: MessageTexts = {
  sms: "Vaš verifikacijski kod za {friendly_name} je: {code}",
  whatsapp: "{code} je vaš verifikacijski kod za {friendly_name}.",
  payment: "Vaš {friendly_name} kod za odobrenje plaćanja iznosa {amount} (primatelj: {payee}) je: {code}",
  doNotShare: "Ne dijelite ovaj kod ni s kim; naši ga zaposlenici nikada neće tražiti",
  emailSubject: "Vaš verifikacijski kod za {friendly_name}",
  emailNote: "Ako niste zatražili ovaj kod, možete zanemariti ovu poruku e-pošte.",
  call: "Dobar dan. Vaš verifikacijski kod za {friendly_name} je: {code}. Ponavljamo, vaš kod je: {code}. Doviđenja.",
  pressKey: "Pritisnite bilo koju tipku da biste čuli svoj verifikacijski kod.",
};
