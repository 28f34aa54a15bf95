import type { MessageTexts } from "./message-texts.ts";

/** Slovak. */
export const sk: MessageTexts = {
  sms: "Váš overovací kód {friendly_name} je: {code}",
  whatsapp: "{code} je váš overovací kód {friendly_name}.",
  payment: "Váš kód {friendly_name} na schválenie platby {amount} (príjemca: {payee}) je: {code}",
  doNotShare: "Tento kód nikomu neprezrádzajte; naši zamestnanci ho od vás nikdy nebudú žiadať",
  emailSubject: "Váš overovací kód {friendly_name}",
  emailNote: "Ak ste o tento kód nežiadali, môžete tento e-mail ignorovať.",
  call: "Dobrý deň. Váš overovací kód {friendly_name} je: {code}. Opakujeme, váš kód je: {code}. Dopočutia.",
  pressKey: "Stlačte ľubovoľné tlačidlo a vypočujte si svoj overovací kód.",
};
