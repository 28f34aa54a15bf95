import type { MessageTexts } from "./message-texts.ts";

/** Kannada. */
export const kn: MessageTexts = {
  sms: "ನಿಮ್ಮ {friendly_name} ಪರಿಶೀಲನಾ ಕೋಡ್: {code}",
  whatsapp: "{code} ನಿಮ್ಮ {friendly_name} ಪರಿಶೀಲನಾ ಕೋಡ್ ಆಗಿದೆ.",
  payment: "{payee} ಗೆ {amount} ಪಾವತಿಯನ್ನು ಅನುಮೋದಿಸಲು ನಿಮ್ಮ {friendly_name} ಕೋಡ್: {code}",
  doNotShare: "ಈ ಕೋಡ್ ಅನ್ನು ಯಾರೊಂದಿಗೂ ಹಂಚಿಕೊಳ್ಳಬೇಡಿ; ನಮ್ಮ ಸಿಬ್ಬಂದಿ ಈ ಕೋಡ್ ಅನ್ನು ಎಂದಿಗೂ ಕೇಳುವುದಿಲ್ಲ",
  emailSubject: "ನಿಮ್ಮ {friendly_name} ಪರಿಶೀಲನಾ ಕೋಡ್",
  emailNote: "ನೀವು ಈ ಕೋಡ್ ಅನ್ನು ಕೇಳಿರದಿದ್ದರೆ, ಈ ಇಮೇಲ್ ಅನ್ನು ನಿರ್ಲಕ್ಷಿಸಬಹುದು.",
  call: "ನಮಸ್ಕಾರ. ನಿಮ್ಮ {friendly_name} ಪರಿಶೀಲನಾ ಕೋಡ್: {code}. ಮತ್ತೊಮ್ಮೆ, ನಿಮ್ಮ ಕೋಡ್: {code}. ಧನ್ಯವಾದಗಳು.",
  pressKey: "ನಿಮ್ಮ ಪರಿಶೀಲನಾ ಕೋಡ್ ಕೇಳಲು ದಯವಿಟ್ಟು ಯಾವುದಾದರೂ ಕೀಲಿಯನ್ನು ಒತ್ತಿ.",
};
