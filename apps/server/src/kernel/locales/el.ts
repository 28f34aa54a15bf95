import type { MessageTexts } from "./message-texts.ts";

/** Greek. */
export const el: MessageTexts = {
  sms: "Ο κωδικός επαλήθευσης {friendly_name} είναι: {code}",
  whatsapp: "Το {code} είναι ο κωδικός επαλήθευσης {friendly_name}.",
  payment: "Ο κωδικός {friendly_name} για την έγκριση της πληρωμής {amount} προς {payee} είναι: {code}",
  doNotShare: "Μην κοινοποιήσετε αυτόν τον κωδικό σε κανέναν· οι υπάλληλοί μας δεν θα τον ζητήσουν ποτέ",
  emailSubject: "Ο κωδικός επαλήθευσης {friendly_name}",
  emailNote: "Εάν δεν ζητήσατε αυτόν τον κωδικό, μπορείτε να αγνοήσετε αυτό το email.",
  call: "Γεια σας. Ο κωδικός επαλήθευσης {friendly_name} είναι: {code}. Επαναλαμβάνω, ο κωδικός είναι: {code}. Αντίο σας.",
  pressKey: "Πατήστε οποιοδήποτε πλήκτρο για να ακούσετε τον κωδικό επαλήθευσης.",
};
