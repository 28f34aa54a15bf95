import type { MessageTexts } from "./message-texts.ts";

/** Afrikaans. */
export const af: MessageTexts = {
  sms: "U verifikasiekode vir {friendly_name} is: {code}",
  whatsapp: "{code} is u verifikasiekode vir {friendly_name}.",
  payment: "U kode van {friendly_name} om die betaling van {amount} aan {payee} goed te keur, is: {code}",
  doNotShare: "Moenie hierdie kode met enigiemand deel nie; ons werknemers sal nooit daarvoor vra nie",
  emailSubject: "U verifikasiekode vir {friendly_name}",
  emailNote: "As u nie hierdie kode aangevra het nie, kan u hierdie e-pos ignoreer.",
  call: "Hallo. U verifikasiekode vir {friendly_name} is: {code}. Nogmaals, u kode is: {code}. Totsiens.",
  pressKey: "Druk asseblief enige knoppie om u verifikasiekode te hoor.",
};
