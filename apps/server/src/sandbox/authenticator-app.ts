import type { TotpCode } from "@countersign/types";
import { codeAt, fromBase32, stepAt, type TotpConfig } from "../factors/totp.ts";

/** What an authenticator app shows that read an address; nothing for one that it could make nothing of. */
export function shownByApp(uri: string, now: number): TotpCode | undefined {
  if (!URL.canParse(uri)) return undefined;
  const { searchParams } = new URL(uri);
  const given = (name: string, otherwise: string) => searchParams.get(name) || otherwise;
  const secret = fromBase32(given("secret", ""));
  const alg = algorithms.find((each) => each.toUpperCase() === given("algorithm", "SHA1").toUpperCase());
  const [codeLength, timeStep] = [Number(given("digits", "6")), Number(given("period", "30"))];
  const isShown = codeLength >= 1 && codeLength <= 10 && timeStep >= 1;
  if (!secret || !alg || !isShown || !Number.isInteger(codeLength + timeStep)) return undefined;
  return {
    code: codeAt(secret, stepAt(now, { timeStep }), { alg, codeLength }),
    seconds_left: timeStep - (Math.floor(now / 1000) % timeStep),
  };
}

const algorithms: TotpConfig["alg"][] = ["sha1", "sha256", "sha512"];
