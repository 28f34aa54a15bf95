import { literal } from "./literal.ts";
import { orNothing, resultName, type SampleRequest } from "./request.ts";
import { sandbox } from "./sandbox.ts";
import { isSigned, signatureHeaders, signing, signingImport } from "./signature.ts";

/** The call with this project's client, as a TypeScript module. */
export function clientSample(request: SampleRequest): string {
  const { access, baseUrl, isAnswered, operationId } = request;
  const { accountSid, authToken, v1Key: authyApiKey } = sandbox;
  const credentials = access === "basic" ? { accountSid, authToken } : { authyApiKey };
  const opening = "const client = createClient(";
  const name = resultName(operationId);
  return [
    `${isSigned(request) ? signingImport : ""}import { createClient, unwrap } from "@countersign/client";`,
    "",
    `${opening}${literal({ ...credentials, baseUrl }, 0, opening.length)});`,
    "",
    ...(isSigned(request) ? [signing(request)] : []),
    `${isAnswered ? `const ${name} = ` : ""}await unwrap(\n  ${call(request)},\n);`,
    ...(isAnswered ? [`console.log(${name});`] : []),
  ].join("\n");
}

function call(request: SampleRequest): string {
  const { method, path, pathParameters, query, body } = request;
  const opening = `client.${method}(${JSON.stringify(path)}`;
  const init = orNothing({
    params: orNothing({ path: orNothing(pathParameters), query: orNothing(query) }),
    body,
    headers: isSigned(request) ? signatureHeaders(request) : undefined,
  });
  return init ? `${opening}, ${literal(init, 2, opening.length)})` : `${opening})`;
}
