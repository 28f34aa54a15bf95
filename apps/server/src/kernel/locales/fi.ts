import type { MessageTexts } from "./message-texts.ts";

/** Finnish. */
export const fi: MessageTexts = {
  sms: "Vahvistuskoodisi ({friendly_name}) on: {code}",
  whatsapp: "{code} on vahvistuskoodisi ({friendly_name}).",
  payment: "Koodisi ({friendly_name}) maksun {amount} hyväksymiseen (saaja: {payee}) on: {code}",
  doNotShare: "Älä kerro tätä koodia kenellekään; työntekijämme eivät koskaan kysy sitä",
  emailSubject: "Vahvistuskoodisi ({friendly_name})",
  emailNote: "Jos et pyytänyt tätä koodia, voit jättää tämän viestin huomiotta.",
  call: "Hei. Vahvistuskoodisi, {friendly_name}, on: {code}. Toistan, koodisi on: {code}. Näkemiin.",
  pressKey: "Paina mitä tahansa näppäintä kuullaksesi vahvistuskoodisi.",
};
