import type { MessageTexts } from "./message-texts.ts";

/** Hindi. */
export const hi: MessageTexts = {
  sms: "आपका {friendly_name} सत्यापन कोड है: {code}",
  whatsapp: "{code} आपका {friendly_name} सत्यापन कोड है।",
  payment: "{payee} को {amount} के भुगतान की मंज़ूरी देने के लिए आपका {friendly_name} कोड है: {code}",
  doNotShare: "यह कोड किसी के साथ साझा न करें; हमारे कर्मचारी आपसे यह कोड कभी नहीं माँगेंगे",
  emailSubject: "आपका {friendly_name} सत्यापन कोड",
  emailNote: "अगर आपने यह कोड नहीं माँगा है, तो आप इस ईमेल को अनदेखा कर सकते हैं।",
  call: "नमस्ते। आपका {friendly_name} सत्यापन कोड है: {code}। एक बार फिर, आपका कोड है: {code}। धन्यवाद।",
  pressKey: "अपना सत्यापन कोड सुनने के लिए कृपया कोई भी बटन दबाएँ।",
};
