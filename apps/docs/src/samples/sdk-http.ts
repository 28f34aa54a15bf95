import { code, literal } from "./literal.ts";
import { type Fields, orNothing, type SampleRequest } from "./request.ts";
import { sandbox } from "./sandbox.ts";
import type { Signing } from "./signature.ts";

/** The call with the HTTP client of Twilio's SDK, for what this has no method. */
export function sdkHttpSample(request: SampleRequest, signing?: Signing): string {
  const { method, url, query, body, access } = request;
  const options = {
    method: method.toLowerCase(),
    uri: access === "signature" ? code("url") : url,
    ...(access === "basic" && { username: sandbox.accountSid, password: sandbox.authToken }),
    // Without any headers of the caller's, the SDK forgets to send the password.
    headers: headersOf(request, signing) ?? (access === "basic" ? {} : undefined),
    params: orNothing(query),
    data: body,
  };
  return [
    `${signing?.import ?? ""}import twilio from "twilio";`,
    "",
    ...(signing ? [signing.before] : []),
    "const http = new twilio.RequestClient();",
    `const response = await http.request(${literal(options)});`,
    "console.log(response.statusCode, response.body);",
  ].join("\n");
}

function headersOf({ access, body }: SampleRequest, signing?: Signing): Fields | undefined {
  return orNothing({
    ...(access === "key" && { "X-Authy-API-Key": sandbox.v1Key }),
    ...signing?.headers,
    ...(body && { "Content-Type": "application/x-www-form-urlencoded" }),
  });
}
