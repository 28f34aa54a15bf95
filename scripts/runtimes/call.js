import { createClient, unwrap, VerifyError } from "@countersign/client";

/** Starts a verification, checks a code and asks for a refusal: gives "pending, approved, 429/60203". */
export async function call(baseUrl) {
  const client = createClient({ accountSid: "AC00000000000000000000000000000001", authToken: "sandbox", baseUrl });
  const params = { path: { ServiceSid: "VA00000000000000000000000000000001" } };
  const start = (headers) =>
    client.POST("/v2/Services/{ServiceSid}/Verifications", {
      params,
      body: { To: "+12025550123", Channel: "sms" },
      headers,
    });
  const verification = await unwrap(start());
  const check = await unwrap(
    client.POST("/v2/Services/{ServiceSid}/VerificationCheck", {
      params,
      body: { To: "+12025550123", Code: "123456" },
      headers: { Prefer: "example=approvedByPhone" },
    }),
  );
  const refusal = await unwrap(start({ Prefer: "code=429, example=error60203" })).catch((error) => error);
  if (!(refusal instanceof VerifyError)) throw new Error(`not refused: ${refusal}`);
  return `${verification.status}, ${check.status}, ${refusal.status}/${refusal.code}`;
}
