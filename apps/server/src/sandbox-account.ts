/** What the sandbox is made of, for whoever knows no secret. */
export const sandboxAccount = { accountSid: "AC00000000000000000000000000000001", authToken: "sandbox" };
export const sandboxServiceSid = "VA00000000000000000000000000000001";
/** A gateway's name and the secret of its receipts; in base64, after `whsec_`, as gateways are told. */
export const sandboxGateway = { name: "gateway sandbox", keys: [Buffer.from("the-sandbox-has-a-gateway")] };
