import twilio from "twilio";

const client = twilio("AC1", "t");
const service = client.verify.v2.services("VA1");

export async function start(to: string): Promise<string> {
  const verification = await service.verifications.create({ to, channel: "sms" });
  return verification.sid;
}

export async function check(to: string, code: string): Promise<boolean> {
  try {
    const { status } = await service.verificationChecks.create({ to, code });
    return status === "approved";
  } catch (error) {
    if (error instanceof twilio.RestException && error.code === 20404) return false;
    throw error;
  }
}
