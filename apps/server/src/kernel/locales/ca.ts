import type { MessageTexts } from "./message-texts.ts";

/** Catalan. */
export const ca: MessageTexts = {
  sms: "El vostre codi de verificació de {friendly_name} és: {code}",
  whatsapp: "{code} és el vostre codi de verificació de {friendly_name}.",
  payment: "El vostre codi de {friendly_name} per aprovar el pagament de {amount} a {payee} és: {code}",
  doNotShare: "No compartiu aquest codi amb ningú; els nostres empleats no us el demanaran mai",
  emailSubject: "El vostre codi de verificació de {friendly_name}",
  emailNote: "Si no heu demanat aquest codi, podeu ignorar aquest correu.",
  call: "Hola. El vostre codi de verificació de {friendly_name} és: {code}. Ho repetim, el vostre codi és: {code}. Adeu.",
  pressKey: "Premeu qualsevol tecla per escoltar el vostre codi de verificació.",
};
