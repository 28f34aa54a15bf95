/** What the sandbox is made of, for whoever knows no secret. */
export const sandboxAccount = { accountSid: "AC00000000000000000000000000000001", authToken: "sandbox" };
export const sandboxServiceSid = "VA00000000000000000000000000000001";
