import type { MessageTexts } from "./message-texts.ts";

/** Norwegian. */
export const nb: MessageTexts = {
  sms: "Bekreftelseskoden din for {friendly_name} er: {code}",
  whatsapp: "{code} er bekreftelseskoden din for {friendly_name}.",
  payment: "Koden din fra {friendly_name} for å godkjenne betalingen på {amount} til {payee} er: {code}",
  doNotShare: "Ikke del denne koden med noen; våre ansatte vil aldri be om den",
  emailSubject: "Bekreftelseskoden din for {friendly_name}",
  emailNote: "Hvis du ikke har bedt om denne koden, kan du se bort fra denne e-posten.",
  call: "Hei. Bekreftelseskoden din for {friendly_name} er: {code}. En gang til, koden din er: {code}. Ha det bra.",
  pressKey: "Trykk på en vilkårlig tast for å høre bekreftelseskoden din.",
};
