import type { MessageTexts } from "./message-texts.ts";

/** Chinese, simplified. */
export const zh: MessageTexts = {
  sms: "您的 {friendly_name} 验证码是：{code}",
  whatsapp: "{code} 是您的 {friendly_name} 验证码。",
  payment: "您正在向 {payee} 支付 {amount}，{friendly_name} 付款验证码是：{code}",
  doNotShare: "请勿与任何人分享此验证码；我们的员工绝不会向您索取验证码",
  emailSubject: "您的 {friendly_name} 验证码",
  emailNote: "如果您没有请求此验证码，请忽略此邮件。",
  call: "您好。您的 {friendly_name} 验证码是：{code}。再重复一遍，您的验证码是：{code}。再见。",
  pressKey: "请按任意键收听您的验证码。",
};
