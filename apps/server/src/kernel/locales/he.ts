import type { MessageTexts } from "./message-texts.ts";

/** Hebrew. */
export const he: MessageTexts = {
  sms: "קוד האימות שלך עבור {friendly_name} הוא: {code}",
  whatsapp: "{code} הוא קוד האימות שלך עבור {friendly_name}.",
  payment: "קוד {friendly_name} לאישור התשלום בסך {amount} ל-{payee} הוא: {code}",
  doNotShare: "אין לשתף קוד זה עם אף אחד; העובדים שלנו לעולם לא יבקשו אותו",
  emailSubject: "קוד האימות שלך עבור {friendly_name}",
  emailNote: "אם לא ביקשת קוד זה, אפשר להתעלם מהודעה זו.",
  call: "שלום. קוד האימות שלך עבור {friendly_name} הוא: {code}. שוב, הקוד הוא: {code}. להתראות.",
  pressKey: "יש להקיש על מקש כלשהו כדי לשמוע את קוד האימות.",
};
