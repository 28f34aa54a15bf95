import type { MessageTexts } from "./message-texts.ts";

/** Malay. */
export const ms: MessageTexts = {
  sms: "Kod pengesahan {friendly_name} anda ialah: {code}",
  whatsapp: "{code} ialah kod pengesahan {friendly_name} anda.",
  payment: "Kod {friendly_name} anda untuk meluluskan pembayaran {amount} kepada {payee} ialah: {code}",
  doNotShare: "Jangan kongsi kod ini dengan sesiapa; kakitangan kami tidak akan memintanya",
  emailSubject: "Kod pengesahan {friendly_name} anda",
  emailNote: "Jika anda tidak meminta kod ini, sila abaikan e-mel ini.",
  call: "Helo. Kod pengesahan {friendly_name} anda ialah: {code}. Sekali lagi, kod anda ialah: {code}. Terima kasih.",
  pressKey: "Sila tekan mana-mana kekunci untuk mendengar kod pengesahan anda.",
};
