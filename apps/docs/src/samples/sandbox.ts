/** What the sandbox and the mock accept; the document's examples belong to this account. */
export const sandbox = {
  accountSid: "AC00000000000000000000000000000001",
  authToken: "sandbox",
  v1Key: "sandbox",
  signingKey: "sandbox-signing",
  gatewayKey: "the-sandbox-has-a-gateway",
};
