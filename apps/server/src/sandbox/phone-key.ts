import { generateKeyPairSync, sign } from "node:crypto";

export type PhoneKey = ReturnType<typeof newPhoneKey>;

/** A key such as a phone makes for itself, and the two ways in which its app signs. */
export function newPhoneKey() {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  return {
    /** SPKI in DER, in Base64. */
    publicKey: publicKey.export({ type: "spki", format: "der" }).toString("base64"),
    /** The proof that verifies a factor, over its SID. */
    proofOf: (factorSid: string) => sign("sha256", Buffer.from(factorSid), privateKey).toString("base64"),
    /** An answer to a challenge: a compact JWS (RFC 7515) by ES256. */
    answerOf(payload: object): string {
      const parts = [{ typ: "JWT", alg: "ES256" }, payload].map((part) => Buffer.from(JSON.stringify(part)));
      const text = parts.map((part) => part.toString("base64url")).join(".");
      const signature = sign("sha256", Buffer.from(text), { key: privateKey, dsaEncoding: "ieee-p1363" });
      return `${text}.${signature.toString("base64url")}`;
    },
  };
}
