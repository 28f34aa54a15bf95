import { type OpenApiDocument, operationsOf, type RequestBody, resolve, type Schema } from "@countersign/document";
import document from "@countersign/spec/openapi.json" with { type: "json" };
import { expect, test } from "vitest";
import { createClient } from "./index.ts";

const bundle = document as unknown as OpenApiDocument;
const operations = operationsOf(bundle).map(({ operation, path, method }) => ({ path, method, ...operation }));

/** Makes a call as JavaScript would, with every path parameter "x", and gives what was sent. */
async function send({ method, path }: { method: string; path: string }, body?: object) {
  const sent: RequestInit[] = [];
  const client = createClient({
    accountSid: "AC1",
    authToken: "t",
    authyApiKey: "k",
    fetch: async (_url, init) => {
      sent.push(init);
      return new Response(null, { status: 204 });
    },
  });
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, "x"]);
  const call = client[method as "POST"] as unknown as (path: string, init: object) => Promise<unknown>;
  await call(path, { params: { path: Object.fromEntries(names) }, body });
  return { headers: new Headers(sent[0]?.headers), body: String(sent[0]?.body) };
}

test.each(operations)("$operationId: the client has its method and its credentials", async (operation) => {
  const { headers } = await send(operation);
  const schemes = (operation.security ?? bundle.security ?? []).flatMap((one) => Object.keys(one));
  if (schemes.includes("basicAuth")) expect(headers.get("Authorization")).toBe(`Basic ${btoa("AC1:t")}`);
  if (schemes.includes("v1KeyHeader")) expect(headers.get("X-Authy-API-Key")).toBe("k");
});

test.each(operations.filter(({ requestBody }) => requestBody))(
  "$operationId: what is sent is of the kind that it takes",
  async (operation) => {
    const { headers } = await send(operation, { a: "b" });
    const { content } = resolve<RequestBody>(bundle, operation.requestBody as RequestBody);
    expect(Object.keys(content)).toContain(headers.get("Content-Type"));
  },
);

const lists = operations.flatMap((operation) => {
  const body = resolve<RequestBody>(bundle, operation.requestBody ?? { content: {} });
  const form = body.content["application/x-www-form-urlencoded"];
  return Object.entries(resolve<Schema>(bundle, form?.schema ?? {}).properties ?? {})
    .filter(([, property]) => property.type === "array")
    .map(([name]) => ({ operation, name, isJson: form?.encoding?.[name]?.contentType === "application/json" }));
});

test.each(lists)(
  "$operation.operationId: the list $name is encoded as the document says",
  async ({ operation, name, isJson }) => {
    const items = isJson ? [{ sid: "HJ1" }, { sid: "HJ2" }] : ["a", "b"];
    const { body } = await send(operation, { [name]: items });
    expect(new URLSearchParams(body).getAll(name)).toEqual(isJson ? [JSON.stringify(items)] : items);
  },
);
