import type { MessageTexts } from "./message-texts.ts";

/** Korean. */
export const ko: MessageTexts = {
  sms: "{friendly_name} 인증 코드: {code}",
  whatsapp: "{friendly_name} 인증 코드는 {code}입니다.",
  payment: "{payee}에 {amount} 결제를 승인하기 위한 {friendly_name} 코드: {code}",
  doNotShare: "이 코드를 다른 사람과 공유하지 마세요. 저희 직원은 절대로 코드를 요청하지 않습니다",
  emailSubject: "{friendly_name} 인증 코드",
  emailNote: "이 코드를 요청하지 않으셨다면 이 이메일을 무시하셔도 됩니다.",
  call: "안녕하세요. {friendly_name} 인증 코드는 {code}입니다. 다시 한번 말씀드리겠습니다. 코드는 {code}입니다. 감사합니다.",
  pressKey: "인증 코드를 들으시려면 아무 버튼이나 눌러 주세요.",
};
