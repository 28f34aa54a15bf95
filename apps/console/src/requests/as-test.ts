import type { ConsoleRequest } from "@countersign/client";
import { isV1 } from "../curl.ts";

/** The request as a test that expects the same answer again, with `@countersign/testing`. */
export function testOf({ method, path, status, error, content_type, body }: ConsoleRequest): string {
  const type = body && content_type ? `, "content-type": ${JSON.stringify(content_type)}` : "";
  return [
    'import { expect, test } from "@countersign/testing/vitest";',
    "",
    `test(${JSON.stringify(`${method} ${path.split("?")[0]} is answered ${status}`)}, async ({ sandbox }) => {`,
    ...(isV1(path) ? v1Credentials : credentials),
    `  const response = await fetch(sandbox.url + ${JSON.stringify(path)}, {`,
    `    method: ${JSON.stringify(method)},`,
    `    headers: { ...credentials${type} },`,
    ...(body ? [`    body: ${JSON.stringify(body)},`] : []),
    "  });",
    `  expect(response.status).toBe(${status});`,
    ...(error ? [`  expect(await response.json()).toMatchObject({ ${codeOf(error)} });`] : []),
    "});",
  ].join("\n");
}

const credentials = [
  "  const { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN } = sandbox.env;",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the test that fills it in
  "  const credentials = { authorization: `Basic ${btoa(`${TWILIO_ACCOUNT_SID}:${TWILIO_AUTH_TOKEN}`)}` };",
];
const v1Credentials = ['  const credentials = { "x-authy-api-key": sandbox.env.AUTHY_API_KEY };'];

function codeOf({ api, code }: NonNullable<ConsoleRequest["error"]>): string {
  return api === "v1" ? `error_code: "${code}"` : `code: ${code}`;
}
