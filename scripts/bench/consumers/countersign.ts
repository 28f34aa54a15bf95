import { createClient, unwrap, VerifyError } from "@countersign/client";
import { createVerification, createVerificationCheck } from "@countersign/client/operations";

const client = createClient({ accountSid: "AC1", authToken: "t" });
const ServiceSid = "VA1";

export async function start(to: string): Promise<string | null> {
  const verification = await unwrap(createVerification(client, { ServiceSid, To: to, Channel: "sms" }));
  return verification.sid;
}

export async function check(to: string, code: string): Promise<boolean> {
  try {
    const { status } = await unwrap(createVerificationCheck(client, { ServiceSid, To: to, Code: code }));
    return status === "approved";
  } catch (error) {
    if (error instanceof VerifyError && error.code === 20404) return false;
    throw error;
  }
}
