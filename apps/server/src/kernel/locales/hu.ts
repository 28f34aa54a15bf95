import type { MessageTexts } from "./message-texts.ts";

/** Hungarian. */
export const hu: MessageTexts = {
  sms: "Az Ön {friendly_name} ellenőrző kódja: {code}",
  whatsapp: "{code} az Ön {friendly_name} ellenőrző kódja.",
  payment:
    "Az Ön {friendly_name} kódja a következő fizetés jóváhagyásához: {amount}, kedvezményezett: {payee}. Kód: {code}",
  doNotShare: "Ezt a kódot ne ossza meg senkivel; munkatársaink soha nem fogják kérni",
  emailSubject: "Az Ön {friendly_name} ellenőrző kódja",
  emailNote: "Ha nem Ön kérte ezt a kódot, hagyja figyelmen kívül ezt az e-mailt.",
  call: "Üdvözöljük. Az Ön {friendly_name} ellenőrző kódja: {code}. Megismételjük, az Ön kódja: {code}. Viszonthallásra.",
  pressKey: "Az ellenőrző kód meghallgatásához nyomjon meg egy tetszőleges gombot.",
};
