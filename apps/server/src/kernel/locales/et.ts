import type { MessageTexts } from "./message-texts.ts";

/** Estonian. */
export const et: MessageTexts = {
  sms: "Teie {friendly_name} kinnituskood on: {code}",
  whatsapp: "{code} on teie {friendly_name} kinnituskood.",
  payment: "Teie {friendly_name} kood makse {amount} kinnitamiseks (saaja: {payee}) on: {code}",
  doNotShare: "Ärge jagage seda koodi kellegagi; meie töötajad ei küsi seda kunagi",
  emailSubject: "Teie {friendly_name} kinnituskood",
  emailNote: "Kui te seda koodi ei küsinud, võite seda e-kirja eirata.",
  call: "Tere. Teie {friendly_name} kinnituskood on: {code}. Kordame, teie kood on: {code}. Head aega.",
  pressKey: "Kinnituskoodi kuulmiseks vajutage mis tahes klahvi.",
};
