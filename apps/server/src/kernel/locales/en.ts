import type { MessageTexts } from "./message-texts.ts";

/** English. */
export const en: MessageTexts = {
  sms: "Your {friendly_name} verification code is: {code}",
  whatsapp: "{code} is your {friendly_name} verification code.",
  payment: "Your {friendly_name} code to approve the payment of {amount} to {payee} is: {code}",
  doNotShare: "Don’t share this code with anyone; our employees will never ask for the code",
  emailSubject: "Your {friendly_name} verification code",
  emailNote: "If you did not ask for this code, you can ignore this email.",
  call: "Hello. Your {friendly_name} verification code is: {code}. Once more, your code is: {code}. Goodbye.",
  pressKey: "Please press any key to hear your verification code.",
};
