export { type PhoneCodes, type PhoneCodesOptions, phoneCodes } from "./phone-codes.ts";
