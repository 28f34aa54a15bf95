import { lineWidth, literal } from "./literal.ts";
import { orNothing, resultName, type SampleRequest } from "./request.ts";
import { sandbox } from "./sandbox.ts";
import type { Signing } from "./signature.ts";

/** The call with this project's client, as a TypeScript module. */
export function clientSample(request: SampleRequest, signing?: Signing): string {
  const { access, baseUrl, isAnswered, operationId } = request;
  const { accountSid, authToken, v1Key: authyApiKey } = sandbox;
  const credentials = access === "basic" ? { accountSid, authToken } : { authyApiKey };
  const opening = "const client = createClient(";
  const headers = signing && `${signing.before}const headers = ${literal(signing.headers)};\n`;
  const name = resultName(operationId);
  const made = call(request, signing !== undefined);
  const awaited = `${isAnswered ? `const ${name} = ` : ""}await unwrap(`;
  const isShort = awaited.length + made.length < lineWidth && !made.includes("\n");
  return [
    `${signing?.import ?? ""}import { createClient, unwrap } from "@countersign/client";`,
    `import { ${operationId} } from "@countersign/client/operations";`,
    "",
    `${opening}${literal({ ...credentials, baseUrl }, 0, opening.length)});`,
    "",
    ...(headers ? [headers] : []),
    `${awaited}${isShort ? made : `\n  ${made},\n`});`,
    ...(isAnswered ? [`console.log(${name});`] : []),
  ].join("\n");
}

function call({ operationId, pathParameters, query, body }: SampleRequest, isSigned: boolean): string {
  // v1 answers in JSON where nobody asks for a format.
  const { format, ...inPath } = pathParameters;
  const fields = orNothing({ ...inPath, ...query, ...body });
  const opening = `${operationId}(client`;
  const given = fields ? `, ${literal(fields, 2, opening.length + 4)}` : "";
  return `${opening}${given}${isSigned ? ", { headers }" : ""})`;
}
