import { createClient } from "@countersign/client";
import { beforeEach, describe, expect, test } from "vitest";
import { type Answer, apiOf, type Fields } from "../../test-support/api.ts";
import { codeOf } from "../../test-support/authenticator.ts";
import { dump, readSql } from "../../test-support/databases.ts";
import { describeOnDatabases, type UsedSandbox, useSandbox } from "../../test-support/sandbox.ts";
import { sandboxAccount, sandboxServiceSid as serviceSid, startSandbox } from "../sandbox/sandbox.ts";

const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const day = 86_400;

function toolsOf({ api }: UsedSandbox) {
  let people = 0;
  let advanced = 0;
  beforeEach(async () => {
    await api.call("POST", "/sandbox/reset");
    advanced = 0;
  });
  const advance = async (seconds: number) => {
    advanced += seconds;
    await api.call("POST", "/sandbox/clock", { Seconds: String(seconds) });
  };

  /** A person with a factor, which is verified unless it is not to be. */
  async function person(settings: Fields = {}, isVerified = true) {
    people += 1;
    const entity = `/v2/Services/${serviceSid}/Entities/person-${String(people).padStart(4, "0")}`;
    const challenges = `${entity}/Challenges`;
    const made = await api.call("POST", `${entity}/Factors`, {
      ...{ FriendlyName: "Phone", FactorType: "totp", "Binding.Secret": secret, ...settings },
    });
    const factor = made.body as unknown as { sid: string; binding: { uri: string } };
    const code = () => codeOf(factor.binding.uri, Date.now() + advanced * 1000);
    const factorPath = `${entity}/Factors/${factor.sid}`;
    if (isVerified) {
      await api.call("POST", factorPath, { AuthPayload: code() });
      await advance(Number(settings["Config.TimeStep"] ?? 30) * 3);
    }
    return {
      ...{ entity, challenges, factor: factorPath, FactorSid: factor.sid, code },
      /** One that is none of the codes that are right now. */
      wrong: () => String((Number(code()) + 1) % 10 ** code().length).padStart(code().length, "0"),
      create: (fields: Fields = {}) => api.call("POST", challenges, { FactorSid: factor.sid, ...fields }),
      answer: (sid: string | undefined, fields: Fields) => api.call("POST", `${challenges}/${sid}`, fields),
      fetch: (sid: string | undefined) => api.call("GET", `${challenges}/${sid}`),
      list: async (query = "") => {
        const { body } = await api.call("GET", `${challenges}?${query}`);
        return body as unknown as { challenges: { sid: string; status: string }[]; meta: Record<string, string> };
      },
    };
  }
  return { advance, person };
}

const told = ({ status, body }: Answer) => `${status} ${body.code ?? body.status}`;

