import type { MessageTexts } from "./message-texts.ts";

/** Italian. */
export const it: MessageTexts = {
  sms: "Il codice di verifica {friendly_name} è: {code}",
  whatsapp: "{code} è il codice di verifica {friendly_name}.",
  payment: "Il codice {friendly_name} per approvare il pagamento di {amount} a {payee} è: {code}",
  doNotShare: "Non condividere questo codice con nessuno; i nostri dipendenti non lo chiederanno mai",
  emailSubject: "Il codice di verifica {friendly_name}",
  emailNote: "Se non ha richiesto questo codice, può ignorare questa e-mail.",
  call: "Salve. Il codice di verifica {friendly_name} è: {code}. Ripeto, il codice è: {code}. Arrivederci.",
  pressKey: "Premere un tasto qualsiasi per ascoltare il codice di verifica.",
};
