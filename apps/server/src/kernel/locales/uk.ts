import type { MessageTexts } from "./message-texts.ts";

/** Ukrainian. */
export const uk: MessageTexts = {
  sms: "Ваш код підтвердження {friendly_name}: {code}",
  whatsapp: "{code} — ваш код підтвердження {friendly_name}.",
  payment: "Ваш код {friendly_name} для підтвердження платежу {amount} (одержувач: {payee}): {code}",
  doNotShare: "Нікому не повідомляйте цей код; наші працівники ніколи його не питають",
  emailSubject: "Ваш код підтвердження {friendly_name}",
  emailNote: "Якщо ви не надсилали запит на цей код, просто проігноруйте цей лист.",
  call: "Вітаємо. Ваш код підтвердження {friendly_name}: {code}. Повторюємо, ваш код: {code}. До побачення.",
  pressKey: "Щоб почути код підтвердження, натисніть будь-яку клавішу.",
};
