import type { MessageTexts } from "./message-texts.ts";

/** Japanese. */
export const ja: MessageTexts = {
  sms: "{friendly_name} の認証コードは {code} です",
  whatsapp: "{code} は {friendly_name} の認証コードです。",
  payment: "{payee} への {amount} の支払いを承認するための {friendly_name} のコードは {code} です",
  doNotShare: "このコードは誰にも教えないでください。当社の従業員がコードをお尋ねすることはありません",
  emailSubject: "{friendly_name} の認証コード",
  emailNote: "このコードをリクエストした覚えがない場合は、このメールを無視してください。",
  call: "こんにちは。{friendly_name} の認証コードは、{code}、です。もう一度お伝えします。コードは、{code}、です。失礼いたします。",
  pressKey: "認証コードをお聞きになるには、いずれかのキーを押してください。",
};
