import { createHmac } from "node:crypto";
import { createClient, unwrap } from "@countersign/client";
import { beforeEach, expect, test } from "vitest";
import { databaseKindsOr, dump, readSql } from "../../test-support/databases.ts";
import { describeOn } from "../../test-support/sandbox.ts";
import { sandboxAccount, sandboxServiceSid as serviceSid } from "../sandbox/sandbox.ts";
import { creationWaitSeconds, sidIn, tokenOf } from "./access-token.ts";

const list = `/v2/Services/${serviceSid}/AccessTokens`;
const identity = "Person-0f3a9c77-b1d2";
const tokenIn = (body: object) => (body as { token: string }).token;

describeOn(databaseKindsOr("PostgreSQL"))((sandbox) => {
  const { api } = sandbox;
  beforeEach(() => api.call("POST", "/sandbox/reset"));
  const create = (more: Record<string, string> = {}, of = list) =>
    api.call("POST", of, { Identity: identity, FactorType: "push", ...more });
  const fetched = (sid: unknown) => api.call("GET", `${list}/${sid}`);
  const pass = (seconds: number) => api.call("POST", "/sandbox/clock", { Seconds: String(seconds) });

  test("a token is made for an identity, is the same when it is fetched, and is gone when it expires by the server's clock", async () => {
    const { status, body } = await create({ FactorFriendlyName: "Ana’s phone", Ttl: "300" });
    expect([status, body]).toEqual([
      201,
      {
        ...{ sid: expect.stringMatching(/^YK[0-9a-f]{32}$/), account_sid: sandboxAccount.accountSid },
        ...{ service_sid: serviceSid, entity_identity: identity, factor_type: "push", ttl: 300 },
        ...{ factor_friendly_name: "Ana’s phone", token: expect.stringMatching(/^[\w-]{64}$/) },
        ...{ url: `${sandbox.url}${list}/${body.sid}`, date_created: expect.stringMatching(/^\S+T\S+Z$/) },
      },
    ]);
    const short = (await create()).body;
    expect(short).toMatchObject({ ttl: 60, factor_friendly_name: null });
    expect(tokenIn(short)).not.toBe(tokenIn(body));
    expect((await fetched(body.sid)).body).toEqual(body);
    await pass(60);
    expect([(await fetched(short.sid)).status, (await fetched(body.sid)).status]).toEqual([404, 200]);
    await pass(240);
    expect((await fetched(body.sid)).body.code).toBe(20404);
    await api.call("DELETE", "/sandbox/clock");
  });

  test("what is missing or is for no device has an error of its own, and what is malformed that of all about factors", async () => {
    for (const [fields, code, message] of [
      [{ FactorType: "push" }, 60305, "Access Token parameters are invalid: Identity"],
      [{ Identity: identity }, 60305, "Access Token parameters are invalid: FactorType"],
      [{ Identity: identity, FactorType: "totp" }, 60305, "Access Token parameters are invalid: FactorType"],
      [{ Identity: "ada@example.com", FactorType: "push" }, 60306, "Invalid Request: Identity"],
      [{ Identity: identity, FactorType: "push", Ttl: "59" }, 60306, "Invalid Request: Ttl"],
      [{ Identity: identity, FactorType: "push", Ttl: "301" }, 60306, "Invalid Request: Ttl"],
      [
        { Identity: identity, FactorType: "push", FactorFriendlyName: "a".repeat(65) },
        60306,
        "Invalid Request: FactorFriendlyName",
      ],
      [
        { Identity: identity, FactorType: "push", FactorFriendlyName: " " },
        60306,
        "Invalid Request: FactorFriendlyName",
      ],
    ] as [Record<string, string>, number, string][]) {
      const { status, body } = await api.call("POST", list, fields);
      expect([status, body.code, body.message]).toEqual([400, code, message]);
    }
    expect((await create({}, `/v2/Services/VA${"f".repeat(32)}/AccessTokens`)).body.code).toBe(20404);
  });

  test("ten are made in a minute for an identity, of however many that come at once, and the next is told to wait", async () => {
    const made = await Promise.all(Array.from({ length: 14 }, () => create()));
    expect(made.map(({ status }) => status).sort()).toEqual([...Array(10).fill(201), ...Array(4).fill(429)]);
    const { body } = await create();
    expect(body).toMatchObject({ code: 20429, details: { retry_after_seconds: expect.any(Number) } });
    expect((await create({ Identity: "somebody-else" })).status).toBe(201);
    await pass((body.details as { retry_after_seconds: number }).retry_after_seconds);
    expect((await create()).status).toBe(201);
    await api.call("DELETE", "/sandbox/clock");
  });

  test("a token is its account's and its service's own, goes with its entity and its service, and is erased with its person and when it has expired", async () => {
    const other = `/v2/Services/${await api.createService()}`;
    const { sid } = (await create({}, `${other}/AccessTokens`)).body;
    expect((await fetched(sid)).status).toBe(404);
    const rows = () => readSql(sandbox.databaseUrl, "SELECT sid FROM access_tokens");
    await api.call("DELETE", other);
    expect(await rows()).toEqual([]);
    await api.call("POST", `/v2/Services/${serviceSid}/Entities`, { Identity: identity });
    await create();
    const kept = (await create({ Identity: "somebody-else" })).body;
    await api.call("DELETE", `/v2/Services/${serviceSid}/Entities/${identity}`);
    expect(await rows()).toEqual([{ sid: kept.sid }]);
    const erased = await api.call("POST", "/console/erasures", { Identity: "somebody-else" });
    expect(erased.body).toMatchObject({ erased: { access_tokens: 1 } });
    expect(await rows()).toEqual([]);
    await create();
    await pass(61);
    await expect.poll(rows).toEqual([]);
    await api.call("DELETE", "/sandbox/clock");
  });

  test("neither a token nor its identity stands in the database, and the trail tells who made one", async () => {
    const { body } = await create({ FactorFriendlyName: "Ana’s phone" });
    const token = tokenIn(body);
    const text = await dump(sandbox.databaseUrl);
    for (const secret of [token, token.slice(22), "0f3a9c77", "Ana’s phone"]) {
      expect(text).not.toContain(secret);
    }
    const entries = await readSql(
      sandbox.databaseUrl,
      `SELECT action, actor, after FROM audit_entries WHERE resource_sid = '${body.sid}'`,
    );
    expect(entries.map(({ action, actor }) => [action, actor])).toEqual([["created", sandboxAccount.accountSid]]);
    expect(JSON.stringify(entries)).toContain("ttl");
  });

  test("our client makes and fetches them, errors typed", async () => {
    const client = createClient({ ...sandboxAccount, baseUrl: sandbox.url });
    const path = { ServiceSid: serviceSid };
    const list = "/v2/Services/{ServiceSid}/AccessTokens";
    const body = { Identity: identity, FactorType: "push" } as const;
    const made = await unwrap(client.POST(list, { params: { path }, body }));
    const ofOne = { ...path, Sid: made.sid ?? "" };
    expect(await unwrap(client.GET(`${list}/{Sid}`, { params: { path: ofOne } }))).toEqual(made);
    const totp = { ...body, FactorType: "totp" as "push" };
    const wrong = await client.POST(list, { params: { path }, body: totp });
    expect(wrong.error?.code === 60305 && wrong.error.message).toBe("Access Token parameters are invalid: FactorType");
    const nobody = await client.POST(list, { params: { path }, body: { ...body, Identity: "ada@example.com" } });
    expect(nobody.error?.code === 60306 && nobody.error.details?.identity).toBe("email_address");
  });
});

test("a token that was altered anywhere, or was made under another key, is none", () => {
  const hashBy = (key: string) => (text: string) => createHmac("sha256", key).update(text).digest("base64url");
  const hash = hashBy("key");
  const sid = `YK${"0123456789abcdef".repeat(2)}`;
  const token = tokenOf(sid, hash);
  expect([sidIn(token, hash), sidIn(token, hashBy("another"))]).toEqual([sid, undefined]);
  const altered = Array.from(
    token,
    (letter, at) => token.slice(0, at) + (letter === "A" ? "B" : "A") + token.slice(at + 1),
  );
  for (const other of [...altered, "", "x", `${token}=`, `${token}A`, token.slice(1)])
    expect(sidIn(other, hash)).toBeUndefined();
});

test("a minute slides, and no wait is of no length", () => {
  const ages = (...ms: number[]) =>
    creationWaitSeconds(
      ms.map((age) => 100_000 - age),
      100_000,
    );
  expect(ages(...Array(9).fill(0))).toBe(0);
  expect(ages(...Array(9).fill(0), 59_900)).toBe(1);
  expect(ages(...Array(10).fill(1_000))).toBe(59);
});
