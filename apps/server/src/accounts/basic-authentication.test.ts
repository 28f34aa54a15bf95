import { checkResponse } from "@countersign/contract/response";
import { expect, test } from "vitest";
import { documented } from "../../test-support/documented.ts";
import { accountSid, fakeApp, type Given, get, post, serviceSid } from "../../test-support/fake-app.ts";
import type { Principal } from "../kernel/handler.ts";
import { StoreUnavailableError } from "../kernel/refusal.ts";
import { everyScope } from "../kernel/scope.ts";
import { byAccount } from "./authenticate.ts";

const apiKey = "SK00000000000000000000000000000001";
const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

/** Knows the account and an API key of it. */
async function authenticate(sid: string, secret: string): Promise<Principal | undefined> {
  const isKnown = (sid === accountSid && secret === "sandbox") || (sid === apiKey && secret === "key:secret");
  return isKnown ? { kind: "account", accountSid, actor: sid, scopes: everyScope } : undefined;
}

test.each([
  basic(`${accountSid}:sandbox`),
  basic(`${apiKey}:key:secret`),
  basic(`${accountSid}:sandbox`).replace("Basic", "bAsIc"),
])(
  "security.md 18: the sid and token of an account, or the sid and secret of its API key, authenticate it: %s",
  async (authorization) => {
    const given: Given[] = [];
    const app = fakeApp(
      { listServices: async (request) => ({ ok: false, refusal: { code: given.push(request) && 20429 } }) },
      { authenticators: { basicAuth: byAccount(authenticate) } },
    );
    await app.inject(get("/v2/Services", { authorization }));
    expect(given.map((request) => request.accountSid)).toEqual([accountSid]);
  },
);

test.each([
  ["no header", ""],
  ["another scheme", "Bearer abc"],
  ["no credentials", "Basic"],
  ["no Base64", "Basic ä!"],
  ["no colon", basic(accountSid)],
  ["no secret", basic(`${accountSid}:`)],
  ["no sid", basic(":sandbox")],
  ["no UTF-8", `Basic ${Buffer.from([0xff, 0x3a, 0xff]).toString("base64")}`],
  ["a null byte", basic(`${accountSid}:sand\0box`)],
  ["a wrong account", basic("AC00000000000000000000000000000002:sandbox")],
  ["a wrong token", basic(`${accountSid}:sandbax`)],
  ["a wrong secret of an API key", basic(`${apiKey}:sandbox`)],
])("security.md 18: %s answers 401 like all others", async (_, authorization) => {
  const app = fakeApp({}, { authenticators: { basicAuth: byAccount(authenticate) } });
  const answer = await app.inject({ ...get("/v2/Services"), headers: authorization ? { authorization } : {} });
  expect(checkResponse(documented, "listServices", answer.statusCode, answer.headers, answer.body)).toEqual([]);
  expect(answer.headers["www-authenticate"]).toBe('Basic realm="Countersign"');
  expect([answer.statusCode, answer.json()]).toEqual([
    401,
    {
      code: 20003,
      message: "Authenticate",
      more_info: "https://countersign.github.io/countersign/errors/20003",
      status: 401,
    },
  ]);
});

test("security.md 18: a stranger learns nothing of what else is wrong", async () => {
  const app = fakeApp();
  const headers = { authorization: basic(`${accountSid}:wrong`) };
  const statuses = [];
  for (const request of [
    post("/v2/Services/malformed/Verifications", "To=", headers),
    post(`/v2/Services/${serviceSid}/Verifications`, "x".repeat(20_000), headers),
    get("/v2/Services?PageSize=x", headers),
  ]) {
    statuses.push((await app.inject(request)).statusCode);
  }
  expect(statuses).toEqual([401, 401, 401]);
});

test("an operation that asks for no credentials takes whoever comes, and does not look at what he brings", async () => {
  const given: Given[] = [];
  const app = fakeApp(
    { openSnaUrl: async (request) => ({ ok: false, refusal: { code: given.push(request) && 20404 } }) },
    { authenticators: { basicAuth: () => Promise.reject(new Error("asked")) } },
  );
  await app.inject({ method: "GET", url: "/sna/abc" });
  await app.inject({ method: "GET", url: "/sna/abc", headers: { authorization: "Basic nonsense" } });
  expect(given.map((request) => request.accountSid)).toEqual(["", ""]);
});

test("security.md 14: nobody gets in while the store of the credentials is away", async () => {
  const app = fakeApp({}, { authenticators: { basicAuth: () => Promise.reject(new StoreUnavailableError()) } });
  const answer = await app.inject(get("/v2/Services"));
  expect([answer.statusCode, answer.headers["retry-after"], answer.json().code]).toEqual([503, "1", 20503]);
});
