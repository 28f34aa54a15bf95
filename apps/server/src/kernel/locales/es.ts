import type { MessageTexts } from "./message-texts.ts";

/** Spanish. */
export const es: MessageTexts = {
  sms: "Su código de verificación de {friendly_name} es: {code}",
  whatsapp: "{code} es su código de verificación de {friendly_name}.",
  payment: "Su código de {friendly_name} para aprobar el pago de {amount} a {payee} es: {code}",
  doNotShare: "No comparta este código con nadie; nuestros empleados nunca se lo pedirán",
  emailSubject: "Su código de verificación de {friendly_name}",
  emailNote: "Si no ha solicitado este código, puede ignorar este correo.",
  call: "Hola. Su código de verificación de {friendly_name} es: {code}. Una vez más, su código es: {code}. Adiós.",
  pressKey: "Presione cualquier tecla para escuchar su código de verificación.",
};
