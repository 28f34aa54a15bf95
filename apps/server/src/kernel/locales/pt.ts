import type { MessageTexts } from "./message-texts.ts";

/** Portuguese. */
export const pt: MessageTexts = {
  sms: "O seu código de verificação {friendly_name} é: {code}",
  whatsapp: "{code} é o seu código de verificação {friendly_name}.",
  payment: "O seu código {friendly_name} para aprovar o pagamento de {amount} a {payee} é: {code}",
  doNotShare: "Não partilhe este código com ninguém; os nossos colaboradores nunca o irão pedir",
  emailSubject: "O seu código de verificação {friendly_name}",
  emailNote: "Se não pediu este código, pode ignorar este e-mail.",
  call: "Olá. O seu código de verificação {friendly_name} é: {code}. Mais uma vez, o seu código é: {code}. Até breve.",
  pressKey: "Prima qualquer tecla para ouvir o seu código de verificação.",
};
