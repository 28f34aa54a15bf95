import { codeAt, fromBase32, stepAt, type TotpConfig } from "../src/factors/totp.ts";

/** The code that an authenticator app shows that has read an address. */
export function codeOf(uri: string, at = Date.now()): string {
  const { searchParams } = new URL(uri);
  const text = (name: string) => searchParams.get(name) ?? "";
  const config = {
    alg: text("algorithm").toLowerCase() as TotpConfig["alg"],
    codeLength: Number(text("digits")),
    timeStep: Number(text("period")),
  };
  return codeAt(fromBase32(text("secret")) ?? Buffer.of(), stepAt(at, config), config);
}
