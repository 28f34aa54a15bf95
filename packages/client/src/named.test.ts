import {
  formOf,
  type OpenApiDocument,
  operationsOf,
  type RequestBody,
  resolve,
  withParts,
} from "@countersign/document";
import document from "@countersign/spec/openapi.json" with { type: "json" };
import { expect, test } from "vitest";
import { credentials, fakeFetch, json, refusal, ServiceSid } from "../test-support/fake-fetch.ts";
import { type Client, createClient, unwrap } from "./index.ts";
import * as named from "./operations.gen.ts";

type Untyped = (client: Client, fields?: object, options?: object) => Promise<unknown>;

const bundle = document as unknown as OpenApiDocument;
const functions = named as unknown as Record<string, Untyped>;

/** Every operation, with a value for all that it takes, by place. */
const operations = operationsOf(bundle).map(({ operation, path, method, parameters }) => {
  const { content = {} } = resolve<RequestBody>(bundle, operation.requestBody ?? { content: {} });
  const media = formOf(bundle, operation) ?? content["application/json"];
  const names = media ? withParts(bundle, media.schema).flatMap(({ properties = {} }) => Object.keys(properties)) : [];
  const valuesOf = (some: string[]) => Object.fromEntries(some.map((name) => [name, `a ${name}`]));
  const inPlace = (place: string) => valuesOf(parameters.filter((one) => one.in === place).map(({ name }) => name));
  const formatted = path.includes("{format}") ? { format: "json" } : {};
  const params = { path: { ...inPlace("path"), ...formatted }, query: inPlace("query") };
  return { id: operation.operationId, path, method, params, body: media && valuesOf(names) };
});

/** The request that a call makes of a client. */
async function sentBy(call: (client: Client) => Promise<unknown>) {
  const { fetch, sent } = fakeFetch(json(200, { meta: { key: "items" }, items: [] }));
  await call(createClient({ ...credentials, authyApiKey: "k", fetch }));
  return sent;
}

test.each(operations)(
  "$id: by name, it is the request that it is by path",
  async ({ id, path, method, params, body }) => {
    const byPath = await sentBy(
      (client) =>
        (client as unknown as Record<string, (path: string, init: object) => Promise<unknown>>)[method]?.(path, {
          params,
          body,
        }) ?? Promise.reject(new Error(`no ${method}`)),
    );
    const fields = { ...params.path, ...params.query, ...body };
    expect(
      await sentBy((client) => functions[id]?.(client, fields) ?? Promise.reject(new Error("no function"))),
    ).toEqual(byPath);
    expect(byPath).toHaveLength(1);
  },
);

test("what is left out of an update is no field: nothing is sent but what is given", async () => {
  const [all] = await sentBy((client) => named.updateService(client, { Sid: "VA1", FriendlyName: "Acme" }));
  expect(all?.body).toBe("FriendlyName=Acme");
  const [nothing] = await sentBy((client) => named.updateService(client, { Sid: "VA1" }));
  expect(nothing?.body).toBe("");
});

test("a field that is named as an object's prototype takes no other field's place", async () => {
  const outside = JSON.parse('{"To":"+12025550123","__proto__":[["To","+12025550199"]]}');
  const [started] = await sentBy((client) => named.createVerification(client, { ...outside, ServiceSid }));
  const body = new URLSearchParams(started?.body as string);
  expect([...body]).toEqual([
    ["To", "+12025550123"],
    ["__proto__", '[["To","+12025550199"]]'],
  ]);
});

test("a passkey is asked of anybody by an empty object, and a reset sends no body at all", async () => {
  const [challenge] = await sentBy((client) => named.createChallengePasskeys(client, { ServiceSid }));
  expect(challenge).toMatchObject({ body: "{}", headers: { "content-type": "application/json" } });
  const [reset] = await sentBy((client) => named.resetSandbox(client));
  expect(reset?.body).toBeUndefined();
  expect(reset?.headers).not.toHaveProperty("content-type");
});

test("v1 is asked for JSON, whether or not somebody says so", async () => {
  const fields = { via: "sms", country_code: 1, phone_number: "202-555-0123" } as const;
  const [silent] = await sentBy((client) => named.startPhoneVerification(client, fields));
  expect(silent?.url).toMatch(/\/protected\/json\/phones\/verification\/start$/);
  expect(silent?.body).toBe("via=sms&country_code=1&phone_number=202-555-0123");
  for (const format of ["json", undefined] as const) {
    expect(await sentBy((client) => named.startPhoneVerification(client, { ...fields, format }))).toEqual([silent]);
  }
});

test("headers and a signal go with a call and with every page", async () => {
  const gone = AbortSignal.abort(new Error("gone"));
  const fetch = async (_url: string, { signal }: RequestInit) => {
    signal?.throwIfAborted();
    return json(200, {})();
  };
  const client = createClient({ ...credentials, fetch });
  await expect(named.fetchClock(client, {}, { signal: gone })).rejects.toThrow("gone");
  await expect(named.paginateServices(client, {}, { signal: gone }).next()).rejects.toThrow("gone");
  const [request] = await sentBy((own) => named.listServices(own, {}, { headers: { Prefer: "example=many" } }));
  expect(request?.headers.prefer).toBe("example=many");
});

test("a refusal is `error`, and is thrown by `unwrap`; what the path lacks is refused before anything is sent", async () => {
  const { fetch, sent } = fakeFetch(json(429, refusal(60202, 429)));
  const client = createClient({ ...credentials, fetch });
  const check = { ServiceSid, To: "+12025550123", Code: "1234" };
  expect((await named.createVerificationCheck(client, check)).error?.code).toBe(60202);
  await expect(unwrap(named.createVerificationCheck(client, check))).rejects.toMatchObject({ code: 60202 });
  expect(sent).toHaveLength(2);
  await expect(named.fetchService(client, { Sid: "" })).rejects.toThrow(TypeError);
  await expect(functions.fetchService?.(client)).rejects.toThrow(TypeError);
  expect(sent).toHaveLength(2);
});

test("a walk gives the items of all pages, from the one that it is asked to begin at", async () => {
  const page = (sid: string, next: string | null) =>
    json(200, { rate_limits: [{ sid }], meta: { key: "rate_limits", next_page_url: next } });
  const next = `http://127.0.0.1:4010/v2/Services/${ServiceSid}/RateLimits?PageSize=1&Page=1&PageToken=PT2`;
  const { fetch, sent } = fakeFetch(page("RK1", next), page("RK2", null));
  const limits = named.paginateRateLimits(createClient({ ...credentials, fetch }), { ServiceSid, PageSize: 1 });
  const sids: (string | null)[] = [];
  for await (const { sid } of limits) sids.push(sid);
  expect(sids).toEqual(["RK1", "RK2"]);
  expect(sent.map(({ url }) => url)).toEqual([
    `http://127.0.0.1:4010/v2/Services/${ServiceSid}/RateLimits?PageSize=1`,
    next,
  ]);
});

test("every list that has pages can be walked, and nothing else", () => {
  const paged = operationsOf(bundle).filter(({ operation }) => {
    const [success = {}] = Object.entries(operation.responses).flatMap(([status, one]) =>
      status === "200" ? [one] : [],
    );
    return JSON.stringify(success).includes('Page"');
  });
  const walks = Object.keys(named).filter((name) => name.startsWith("paginate"));
  expect(walks.sort()).toEqual(paged.map(({ operation }) => operation.operationId.replace("list", "paginate")).sort());
});
