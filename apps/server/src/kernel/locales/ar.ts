import type { MessageTexts } from "./message-texts.ts";

/** Arabic. */
export const ar: MessageTexts = {
  sms: "رمز التحقق الخاص بك من {friendly_name} هو: {code}",
  whatsapp: "{code} هو رمز التحقق الخاص بك من {friendly_name}.",
  payment: "رمز {friendly_name} للموافقة على دفع {amount} إلى {payee} هو: {code}",
  doNotShare: "لا تشارك هذا الرمز مع أي شخص؛ لن يطلب موظفونا منك هذا الرمز أبدًا",
  emailSubject: "رمز التحقق الخاص بك من {friendly_name}",
  emailNote: "إذا لم تطلب هذا الرمز، يمكنك تجاهل هذه الرسالة.",
  call: "مرحبًا. رمز التحقق الخاص بك من {friendly_name} هو: {code}. مرة أخرى، الرمز هو: {code}. مع السلامة.",
  pressKey: "يُرجى الضغط على أي مفتاح لسماع رمز التحقق.",
};
