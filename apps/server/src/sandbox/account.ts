import type { KeyObject } from "node:crypto";
import { publicSecrets, readSigningSecret } from "../kernel/standard-webhooks.ts";

/** What the sandbox is made of, for whoever knows no secret. */
export const sandboxAccount = { accountSid: "AC00000000000000000000000000000001", authToken: "sandbox" };
/** An API key of it, for whoever calls with one in place of the token. */
export const sandboxApiKey = { apiKey: "SK00000000000000000000000000000001", apiSecret: "sandbox" };
export const sandboxServiceSid = "VA00000000000000000000000000000001";
/** Its SMS routes, both of which lead to the inbox. */
export const sandboxRoutes: readonly string[] = [
  "MG00000000000000000000000000000001",
  "MG00000000000000000000000000000002",
];
/** Its v1 keys. Those of production are random. */
export const sandboxKeys = {
  apiKey: "sandbox",
  appApiKey: "sandbox-app",
  accessKey: "sandbox-access",
  signingKey: "sandbox-signing",
  integrationKey: "sandbox-integration",
};
/** What the posts to its webhooks are signed with. */
export const sandboxSigningSecret: string = publicSecrets.posts;
/** How auth servers prove themselves to it, of every kind. */
export const sandboxAuthServers = {
  supabase: `v1,${sandboxSigningSecret}`,
  logto: "sandbox",
  kratos: "sandbox",
};
/** A gateway's name and the secret of its receipts; in base64, after `whsec_`, as gateways are told. */
export const sandboxGateway: { name: string; keys: KeyObject[] } = {
  name: "gateway sandbox",
  keys: [readSigningSecret(publicSecrets.receipts)].filter((key) => key !== undefined),
};
