import { createClient, unwrap, VerifyError } from "@countersign/client";

const client = createClient({ accountSid: "AC1", authToken: "t" });
const params = { path: { ServiceSid: "VA1" } };

export async function start(to: string): Promise<string | null> {
  const body = { To: to, Channel: "sms" } as const;
  const verification = await unwrap(client.POST("/v2/Services/{ServiceSid}/Verifications", { params, body }));
  return verification.sid;
}

export async function check(to: string, code: string): Promise<boolean> {
  try {
    const body = { To: to, Code: code };
    const { status } = await unwrap(client.POST("/v2/Services/{ServiceSid}/VerificationCheck", { params, body }));
    return status === "approved";
  } catch (error) {
    if (error instanceof VerifyError && error.code === 20404) return false;
    throw error;
  }
}
