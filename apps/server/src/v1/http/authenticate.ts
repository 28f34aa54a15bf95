import type { IncomingHttpHeaders } from "node:http";
import { accepted, type Outcome, refused } from "../../kernel/refusal.ts";
import type { Application } from "../application.ts";
import { hashKey } from "../keys.ts";

/** What a v1 request says of whom it comes from. */
export interface V1Credentials {
  operationId: string;
  /** In capitals. */
  method: string;
  /** The absolute address, under the public URL, with its query. */
  url: URL;
  headers: IncomingHttpHeaders;
  /** The path parameters, decoded. */
  path: Record<string, string>;
  /** All parameters of query and body as they came, repeated ones too. Those of the query stand first. */
  parameters: readonly (readonly [name: string, value: string])[];
}

/** In whose name a v1 request is. */
export interface V1Principal {
  accountSid: string;
  /** Who it is: the id of an access key, else what kind of key was given. */
  actor: string;
  /** Absent for a caller that has none yet. */
  application?: Application;
}

/** Tells in whose name a v1 request is, or what is wrong with its credentials. */
export type V1Authenticate = (credentials: V1Credentials) => Promise<Outcome<V1Principal, string>>;

/** The ways in which the document's v1 operations ask for credentials. */
export interface V1Authenticators {
  /** By the API key of an application, in the header, the query, the body or the path. */
  apiKey: V1Authenticate;
  /** By the signature of a Dashboard request. */
  signature: V1Authenticate;
  /** By the account's integration key, a parameter. */
  integrationKey: V1Authenticate;
}

/** Authenticates by the API key of an application. A missing key and an unknown one answer alike. */
export function createApiKeyAuthenticator(
  byApiKey: (hash: string) => Promise<Application | undefined>,
): V1Authenticate {
  return async (credentials) => {
    const key = apiKeyOf(credentials);
    const application = key ? await byApiKey(hashKey(key)) : undefined;
    return application
      ? accepted({ accountSid: application.accountSid, actor: "api_key", application })
      : refused("60001");
  };
}

/** Clients send it in the header, in the query or in a body; feedback has it in the path alone. */
function apiKeyOf({ path, headers, parameters }: V1Credentials): string | undefined {
  if (path.ApiKey !== undefined) return path.ApiKey;
  const header = headers["x-authy-api-key"];
  return typeof header === "string" ? header : parameters.find(([name]) => name === "api_key")?.[1];
}
