import type { MessageTexts } from "./message-texts.ts";

/** Russian. */
export const ru: MessageTexts = {
  sms: "Ваш код подтверждения {friendly_name}: {code}",
  whatsapp: "{code} — ваш код подтверждения {friendly_name}.",
  payment: "Ваш код {friendly_name} для подтверждения платежа {amount} (получатель: {payee}): {code}",
  doNotShare: "Никому не сообщайте этот код; наши сотрудники никогда его не спрашивают",
  emailSubject: "Ваш код подтверждения {friendly_name}",
  emailNote: "Если вы не запрашивали этот код, просто проигнорируйте это письмо.",
  call: "Здравствуйте. Ваш код подтверждения {friendly_name}: {code}. Повторяем, ваш код: {code}. До свидания.",
  pressKey: "Чтобы услышать код подтверждения, нажмите любую клавишу.",
};
