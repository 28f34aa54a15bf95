import type { Application } from "../application.ts";
import { v1Refused } from "../handler.ts";
import { hashKey } from "../keys.ts";
import type { V1Authenticate, V1Credentials } from "./authenticate.ts";

/** Authenticates by the API key of an application. A missing key and an unknown one answer alike. */
export function createApiKeyAuthenticator(
  byApiKey: (hash: string) => Promise<Application | undefined>,
): V1Authenticate {
  return async (credentials) => {
    const key = apiKeyOf(credentials);
    const application = key ? await byApiKey(hashKey(key)) : undefined;
    if (!application) return v1Refused("60001");
    return { ok: true, value: { accountSid: application.accountSid, application } };
  };
}

/** Clients send it in the header, in the query or in a body; feedback has it in the path alone. */
function apiKeyOf({ path, headers, parameters }: V1Credentials): string | undefined {
  if (path.ApiKey !== undefined) return path.ApiKey;
  const header = headers["x-authy-api-key"];
  return typeof header === "string" ? header : parameters.find(([name]) => name === "api_key")?.[1];
}
