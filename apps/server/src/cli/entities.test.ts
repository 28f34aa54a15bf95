import { createClient } from "@countersign/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand } from "../../test-support/cli.ts";
import { sandboxAccount, sandboxServiceSid, startSandbox } from "../sandbox/sandbox.ts";
import type { Running } from "../server.ts";

const Identity = "7c2d9e54-8a31-4f06-b5d7-1e9c3a6f2b80";
const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
let sandbox: Running;
let factorSid = "";
beforeAll(async () => {
  sandbox = await startSandbox();
  const client = createClient({ ...sandboxAccount, baseUrl: sandbox.url });
  const path = { ServiceSid: sandboxServiceSid, Identity };
  const entity = "/v2/Services/{ServiceSid}/Entities/{Identity}";
  const body = { FriendlyName: "Ada's phone", FactorType: "totp", "Binding.Secret": secret } as const;
  const { data } = await client.POST(`${entity}/Factors`, { params: { path }, body });
  factorSid = data?.sid ?? "";
  const now = await client.GET("/sandbox/totp", { params: { query: { Uri: data?.binding?.uri ?? "" } } });
  const AuthPayload = now.data?.code ?? "";
  await client.POST(`${entity}/Factors/{Sid}`, {
    params: { path: { ...path, Sid: factorSid } },
    body: { AuthPayload },
  });
  for (const code of ["12345678", AuthPayload]) {
    await client.POST(`${entity}/Challenges`, { params: { path }, body: { FactorSid: factorSid, AuthPayload: code } });
  }
  await client.POST("/v2/Services/{ServiceSid}/Entities", {
    params: { path },
    body: { Identity: "user-00000002" },
  });
});
afterAll(() => sandbox.close());

const run = (...words: string[]) => runCommand(["entities", ...words, "--server", sandbox.url]);
const rowsOf = (out: string) =>
  out
    .trimEnd()
    .split("\n")
    .map((line) => line.split(/ {2,}/));

test("lists the entities of a service, the newest first, as a table and as JSON", async () => {
  const { code, out } = await run("list");
  expect(code).toBe(0);
  expect(rowsOf(out).map(([identity]) => identity)).toEqual(["IDENTITY", "user-00000002", Identity]);
  const { out: json } = await run("list", "--json", "--limit", "1");
  expect(JSON.parse(json)).toMatchObject({ identity: "user-00000002" });
});

test("shows one with its factors and challenges, and never a secret", async () => {
  const { code, out } = await run("show", Identity);
  expect(code).toBe(0);
  const [entity, factors, challenges] = out.split("\n\n").map(rowsOf);
  expect(entity).toContainEqual(["identity", Identity]);
  const [head, factor] = factors ?? [];
  expect(head).toEqual(["CREATED", "FACTOR", "TYPE", "STATUS", "UPDATED", "NAME"]);
  expect([factor?.[1], factor?.[2], factor?.[3], factor?.[5]]).toEqual([factorSid, "totp", "verified", "Ada's phone"]);
  expect(challenges?.[0]).toEqual(["CREATED", "CHALLENGE", "FACTOR", "STATUS", "RESPONDED", "EXPIRES"]);
  expect(challenges?.slice(1).map((cells) => cells.slice(2, 4))).toEqual([
    [factorSid, "approved"],
    [factorSid, "pending"],
  ]);
  const json = (await run("show", Identity, "--json")).out;
  const both = [{ status: "approved" }, { status: "pending" }];
  expect(JSON.parse(json)).toMatchObject({ identity: Identity, factors: [{ sid: factorSid }], challenges: both });
  expect(out + json).not.toContain(secret);
});

test("deletes one with all that is of it, and says when there is none", async () => {
  expect(await run("delete", Identity)).toMatchObject({ code: 0, out: `identity ${Identity}  deleted true\n` });
  for (const word of ["show", "delete"]) {
    expect(await run(word, Identity)).toMatchObject({ code: 1, err: expect.stringMatching(/^404 20404: /) });
  }
});
