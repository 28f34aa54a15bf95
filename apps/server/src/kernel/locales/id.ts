import type { MessageTexts } from "./message-texts.ts";

/** Indonesian. */
export const id: MessageTexts = {
  sms: "Kode verifikasi {friendly_name} Anda adalah: {code}",
  whatsapp: "{code} adalah kode verifikasi {friendly_name} Anda.",
  payment: "Kode {friendly_name} Anda untuk menyetujui pembayaran {amount} kepada {payee} adalah: {code}",
  doNotShare: "Jangan bagikan kode ini kepada siapa pun; karyawan kami tidak akan pernah memintanya",
  emailSubject: "Kode verifikasi {friendly_name} Anda",
  emailNote: "Jika Anda tidak meminta kode ini, abaikan email ini.",
  call: "Halo. Kode verifikasi {friendly_name} Anda adalah: {code}. Sekali lagi, kode Anda adalah: {code}. Terima kasih.",
  pressKey: "Silakan tekan tombol apa saja untuk mendengar kode verifikasi Anda.",
};
