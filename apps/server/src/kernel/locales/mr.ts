import type { MessageTexts } from "./message-texts.ts";

/** Marathi. */
export const mr: MessageTexts = {
  sms: "तुमचा {friendly_name} पडताळणी कोड आहे: {code}",
  whatsapp: "{code} हा तुमचा {friendly_name} पडताळणी कोड आहे.",
  payment: "{payee} यांना {amount} चे पेमेंट मंजूर करण्यासाठी तुमचा {friendly_name} कोड आहे: {code}",
  doNotShare: "हा कोड कोणासोबतही शेअर करू नका; आमचे कर्मचारी तुमच्याकडे हा कोड कधीही मागणार नाहीत",
  emailSubject: "तुमचा {friendly_name} पडताळणी कोड",
  emailNote: "तुम्ही हा कोड मागितला नसल्यास, या ईमेलकडे दुर्लक्ष करा.",
  call: "नमस्कार. तुमचा {friendly_name} पडताळणी कोड आहे: {code}. पुन्हा एकदा, तुमचा कोड आहे: {code}. धन्यवाद.",
  pressKey: "तुमचा पडताळणी कोड ऐकण्यासाठी कृपया कोणतेही बटण दाबा.",
};
