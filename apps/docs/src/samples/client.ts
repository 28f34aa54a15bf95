import { literal } from "./literal.ts";
import { orNothing, resultName, type SampleRequest } from "./request.ts";
import { sandbox } from "./sandbox.ts";
import type { Signing } from "./signature.ts";

/** The call with this project's client, as a TypeScript module. */
export function clientSample(request: SampleRequest, signing?: Signing): string {
  const { access, baseUrl, isAnswered, operationId } = request;
  const { accountSid, authToken, v1Key: authyApiKey } = sandbox;
  const credentials = access === "basic" ? { accountSid, authToken } : { authyApiKey };
  const opening = "const client = createClient(";
  const name = resultName(operationId);
  return [
    `${signing?.import ?? ""}import { createClient, unwrap } from "@countersign/client";`,
    "",
    `${opening}${literal({ ...credentials, baseUrl }, 0, opening.length)});`,
    "",
    ...(signing ? [signing.before] : []),
    `${isAnswered ? `const ${name} = ` : ""}await unwrap(\n  ${call(request, signing)},\n);`,
    ...(isAnswered ? [`console.log(${name});`] : []),
  ].join("\n");
}

function call(request: SampleRequest, signing?: Signing): string {
  const { method, path, pathParameters, query, body } = request;
  const opening = `client.${method}(${JSON.stringify(path)}`;
  const init = orNothing({
    params: orNothing({ path: orNothing(pathParameters), query: orNothing(query) }),
    body,
    headers: signing?.headers,
  });
  return init ? `${opening}, ${literal(init, 2, opening.length)})` : `${opening})`;
}
