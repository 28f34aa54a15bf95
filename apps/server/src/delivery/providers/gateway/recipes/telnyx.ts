import { createPublicKey, verify } from "node:crypto";
import { optional } from "../../../../kernel/setting.ts";
import { type Account, bearer, identifier, type ReceiptRequest, recipe, smsSender } from "../recipe.ts";

const toleranceSeconds = 300;

/** The messages of Telnyx, API v2. */
export const telnyxSms = recipe({
  account: "token",
  settings: {
    from: smsSender,
    /** A messaging profile, which a sender with a name needs. */
    profile: optional("profile", identifier(/^[0-9a-f-]{36}$/i)),
    /** Under which receipts are signed: base64 of 32 bytes. */
    publicKey: optional("public-key", {
      must: "must be the base64 of 32 bytes",
      // A plus in a query reads as a space.
      read: (given: string) => /^[A-Za-z0-9+/]{43}=$/.exec(given.replaceAll(" ", "+"))?.[0],
    }),
  },
  authorization: bearer,
  path: () => "/v2/messages",
  probe: () => "/v2/balance",
  body: ({ to, text, receiptUrl }, { from, profile }) => ({
    json: { from: from.address, to, text, messaging_profile_id: profile, webhook_url: receiptUrl },
  }),
  id: "data.id",
  errors: ["errors.0.code"],
  refusals: ["40001", "40012", "40310"],
  receipt: {
    status: "data.payload.to.0.status",
    errors: ["data.payload.errors.0.code"],
    ends: { delivered: "delivered", delivery_failed: "undelivered", sending_failed: "failed" },
    isSigned,
  },
});

/** Ed25519 over the time and the body. */
function isSigned(
  { headers, body, now }: ReceiptRequest,
  _account: Account,
  { publicKey }: { publicKey: string | undefined },
): boolean | undefined {
  if (publicKey === undefined) return undefined;
  const { "telnyx-signature-ed25519": signature, "telnyx-timestamp": timestamp } = headers;
  if (typeof signature !== "string" || !/^\d{1,12}$/.test(String(timestamp))) return false;
  if (Math.abs(now / 1000 - Number(timestamp)) > toleranceSeconds) return false;
  const x = Buffer.from(publicKey, "base64").toString("base64url");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  return verify(null, Buffer.concat([Buffer.from(`${timestamp}|`), body]), key, Buffer.from(signature, "base64"));
}
