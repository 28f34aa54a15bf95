import { shownByApp } from "../src/sandbox/authenticator-app.ts";

/** The code that an authenticator app shows that has read an address. */
export function codeOf(uri: string, at = Date.now()): string {
  return shownByApp(uri, at)?.code ?? "";
}
