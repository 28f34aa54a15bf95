import ipaddr from "ipaddr.js";
import { accepted, invalid, type Outcome, refused } from "../kernel/refusal.ts";
import type { CodeToDeliver } from "./auth-server.ts";

/** A member of a JSON document; undefined where there is none. */
export function member(document: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => {
    const isObject = typeof value === "object" && value !== null && Object.hasOwn(value, name);
    return isObject ? (value as Record<string, unknown>)[name] : undefined;
  }, document);
}

/** The code and its receiver, by what the documents of the auth servers call them. */
export function readCode(
  { to, code }: { to: unknown; code: unknown },
  { locale, client }: { locale: unknown; client: unknown },
): Outcome<CodeToDeliver, 60200> {
  if (typeof to !== "string" || to === "") return unreadable("There is no phone number in the request.");
  if (!/^\+?\d{6,15}$/.test(to)) return invalid("To");
  // As long, and of such characters, as a code that a caller of the API brings.
  if (typeof code !== "string" || !/^[0-9A-Za-z]{4,10}$/.test(code)) {
    return unreadable("There is no code of 4 to 10 letters or digits in the request.");
  }
  return accepted({
    // Some leave the plus sign out.
    to: to.replace(/^(?!\+)/, "+"),
    code,
    locale: typeof locale === "string" ? locale : null,
    client: isOfPerson(client) ? client : undefined,
  });
}

/** A private address is that of a proxy before the auth server: as a client it would be everybody. */
function isOfPerson(address: unknown): address is string {
  return typeof address === "string" && ipaddr.isValid(address) && ipaddr.process(address).range() === "unicast";
}

/** 60200 with what is wrong. It repeats nothing that was sent. */
export function unreadable(message: string) {
  return refused(60200, { message });
}
