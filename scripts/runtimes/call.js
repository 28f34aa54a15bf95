import { createClient, unwrap, VerifyError } from "@countersign/client";
import { createVerification, createVerificationCheck } from "@countersign/client/operations";

/** Starts a verification, checks a code and asks for a refusal: gives "pending, approved, 429/60203". */
export async function call(baseUrl, fetch) {
  const client = createClient({
    accountSid: "AC00000000000000000000000000000001",
    authToken: "sandbox",
    baseUrl,
    fetch,
  });
  const to = { ServiceSid: "VA00000000000000000000000000000001", To: "+12025550123" };
  const start = (headers) => createVerification(client, { ...to, Channel: "sms" }, { headers });
  const verification = await unwrap(start());
  const check = await unwrap(
    createVerificationCheck(client, { ...to, Code: "123456" }, { headers: { Prefer: "example=approvedByPhone" } }),
  );
  const refusal = await unwrap(start({ Prefer: "code=429, example=error60203" })).catch((error) => error);
  if (!(refusal instanceof VerifyError)) throw new Error(`not refused: ${refusal}`);
  return `${verification.status}, ${check.status}, ${refusal.status}/${refusal.code}`;
}
