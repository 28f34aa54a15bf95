// A program as anybody writes one for the hosted service.
import twilio from "twilio";

const client = twilio("AC00000000000000000000000000000001", "sandbox");
const service = client.verify.v2.services("VA00000000000000000000000000000001");
const { url } = await service.verifications.create({ to: "+12025550123", channel: "sms" });
const { status } = await service.verificationChecks.create({ to: "+12025550123", code: "123456" });
const [{ links }] = await client.verify.v2.services.list({ limit: 1 });
console.log(JSON.stringify({ status, url, links }));
