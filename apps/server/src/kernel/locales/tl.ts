import type { MessageTexts } from "./message-texts.ts";

/** Tagalog. */
export const tl: MessageTexts = {
  sms: "Ang iyong verification code sa {friendly_name} ay: {code}",
  whatsapp: "{code} ang iyong verification code sa {friendly_name}.",
  payment: "Ang iyong {friendly_name} code para aprubahan ang pagbabayad ng {amount} sa {payee} ay: {code}",
  doNotShare: "Huwag ibahagi ang code na ito kaninuman; hindi ito kailanman hihingin ng aming mga empleyado",
  emailSubject: "Ang iyong verification code sa {friendly_name}",
  emailNote: "Kung hindi mo hiniling ang code na ito, maaari mong balewalain ang email na ito.",
  call: "Kumusta po. Ang iyong verification code sa {friendly_name} ay: {code}. Uulitin po namin, ang iyong code ay: {code}. Salamat po.",
  pressKey: "Mangyaring pindutin ang anumang key para marinig ang iyong verification code.",
};
