import type { MessageTexts } from "./message-texts.ts";

/** Czech. */
export const cs: MessageTexts = {
  sms: "Váš ověřovací kód {friendly_name} je: {code}",
  whatsapp: "{code} je váš ověřovací kód {friendly_name}.",
  payment: "Váš kód {friendly_name} ke schválení platby {amount} (příjemce: {payee}) je: {code}",
  doNotShare: "Tento kód nikomu nesdělujte; naši zaměstnanci ho po vás nikdy nebudou chtít",
  emailSubject: "Váš ověřovací kód {friendly_name}",
  emailNote: "Pokud jste o tento kód nežádali, můžete tento e-mail ignorovat.",
  call: "Dobrý den. Váš ověřovací kód {friendly_name} je: {code}. Opakujeme, váš kód je: {code}. Na shledanou.",
  pressKey: "Stiskněte prosím libovolné tlačítko a uslyšíte svůj ověřovací kód.",
};
