import { code, literal } from "./literal.ts";
import { resultName, type SampleRequest } from "./request.ts";
import { sandbox } from "./sandbox.ts";

/**
 * What the official SDK calls a resource of v2. It has the summary beside the attempts, one word for the numbers of the safe
 * list, and numbers in another domain.
 */
const resources: Record<string, string> = {
  Services: "services",
  Verifications: "verifications",
  VerificationCheck: "verificationChecks",
  Attempts: "verificationAttempts",
  AttemptsSummary: "verificationAttemptsSummary()",
  RateLimits: "rateLimits",
  Buckets: "buckets",
  MessagingConfigurations: "messagingConfigurations",
  Templates: "templates",
  SafeList: "safelist",
  Forms: "forms",
  AccessTokens: "accessTokens",
  Entities: "entities",
  Factors: "factors",
  Challenges: "challenges",
  Notifications: "notifications",
  Webhooks: "webhooks",
  PasskeysFactors: "newFactors",
  PasskeysVerifyFactor: "newVerifyFactors",
  PasskeysChallenges: "newChallenge()",
  PasskeysApproveChallenge: "approveChallenge",
  PhoneNumbers: "phoneNumbers",
};

/** The call with Twilio's SDK, which has methods for v2 alone. */
export function sdkSample(request: SampleRequest): string {
  const { baseUrl, isAnswered, operationId, path } = request;
  const domain = path.startsWith("/v2/PhoneNumbers") ? "lookups" : "verify";
  const name = resultName(operationId);
  const found = resourcesOf(request);
  const resource = found.length > 1 ? found.map((each) => `\n  .${each}`).join("") : `.${found[0]}`;
  return [
    'import twilio from "twilio";',
    "",
    `const client = twilio(${literal(sandbox.accountSid)}, ${literal(sandbox.authToken)});`,
    `client.${domain}.baseUrl = ${literal(baseUrl)};`,
    "",
    `${isAnswered ? `const ${name} = ` : ""}await client.${domain}.v2${resource}.${methodOf(request)}(${fieldsOf(request)});`,
    ...(isAnswered ? [`console.log(${name});`] : []),
  ].join("\n");
}

/** The resources that the path names, each with its SID: `services("VA…")`, `verifications`. What is new has another. */
function resourcesOf({ operationId, path, pathParameters }: SampleRequest): string[] {
  const found: string[] = [];
  const names = path
    .replace("/v2/", "")
    .replace("Attempts/Summary", "AttemptsSummary")
    .replace("SafeList/Numbers", "SafeList")
    .replace("Passkeys/", "Passkeys");
  for (const segment of names.split("/")) {
    const parameter = /^\{(\w+)\}$/.exec(segment)?.[1];
    const resource = parameter ? `${found.pop()}(${literal(pathParameters[parameter])})` : resources[segment];
    if (!resource) throw new Error(`The SDK's name of ${segment} in ${path} is not known`);
    found.push(resource);
  }
  return operationId === "createNewFactor" ? [...found.slice(0, -1), "newFactors"] : found;
}

function methodOf({ method, path }: SampleRequest): string {
  const isOneThing = path.endsWith("}") || /\/(Summary|VerifyFactor|ApproveChallenge)$/.test(path);
  if (method === "DELETE") return "remove";
  if (method === "GET") return isOneThing ? "fetch" : "list";
  return isOneThing ? "update" : "create";
}

/**
 * The SDK writes a list's `ChannelData.To` as `channelDataTo`, a body's `Config.Skew` as `config.skew` and
 * `Version` as `versionParam`, and times as `Date`.
 */
function fieldsOf({ query, body, dates, isJson }: SampleRequest): string {
  if (isJson) return literal(inCamelCase(body));
  const fields = Object.entries({ ...query, ...body }).map(([name, value]) => {
    const parts = name.split(".").map((part) => part.charAt(0).toLowerCase() + part.slice(1));
    if (name === "Version") return ["versionParam", value];
    return [
      body && name in body ? parts.join(".") : name.charAt(0).toLowerCase() + name.slice(1).replaceAll(".", ""),
      dates.includes(name) ? code(`new Date(${literal(value)})`) : value,
    ];
  });
  return fields.length > 0 ? literal(Object.fromEntries(fields)) : "";
}

/** As the SDK's types have the names of JSON, which it sends as they are. */
function inCamelCase(value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([name, part]) => [
    name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    inCamelCase(part),
  ]);
  return Object.fromEntries(members);
}
