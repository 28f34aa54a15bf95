import { isSupportedCountry } from "libphonenumber-js/max";

/** By which SMS route a service sends to one country, or to all that have none of their own. */
export interface MessagingConfiguration {
  serviceSid: string;
  /** `MC` and 32 hexadecimal digits, by which pages and the audit trail name it; it is answered nowhere. */
  sid: string;
  accountSid: string;
  /** Two capitals of ISO 3166-1, or `all`; no two of a service have the same. */
  country: string;
  /** `MG` and 32 hexadecimal digits: a route of the operator's. */
  messagingServiceSid: string;
  createdAt: number;
  updatedAt: number;
}

/** A country as it is kept, however it is written; undefined for one that no phone number belongs to. */
export function countryOf(text: string): string | undefined {
  if (/^all$/i.test(text)) return "all";
  const country = text.toUpperCase();
  return /^[a-z]{2}$/i.test(text) && isSupportedCountry(country) ? country : undefined;
}
