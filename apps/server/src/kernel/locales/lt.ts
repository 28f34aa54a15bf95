import type { MessageTexts } from "./message-texts.ts";

/** Lithuanian. */
export const lt: MessageTexts = {
  sms: "Jūsų {friendly_name} patvirtinimo kodas: {code}",
  whatsapp: "{code} yra jūsų {friendly_name} patvirtinimo kodas.",
  payment: "Jūsų {friendly_name} kodas mokėjimui {amount} patvirtinti (gavėjas: {payee}): {code}",
  doNotShare: "Niekam neatskleiskite šio kodo; mūsų darbuotojai niekada jo neprašys",
  emailSubject: "Jūsų {friendly_name} patvirtinimo kodas",
  emailNote: "Jei šio kodo neprašėte, galite nekreipti dėmesio į šį el. laišką.",
  call: "Sveiki. Jūsų {friendly_name} patvirtinimo kodas: {code}. Kartojame, jūsų kodas: {code}. Viso gero.",
  pressKey: "Norėdami išgirsti patvirtinimo kodą, paspauskite bet kurį mygtuką.",
};