describeOnDatabases((sandbox, newDatabase) => {
  const { api } = sandbox;
  const { advance, person } = toolsOf(sandbox);

  test("a right code approves one challenge, in the call that makes it or in an update, and is a wrong one from then on", async () => {
    const { create, answer, fetch, code } = await person();
    const AuthPayload = code();
    const approved = await create({ AuthPayload });
    expect(told(approved)).toBe("201 approved");
    const { body } = approved as unknown as { body: { date_responded: string; date_created: string } };
    expect(body.date_responded).toBe(body.date_created);
    expect(told(await create({ AuthPayload }))).toBe("201 pending");
    expect(told(await answer(approved.body.sid, { AuthPayload }))).toBe("403 60322");
    await advance(90);
    const pending = await create();
    expect([told(pending), told(await fetch(pending.body.sid))]).toEqual(["201 pending", "200 pending"]);
    // Earlier steps went with it.
    expect(told(await answer(pending.body.sid, { AuthPayload }))).toBe("200 pending");
    expect(told(await answer(pending.body.sid, { AuthPayload: code() }))).toBe("200 approved");
    expect(told(await fetch(pending.body.sid))).toBe("200 approved");
  });

  test("past its expiration a challenge is expired wherever it is read, though nobody wrote it", async () => {
    const { create, answer, fetch, list, code } = await person();
    const [first, second] = [await create(), await create({ ExpirationDate: await later(600) })];
    await advance(299);
    expect(told(await fetch(first.body.sid))).toBe("200 pending");
    await advance(1);
    expect(told(await fetch(first.body.sid))).toBe("200 expired");
    expect((await list()).challenges.map(({ status }) => status)).toEqual(["expired", "pending"]);
    expect((await list("Status=expired")).challenges.map(({ sid }) => sid)).toEqual([first.body.sid]);
    expect((await list("Status=pending")).challenges.map(({ sid }) => sid)).toEqual([second.body.sid]);
    expect(told(await answer(first.body.sid, { AuthPayload: code() }))).toBe("403 60323");
    expect(told(await answer(first.body.sid, { Metadata: '{"os":"Android"}' }))).toBe("403 60323");
    expect(told(await answer(second.body.sid, { AuthPayload: code() }))).toBe("200 approved");
    await advance(600);
    expect((await list("Status=approved")).challenges.map(({ sid }) => sid)).toEqual([second.body.sid]);
    expect((await list("Status=denied")).challenges).toEqual([]);
  });

  test("what was sent to be kept with it is returned, stands nowhere in clear, and goes with the factor, the entity, the service, or 30 days after its end", async () => {
    const one = await person();
    const kept = {
      "Details.Message": "Log in to Canary?",
      "Details.Fields": '[{"label":"City","value":"Canaryville"}]',
      HiddenDetails: '{"ip":"canary.198.51.100.7"}',
    };
    const { body } = await one.create(kept);
    const details = { message: "Log in to Canary?", fields: [{ label: "City", value: "Canaryville" }] };
    expect(body).toMatchObject({ details, hidden_details: { ip: "canary.198.51.100.7" }, metadata: null });
    const annotated = await one.answer(body.sid, { Metadata: '{"os":"canary-os"}' });
    expect(annotated.body).toMatchObject({ details, metadata: { os: "canary-os" }, status: "pending" });
    expect((await one.fetch(body.sid)).text).toBe(annotated.text);
    expect(await dump(sandbox.databaseUrl)).not.toMatch(/canary/i);

    const count = async () =>
      Number((await readSql(sandbox.databaseUrl, "SELECT count(*) AS n FROM challenges"))[0]?.n);
    await one.create({ AuthPayload: one.code() });
    await api.call("DELETE", one.factor);
    expect(await count()).toBe(0);
    const [two, three] = [await person(), await person()];
    for (const each of [two, three]) await each.create();
    await api.call("DELETE", two.entity);
    expect(await count()).toBe(1);
    await advance(30 * day + 298);
    expect(await count()).toBe(1);
    await advance(4);
    expect(await count()).toBe(0);
    await three.create();
    await api.call("DELETE", `/v2/Services/${serviceSid}`);
    expect(await count()).toBe(0);
  });

  test("a step that was used is not taken again after a restart", async () => {
    const databaseUrl = await newDatabase();
    const entity = `/v2/Services/${serviceSid}/Entities/person-00000001`;
    const first = await startSandbox({ databaseUrl });
    const { call } = apiOf(first.url);
    const { body } = await call("POST", `${entity}/Factors`, { FriendlyName: "Phone", FactorType: "totp" });
    const { sid: FactorSid = "", binding } = body as { sid?: string; binding?: { uri: string } };
    const AuthPayload = codeOf(binding?.uri ?? "");
    await call("POST", `${entity}/Factors/${FactorSid}`, { AuthPayload });
    expect(told(await call("POST", `${entity}/Challenges`, { FactorSid, AuthPayload }))).toBe("201 approved");
    await first.close();
    const second = await startSandbox({ databaseUrl });
    const again = await apiOf(second.url).call("POST", `${entity}/Challenges`, { FactorSid, AuthPayload });
    expect(told(again)).toBe("201 pending");
    await second.close();
  });

  async function later(seconds: number): Promise<string> {
    const { body } = await api.call("GET", "/sandbox/clock");
    const at = Date.parse((body as unknown as { now: string }).now) + seconds * 1000;
    return `${new Date(at).toISOString().slice(0, 19)}Z`;
  }
});

