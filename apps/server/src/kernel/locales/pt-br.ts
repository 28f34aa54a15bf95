import type { MessageTexts } from "./message-texts.ts";

/** Portuguese of Brazil. */
export const ptBR: MessageTexts = {
  sms: "Seu código de verificação {friendly_name} é: {code}",
  whatsapp: "{code} é seu código de verificação {friendly_name}.",
  payment: "Seu código {friendly_name} para aprovar o pagamento de {amount} para {payee} é: {code}",
  doNotShare: "Não compartilhe este código com ninguém; nossos funcionários nunca pedirão o código",
  emailSubject: "Seu código de verificação {friendly_name}",
  emailNote: "Se você não solicitou este código, ignore este e-mail.",
  call: "Olá. Seu código de verificação {friendly_name} é: {code}. Mais uma vez, seu código é: {code}. Até logo.",
  pressKey: "Pressione qualquer tecla para ouvir seu código de verificação.",
};
