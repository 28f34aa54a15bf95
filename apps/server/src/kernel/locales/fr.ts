import type { MessageTexts } from "./message-texts.ts";

/** French. */
export const fr: MessageTexts = {
  sms: "Votre code de vérification {friendly_name} est : {code}",
  whatsapp: "{code} est votre code de vérification {friendly_name}.",
  payment: "Votre code {friendly_name} pour approuver le paiement de {amount} à {payee} est : {code}",
  doNotShare: "Ne communiquez ce code à personne ; nos employés ne vous le demanderont jamais",
  emailSubject: "Votre code de vérification {friendly_name}",
  emailNote: "Si vous n’avez pas demandé ce code, vous pouvez ignorer cet e-mail.",
  call: "Bonjour. Votre code de vérification {friendly_name} est : {code}. Je répète, votre code est : {code}. Au revoir.",
  pressKey: "Veuillez appuyer sur une touche pour entendre votre code de vérification.",
};
