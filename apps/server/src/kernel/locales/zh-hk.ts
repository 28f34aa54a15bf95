import type { MessageTexts } from "./message-texts.ts";

/** Chinese, traditional. */
export const zhHK: MessageTexts = {
  sms: "您的 {friendly_name} 驗證碼是：{code}",
  whatsapp: "{code} 是您的 {friendly_name} 驗證碼。",
  payment: "您正在向 {payee} 支付 {amount}，{friendly_name} 付款驗證碼是：{code}",
  doNotShare: "請勿與任何人分享此驗證碼；我們的員工絕不會向您索取驗證碼",
  emailSubject: "您的 {friendly_name} 驗證碼",
  emailNote: "如果您沒有要求此驗證碼，請忽略此電郵。",
  call: "您好。您的 {friendly_name} 驗證碼是：{code}。再重複一次，您的驗證碼是：{code}。再見。",
  pressKey: "請按任意鍵收聽您的驗證碼。",
};