describe("on one machine", () => {
  const sandbox = useSandbox();
  const { api } = sandbox;
  const { advance, person } = toolsOf(sandbox);

  test("after five wrong codes a challenge takes none, not even the right one, until it ends; another does", async () => {
    const { create, answer, code, wrong } = await person();
    const first = await create({ AuthPayload: wrong() });
    for (let tries = 1; tries < 5; tries += 1) {
      expect(told(await answer(first.body.sid, { AuthPayload: wrong() }))).toBe("200 pending");
    }
    const refused = await answer(first.body.sid, { AuthPayload: code() });
    expect(told(refused)).toBe("429 60308");
    expect(refused.body.details?.retry_after_seconds).toBeGreaterThan(290);
    expect(told(await create({ AuthPayload: code() }))).toBe("201 approved");
    await advance(300);
    expect(told(await answer(first.body.sid, { AuthPayload: code() }))).toBe("403 60323");
  });

  test("the code that verified the factor is right once more, and then no more", async () => {
    const { create, factor, code } = await person({}, false);
    const AuthPayload = code();
    expect(told(await create({ AuthPayload }))).toBe("403 60318");
    expect(told(await api.call("POST", factor, { AuthPayload }))).toBe("200 verified");
    expect(told(await create({ AuthPayload }))).toBe("201 approved");
    expect(told(await create({ AuthPayload }))).toBe("201 pending");
  });

  test("a code is good for its own factor: for none of another person, nor for another of the same", async () => {
    const [ada, bob] = [await person(), await person({ "Binding.Secret": "MZXW6YTBOIMZXW6YTBOIMZXW6YTBOI23" })];
    expect(told(await bob.create({ AuthPayload: ada.code() }))).toBe("201 pending");
    expect(told(await ada.create({ FactorSid: bob.FactorSid, AuthPayload: bob.code() }))).toBe("404 20404");
    const { body } = await bob.create();
    expect(told(await ada.answer(body.sid, { AuthPayload: ada.code() }))).toBe("404 20404");
    expect(told(await ada.fetch(body.sid))).toBe("404 20404");
  });

  test("what is not there is 404, and the factor is named where it is that", async () => {
    const { challenges, create, fetch } = await person();
    const none = "YF000000000000000000000000000000ff";
    expect((await create({ FactorSid: none })).body).toMatchObject({
      code: 20404,
      details: { parameter: "FactorSid" },
    });
    expect(told(await fetch("YC000000000000000000000000000000ff"))).toBe("404 20404");
    const nobody = challenges.replace(/person-\d+/, "nobody-0000");
    for (const [method, path] of [
      ["GET", ""],
      ["POST", ""],
      ["GET", "/YC000000000000000000000000000000ff"],
    ] as const) {
      expect(told(await api.call(method, nobody + path, method === "POST" ? { FactorSid: none } : undefined))).toBe(
        "404 20404",
      );
    }
    // Nobody else's name is told apart by its capitals.
    expect(told(await api.call("GET", challenges.replace("person", "Person")))).toBe("404 20404");
  });

  test("a parameter that is not valid is named, and the challenge is not counted", async () => {
    const { create, list } = await person();
    const faulty: [Fields, string][] = [
      [{ FactorSid: "" }, "FactorSid"],
      [{ FactorSid: "YF1" }, "FactorSid"],
      [{ AuthPayload: "12" }, "AuthPayload"],
      [{ AuthPayload: "123456789" }, "AuthPayload"],
      [{ AuthPayload: "abcdef" }, "AuthPayload"],
      [{ ExpirationDate: "tomorrow" }, "ExpirationDate"],
      [{ ExpirationDate: "2026-01-01T00:00:00Z" }, "ExpirationDate"],
      [{ ExpirationDate: "2126-01-01T00:00:00Z" }, "ExpirationDate"],
      [{ "Details.Message": "x".repeat(257) }, "Details.Message"],
      [{ "Details.Fields": "City" }, "Details.Fields"],
      [{ "Details.Fields": '{"label":"City"}' }, "Details.Fields"],
      [{ "Details.Fields": '{"label":"City","value":"London","more":"no"}' }, "Details.Fields"],
      [{ "Details.Fields": `{"label":"${"x".repeat(37)}","value":"London"}` }, "Details.Fields"],
      [{ "Details.Fields": `{"label":"City","value":"${"x".repeat(129)}"}` }, "Details.Fields"],
      [{ "Details.Fields": JSON.stringify(Array(21).fill({ label: "a", value: "b" })) }, "Details.Fields"],
      [{ HiddenDetails: "ip" }, "HiddenDetails"],
      [{ HiddenDetails: '{"ip":7}' }, "HiddenDetails"],
      [{ HiddenDetails: `{"ip":"${"x".repeat(1016)}"}` }, "HiddenDetails"],
    ];
    for (const [fields, name] of faulty) {
      const { status, body } = await create(fields);
      expect([status, body.code, body.message], JSON.stringify(fields).slice(0, 80)).toEqual([
        400,
        60306,
        `Invalid Request: ${name}`,
      ]);
    }
    expect((await list()).challenges).toEqual([]);
  });

  test("nothing but the factor is needed, limits are reached, and what is empty is as if it had not been sent", async () => {
    const { challenges, create, answer } = await person();
    expect((await api.call("POST", challenges, {})).body).toMatchObject({
      code: 20001,
      message: expect.stringContaining("FactorSid"),
    });
    const { body } = await create({ AuthPayload: "", ExpirationDate: "", "Details.Message": "" });
    expect(body).toMatchObject({ status: "pending", details: null, hidden_details: null, metadata: null, links: {} });
    const hidden = `{"ip":"${"x".repeat(1015)}"}`;
    const fields = JSON.stringify(Array(20).fill({ label: "é".repeat(36), value: "y".repeat(128) }));
    const full = await create({ HiddenDetails: hidden, "Details.Message": "é".repeat(256), "Details.Fields": fields });
    expect(full.status).toBe(201);
    for (const Metadata of ['{"a":1}', "[]", `{"ip":"${"x".repeat(1016)}"}`]) {
      expect((await answer(full.body.sid, { Metadata })).body.message).toBe("Invalid Request: Metadata");
    }
    expect(told(await answer(full.body.sid, { Metadata: hidden }))).toBe("200 pending");
    expect((await answer(full.body.sid, {})).body).toMatchObject({
      status: "pending",
      metadata: { ip: "x".repeat(1015) },
    });
  });

  test("of a factor with four digits ten challenges are created in 24 hours, approved ones too, and another's are not counted", async () => {
    const [{ create, code }, other] = [await person({ "Config.CodeLength": "4" }), await person()];
    await create({ AuthPayload: code() });
    await advance(100);
    for (let made = 1; made < 10; made += 1) expect((await create()).status).toBe(201);
    const refused = await create({ AuthPayload: code() });
    expect(told(refused)).toBe("429 60312");
    const wait = refused.body.details?.retry_after_seconds ?? 0;
    expect(wait).toBeGreaterThan(day - 120);
    expect((await other.create()).status).toBe(201);
    await advance(wait);
    // The first alone is that old, and its code was judged by none that was refused.
    expect([told(await create({ AuthPayload: code() })), told(await create())]).toEqual(["201 approved", "429 60312"]);
  });

  test("a clock that goes back by days leaves no wait behind, and those that are created from then on count", async () => {
    const { create } = await person();
    await advance(3 * day);
    for (let hours = 0; hours < 2; hours += 1) {
      for (let made = 0; made < 50; made += 1) await create();
      await advance(day / 24);
    }
    expect(told(await create())).toBe("429 60312");
    await api.call("DELETE", "/sandbox/clock");
    for (let made = 0; made < 50; made += 1) expect((await create()).status).toBe(201);
    expect(told(await create())).toBe("429 60312");
  });

  test("a factor that pauses after wrong codes takes no challenge, and says for how long", async () => {
    const { create, answer, code, wrong } = await person();
    const first = await create();
    for (let tries = 0; tries < 10; tries += 1)
      expect(told(await create({ AuthPayload: wrong() }))).toBe("201 pending");
    const refused = await create({ AuthPayload: code() });
    expect(told(refused)).toBe("429 60308");
    expect(told(await answer(first.body.sid, { AuthPayload: code() }))).toBe("429 60308");
    await advance(refused.body.details?.retry_after_seconds ?? 0);
    expect(told(await answer(first.body.sid, { AuthPayload: code() }))).toBe("200 approved");
  });

  test("a step that was used is not taken again when the clock goes back", async () => {
    const { create, code } = await person();
    const before = code();
    await advance(60);
    expect(told(await create({ AuthPayload: code() }))).toBe("201 approved");
    await api.call("DELETE", "/sandbox/clock");
    expect(told(await create({ AuthPayload: before }))).toBe("201 pending");
  });

  test("lists are in the order that is asked for, by factor and status, and next pages keep both, whichever way the token is spelt", async () => {
    const { create, list, code, FactorSid, challenges } = await person();
    const sids: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      const { body } = await create(index === 2 ? { AuthPayload: code() } : {});
      sids.push(body.sid ?? "");
      await advance(1);
    }
    const walk = async (query: string, spelt = (url: string) => url) => {
      const found: string[] = [];
      for (let url: string | null = `${challenges}?PageSize=2&${query}`; url; ) {
        const { body } = await api.call("GET", url);
        const page = body as unknown as Awaited<ReturnType<typeof list>>;
        found.push(...page.challenges.map(({ sid }) => sid));
        const next = page.meta.next_page_url as string | null;
        url = next && spelt(next.slice(sandbox.url.length));
      }
      return found;
    };
    expect(await walk("")).toEqual(sids);
    expect(await walk("Order=desc")).toEqual(sids.toReversed());
    expect(await walk(`Order=desc&FactorSid=${FactorSid}&Status=pending`)).toEqual(
      sids.toReversed().filter((sid) => sid !== sids[2]),
    );
    expect(await walk("Order=desc", (url) => url.replace("PageToken", "pageToken"))).toEqual(sids.toReversed());
    expect((await list(`FactorSid=YF${"0".repeat(32)}`)).challenges).toEqual([]);
    for (const [query, code] of [
      ["Order=down", 60306],
      ["Status=open", 60306],
      ["FactorSid=YF1", 60306],
      ["PageSize=0", 60200],
      ["Of=x", 60200],
      ["pageToken=x", 21481],
    ] as const) {
      expect((await api.call("GET", `${challenges}?${query}`)).body.code, query).toBe(code);
    }
  });

  test("our client has the four operations typed, errors included", async () => {
    const client = createClient({ ...sandboxAccount, baseUrl: sandbox.url });
    const { entity, FactorSid, code } = await person();
    const path = { ServiceSid: serviceSid, Identity: entity.split("/").at(-1) ?? "" };
    const all = "/v2/Services/{ServiceSid}/Entities/{Identity}/Challenges";
    const body = { FactorSid, ExpirationDate: undefined, HiddenDetails: { ip: "192.0.2.7" } };
    const created = await client.POST(all, { params: { path }, body });
    const one = { params: { path: { ...path, Sid: created.data?.sid ?? "" } } };
    expect((await client.GET(`${all}/{Sid}`, one)).data?.hidden_details).toEqual({ ip: "192.0.2.7" });
    const answered = await client.POST(`${all}/{Sid}`, { ...one, body: { AuthPayload: code() } });
    expect(answered.data?.status).toBe("approved");
    const again = await client.POST(`${all}/{Sid}`, { ...one, body: { AuthPayload: code() } });
    expect(again.error?.code === 60322 && again.error.message).toBe("Challenge already responded");
    expect((await client.GET(all, { params: { path, query: { Status: "approved" } } })).data?.challenges).toHaveLength(
      1,
    );
  });
});
