import type { MessageTexts } from "./message-texts.ts";

/** Telugu. */
export const te: MessageTexts = {
  sms: "మీ {friendly_name} ధృవీకరణ కోడ్: {code}",
  whatsapp: "{code} మీ {friendly_name} ధృవీకరణ కోడ్.",
  payment: "{payee} కు {amount} చెల్లింపును ఆమోదించడానికి మీ {friendly_name} కోడ్: {code}",
  doNotShare: "ఈ కోడ్‌ను ఎవరితోనూ పంచుకోవద్దు; మా ఉద్యోగులు ఈ కోడ్‌ను ఎప్పుడూ అడగరు",
  emailSubject: "మీ {friendly_name} ధృవీకరణ కోడ్",
  emailNote: "మీరు ఈ కోడ్‌ను అభ్యర్థించకపోతే, ఈ ఇమెయిల్‌ను విస్మరించవచ్చు.",
  call: "నమస్కారం. మీ {friendly_name} ధృవీకరణ కోడ్: {code}. మరోసారి, మీ కోడ్: {code}. ధన్యవాదాలు.",
  pressKey: "మీ ధృవీకరణ కోడ్ వినడానికి దయచేసి ఏదైనా కీని నొక్కండి.",
};
