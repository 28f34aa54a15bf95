import type { MessageTexts } from "./message-texts.ts";

/** Turkish. */
export const tr: MessageTexts = {
  sms: "{friendly_name} doğrulama kodunuz: {code}",
  whatsapp: "{code}, {friendly_name} doğrulama kodunuzdur.",
  payment: "{amount} tutarındaki ödemeyi (alıcı: {payee}) onaylamak için {friendly_name} kodunuz: {code}",
  doNotShare: "Bu kodu kimseyle paylaşmayın; çalışanlarımız sizden bu kodu asla istemez",
  emailSubject: "{friendly_name} doğrulama kodunuz",
  emailNote: "Bu kodu siz istemediyseniz bu e-postayı dikkate almayın.",
  call: "Merhaba. {friendly_name} doğrulama kodunuz: {code}. Tekrar ediyoruz, kodunuz: {code}. Hoşça kalın.",
  pressKey: "Doğrulama kodunuzu dinlemek için lütfen herhangi bir tuşa basın.",
};
