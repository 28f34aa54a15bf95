import type { MessageTexts } from "./message-texts.ts";

/** Thai. */
export const th: MessageTexts = {
  sms: "รหัสยืนยัน {friendly_name} ของคุณคือ: {code}",
  whatsapp: "{code} คือรหัสยืนยัน {friendly_name} ของคุณ",
  payment: "รหัส {friendly_name} สำหรับอนุมัติการชำระเงิน {amount} ให้แก่ {payee} คือ: {code}",
  doNotShare: "อย่าเปิดเผยรหัสนี้กับผู้ใด พนักงานของเราจะไม่ขอรหัสนี้จากคุณ",
  emailSubject: "รหัสยืนยัน {friendly_name} ของคุณ",
  emailNote: "หากคุณไม่ได้ขอรหัสนี้ โปรดเพิกเฉยต่ออีเมลฉบับนี้",
  call: "สวัสดี รหัสยืนยัน {friendly_name} ของคุณคือ {code} ขอย้ำอีกครั้ง รหัสของคุณคือ {code} ขอบคุณ",
  pressKey: "กรุณากดปุ่มใดก็ได้เพื่อฟังรหัสยืนยันของคุณ",
};
