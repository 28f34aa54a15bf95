import { createClient } from "@countersign/client";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { budget } from "../../../../scripts/budget.ts";
import { dump, readSql } from "../../test-support/databases.ts";
import { formOf, newDeviceKey, signedBy } from "../../test-support/device.ts";
import { describeOnDatabases, useSandbox } from "../../test-support/sandbox.ts";
import { startReceiver, type WebhookReceiver } from "../../test-support/webhook-receiver.ts";
import { sandboxAccount, sandboxServiceSid as serviceSid } from "../sandbox/sandbox.ts";
import { tables } from "../store/tables.ts";

const list = `/v2/Services/${serviceSid}/Entities`;
const identity = "Person-0f3a9c77-b1d2";
const within = tables.filter((table) => table.within === "entity");
const rounds = budget(20);

interface Page {
  entities: { sid: string; identity: string }[];
  meta: { key: string; next_page_url: string | null; previous_page_url: string | null };
}

describeOnDatabases((sandbox) => {
  const { api } = sandbox;
  beforeEach(() => api.call("POST", "/sandbox/reset"));
  const create = (Identity: string, of = list) => api.call("POST", of, { Identity });

  test("an entity is there from its creation to its deletion, by its identity to the letter", async () => {
    const { status, body } = await create(identity);
    const url = `${sandbox.url}${list}/${identity}`;
    expect(status).toBe(201);
    expect(body).toEqual({
      ...{ sid: expect.stringMatching(/^YE[0-9a-f]{32}$/), identity, url },
      ...{ account_sid: sandboxAccount.accountSid, service_sid: serviceSid },
      ...{ date_created: expect.stringMatching(/^\S+T\S+Z$/), date_updated: expect.stringMatching(/^\S+T\S+Z$/) },
      links: { factors: `${url}/Factors`, new_factors: `${url}/Factors`, challenges: `${url}/Challenges` },
    });
    for (const written of [identity, identity.replace("P", "%50"), identity.replaceAll("-", "%2D")]) {
      expect((await api.call("GET", `${list}/${written}`)).body).toEqual(body);
    }
    expect((await create(identity)).body).toMatchObject({ code: 60301, status: 409, message: "Entity already exists" });
    for (const none of [identity.toLowerCase(), "%2550erson", String(body.sid), "a%2Fb", "%20", "nobody-at-all"]) {
      for (const method of ["GET", "DELETE"]) {
        expect((await api.call(method, `${list}/${none}`)).body.code, none).toBe(20404);
      }
    }
    expect((await create(identity.toLowerCase())).status).toBe(201);
    expect((await api.call("DELETE", `${list}/${identity}`)).status).toBe(204);
    expect((await api.call("DELETE", `${list}/${identity}`)).status).toBe(404);
    expect((await create(identity)).body.sid).not.toBe(body.sid);
  });

  test("of many that are made at once of one identity one is made, and of many deletions one finds it", async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => create(identity)));
    expect(made.map(({ status }) => status).sort()).toEqual([201, ...Array(19).fill(409)]);
    const gone = await Promise.all(Array.from({ length: 10 }, () => api.call("DELETE", `${list}/${identity}`)));
    expect(gone.map(({ status }) => status).sort()).toEqual([204, ...Array(9).fill(404)]);
  });

  test("they are listed newest first, over pages that lead on and back", async () => {
    const identities = Array.from({ length: 5 }, (_, index) => `person-0000000${index}`);
    for (const each of identities) await create(each);
    const read = async (url: string) => (await api.call("GET", url)).body as unknown as Page;
    const first = await read(`${list}?PageSize=2`);
    const second = await read(String(first.meta.next_page_url).slice(sandbox.url.length));
    const last = await read(String(second.meta.next_page_url).slice(sandbox.url.length));
    const listed = [first, second, last].flatMap(({ entities }) => entities.map((each) => each.identity));
    expect(listed).toEqual(identities.toReversed());
    expect([first.meta.key, last.meta.next_page_url]).toEqual(["entities", null]);
    expect((await read(String(last.meta.previous_page_url).slice(sandbox.url.length))).entities).toEqual(
      second.entities,
    );
  });

  test("an entity is its service's own, and goes with it", async () => {
    const other = `/v2/Services/${await api.createService()}`;
    await create(identity, `${other}/Entities`);
    expect((await api.call("GET", `${list}/${identity}`)).status).toBe(404);
    expect((await create(identity)).status).toBe(201);
    expect((await api.call("DELETE", other)).status).toBe(204);
    for (const method of ["GET", "POST"]) {
      const fields = method === "POST" ? { Identity: identity } : undefined;
      expect((await api.call(method, `${other}/Entities`, fields)).body.code).toBe(20404);
    }
    expect(await readSql(sandbox.databaseUrl, "SELECT service_sid FROM entities")).toEqual([
      { service_sid: serviceSid },
    ]);
  });

  test("an identity is nowhere in clear, neither in the database nor in the trail, which tells who made and deleted it", async () => {
    const { sid } = (await create(identity)).body;
    await create("Person-4b7e1d20-c3a5");
    await api.call("DELETE", `${list}/${identity}`);
    const entries = await readSql(
      sandbox.databaseUrl,
      "SELECT action, resource_sid, before, after FROM audit_entries WHERE resource_type = 'entity' ORDER BY sid",
    );
    expect(entries.map(({ action }) => action)).toEqual(["created", "created", "deleted"]);
    expect(entries[2]?.resource_sid).toBe(sid);
    expect(JSON.stringify(entries[2]?.before)).toContain(serviceSid);
    const text = await dump(sandbox.databaseUrl);
    expect(text).toContain(String(sid));
    for (const part of ["0f3a9c77", "4b7e1d20"]) expect(text).not.toContain(part);
  });

  /** How many rows each table has that is within an entity. */
  async function rows(): Promise<Record<string, number>> {
    const counts = within.map(async ({ name }) => {
      const [row] = await readSql(sandbox.databaseUrl, `SELECT count(*) AS count FROM ${name}`);
      return [name, Number(row?.count)];
    });
    return Object.fromEntries(await Promise.all(counts));
  }
  const nothing = Object.fromEntries(within.map(({ name }) => [name, 0]));

  /** Rows of an entity that is not there, or of a service that is not. */
  async function orphans(): Promise<string[]> {
    const lost = within.map(async ({ name }) => {
      const found = await readSql(
        sandbox.databaseUrl,
        `SELECT t.sid FROM ${name} AS t LEFT JOIN entities AS e ON e.service_sid = t.service_sid AND e.sid = t.entity_sid
         LEFT JOIN services AS s ON s.sid = t.service_sid WHERE e.sid IS NULL OR s.sid IS NULL`,
      );
      return found.map(({ sid }) => `${name} ${sid}`);
    });
    return (await Promise.all(lost)).flat();
  }

  const pathOf = (service: string, of = identity) => `/v2/Services/${service}/Entities/${of}`;
  const createFactor = (entity: string) =>
    api.call("POST", `${entity}/Factors`, { FriendlyName: "Ana", FactorType: "totp" });
  const codeOf = async (uri: string) =>
    String((await api.call("GET", `/sandbox/totp?Uri=${encodeURIComponent(uri)}`)).body.code);

  /** A factor that is in use, one that is not verified yet, a challenge of the first, and a phone that is asked. */
  async function fill(entity: string) {
    const { body } = await createFactor(entity);
    const { uri } = (body as unknown as { binding: { uri: string } }).binding;
    await api.call("POST", `${entity}/Factors/${body.sid}`, { AuthPayload: await codeOf(uri) });
    await createFactor(entity);
    await challengePhone(entity);
    const challenge = { FactorSid: String(body.sid), AuthPayload: await codeOf(uri) };
    await api.call("POST", `${entity}/Challenges`, challenge);
    return { sid: String(body.sid), uri, challenge };
  }

  async function challengePhone(entity: string) {
    const { privateKey, publicKey } = newDeviceKey();
    const { sid = "" } = (await api.call("POST", `${entity}/Factors`, formOf(publicKey))).body;
    await api.call("POST", `${entity}/Factors/${sid}`, { AuthPayload: signedBy(privateKey, sid) });
    await api.call("POST", `${entity}/Challenges`, { FactorSid: sid, "Details.Message": "Log in?" });
  }

  let receiver: WebhookReceiver;
  beforeAll(async () => {
    receiver = await startReceiver();
  });
  afterAll(() => receiver.close());
  /** All but the post with which it is tried wait: the receiver takes none. */
  async function listen() {
    receiver.answer = (response) => void response.end();
    const hook = { FriendlyName: "Events", EventTypes: "*", WebhookUrl: receiver.url };
    expect((await api.call("POST", `/v2/Services/${serviceSid}/Webhooks`, hook)).status).toBe(201);
    receiver.answer = (response) => void response.writeHead(500).end();
  }
  const waiting = async () =>
    Number((await readSql(sandbox.databaseUrl, "SELECT count(*) AS count FROM webhook_deliveries"))[0]?.count);

  test("an entity that is deleted, or whose service is, takes along all that says to be within it, and no other's", async () => {
    await listen();
    const other = await api.createService();
    const entities = [pathOf(serviceSid), pathOf(serviceSid, "person-00000002"), pathOf(other)];
    for (const entity of entities) await fill(entity);
    const whole = await rows();
    expect(Object.values(whole).filter((count) => count === 0)).toEqual([]);
    const share = (count: number) =>
      Object.fromEntries(Object.entries(whole).map(([name, all]) => [name, (all / 3) * count]));
    const told = await waiting();
    expect((await api.call("DELETE", entities[0] ?? "")).status).toBe(204);
    expect([await rows(), await orphans()]).toEqual([share(2), []]);
    // Each of its three factors is told of.
    expect(await waiting()).toBe(told + 3);
    expect((await api.call("DELETE", `/v2/Services/${other}`)).status).toBe(204);
    expect([await rows(), await orphans()]).toEqual([share(1), []]);
    const erased = await api.call("POST", "/console/erasures", { Identity: "person-00000002" });
    expect(erased.body).toMatchObject({ erased: { ...share(1), entities: 1, posts: told / 2 } });
    expect([await rows(), await waiting()]).toEqual([nothing, told / 2 + 3]);
  });

  test.each(["the entity", "its service"])(
    "what is made and answered within an entity while %s is deleted goes with it: nothing fails, and nothing is left over",
    async (what) => {
      for (let round = 0; round < rounds; round += 1) {
        const service = await api.createService();
        const entity = pathOf(service);
        const { sid, uri, challenge } = await fill(entity);
        const AuthPayload = await codeOf(uri);
        const doomed = what === "the entity" ? entity : `/v2/Services/${service}`;
        const calls = [
          () => createFactor(entity),
          () => api.call("POST", `${entity}/Factors/${sid}`, { AuthPayload, FriendlyName: "Ana’s phone" }),
          () => api.call("POST", `${entity}/Challenges`, challenge),
          () => api.call("DELETE", `${entity}/Factors/${sid}`),
          () => api.call("POST", `/v2/Services/${service}/Entities`, { Identity: identity }),
        ];
        const before = calls.slice(0, 3).map((call) => call());
        const answers = await Promise.all([...before, api.call("DELETE", doomed), ...calls.map((call) => call())]);
        expect(answers.filter(({ status }) => status >= 500).map(({ text }) => text)).toEqual([]);
        expect(answers[3]?.status).toBe(204);
        expect(await orphans()).toEqual([]);
        await api.call("DELETE", `/v2/Services/${service}`);
        await api.call("POST", "/sandbox/clock", { Seconds: "1" });
      }
      expect(await rows()).toEqual(nothing);
    },
  );

  test("30 days after an entity was deleted, nothing in the database knows of it but that somebody was", async () => {
    await listen();
    const { sid } = await fill(pathOf(serviceSid));
    const { body } = await api.call("GET", pathOf(serviceSid));
    await api.call("DELETE", pathOf(serviceSid));
    expect([await rows(), await waiting()]).toEqual([nothing, 9]);
    await api.call("POST", "/sandbox/clock", { Seconds: String(30 * 86_400 + 60) });
    const knowing: string[] = [];
    for (const { name } of tables.filter((table) => table.name !== "audit_entries")) {
      const text = JSON.stringify(await readSql(sandbox.databaseUrl, `SELECT * FROM ${name}`));
      if ([sid, String(body.sid)].some((each) => text.includes(each))) knowing.push(name);
    }
    expect([knowing, await waiting()]).toEqual([[], 0]);
    const entries = await readSql(
      sandbox.databaseUrl,
      `SELECT action, resource_type FROM audit_entries WHERE resource_sid = '${body.sid}'`,
    );
    expect(entries).toEqual([{ action: "deleted", resource_type: "entity" }]);
    await api.call("DELETE", "/sandbox/clock");
  });
});

describe("on one machine", () => {
  const sandbox = useSandbox();
  const { api } = sandbox;
  beforeEach(() => api.call("POST", "/sandbox/reset"));
  const create = (Identity: string) => api.call("POST", list, { Identity });

  test("an account makes 40 in a second, whatever the service, and the 41st is told to wait", async () => {
    // A second of the sandbox's clock; the machine may take longer.
    vi.spyOn(Date, "now").mockReturnValue(Date.now());
    onTestFinished(() => void vi.restoreAllMocks());
    const others = `/v2/Services/${await api.createService()}/Entities`;
    await create(identity);
    for (let index = 1; index < 40; index += 1) {
      const path = index % 2 ? list : others;
      expect((await api.call("POST", path, { Identity: `person-0000${index}` })).status).toBe(201);
      if (index === 20) expect((await create(identity)).status).toBe(409);
    }
    const { status, body, headers } = await create("person-000040");
    expect(status).toBe(429);
    expect(body).toMatchObject({ code: 60328, message: "Entities rate limit exceeded" });
    expect([body.details, headers.get("retry-after")]).toEqual([{ retry_after_seconds: 1 }, "1"]);
    expect((await api.call("GET", `${list}/person-000040`)).status).toBe(404);
    expect((await create(identity)).status).toBe(409);
    await api.call("POST", "/sandbox/clock", { Seconds: "1" });
    expect((await create("person-000040")).status).toBe(201);
  });

  test.each([
    ["ada@example.com", "email_address"],
    ["user_00000042", "underscore"],
    ["Ada Lovelace", "blank"],
    ["user-42", "too_short"],
    ["", "too_short"],
    ["a".repeat(65), "too_long"],
    ["+12025550123", "other_character"],
    ["zoé-00000001", "other_character"],
  ])("what is no identity is refused, and is told why without being repeated: %s", async (text, fault) => {
    const { status, body, text: answer } = await create(text);
    expect([status, body.code, body.message]).toEqual([400, 60306, "Invalid Request: Identity"]);
    expect(body.details).toEqual({ identity: fault });
    if (text) expect(answer).not.toContain(text);
  });

  test("whatever is wrong with a request about entities has their own error, and what is missing is missing", async () => {
    expect((await api.call("POST", list, {})).body.code).toBe(20001);
    expect((await api.call("POST", list, { identity })).body.code).toBe(20001);
    const twice = new URLSearchParams([
      ["Identity", identity],
      ["Identity", identity],
    ]);
    const headers = { authorization: `Basic ${btoa(`${sandboxAccount.accountSid}:${sandboxAccount.authToken}`)}` };
    const answer = await fetch(`${sandbox.url}${list}`, { method: "POST", body: twice, headers });
    expect(await answer.json()).toMatchObject({ code: 60306, message: "Invalid Request: Identity" });
    const page = await api.call("GET", `${list}?PageSize=x`);
    expect([page.body.code, page.body.message]).toEqual([60200, "Invalid parameter: PageSize"]);
  });

  test("our client has the four operations typed, errors included", async () => {
    const client = createClient({ ...sandboxAccount, baseUrl: sandbox.url });
    const path = { ServiceSid: serviceSid, Identity: identity };
    const make = () =>
      client.POST("/v2/Services/{ServiceSid}/Entities", { params: { path }, body: { Identity: identity } });
    const created = await make();
    expect(created.data?.identity).toBe(identity);
    const again = await make();
    expect(again.error?.code === 60301 && again.error.message).toBe("Entity already exists");
    const wrong = await client.POST("/v2/Services/{ServiceSid}/Entities", {
      params: { path },
      body: { Identity: "ada@example.com" },
    });
    expect(wrong.error?.code === 60306 && wrong.error.details?.identity).toBe("email_address");
    const one = "/v2/Services/{ServiceSid}/Entities/{Identity}";
    expect((await client.GET(one, { params: { path } })).data).toEqual(created.data);
    const all = await client.GET("/v2/Services/{ServiceSid}/Entities", { params: { path } });
    expect(all.data?.entities).toEqual([created.data]);
    for (let index = 0; index < 4; index += 1) {
      await client.POST("/v2/Services/{ServiceSid}/Entities", {
        params: { path },
        body: { Identity: `person-0000${index}` },
      });
    }
    const paged: (string | null)[] = [];
    const pages = client.paginate("/v2/Services/{ServiceSid}/Entities", { params: { path, query: { PageSize: 2 } } });
    for await (const entity of pages) paged.push(entity.identity);
    expect(paged).toEqual([...[3, 2, 1, 0].map((index) => `person-0000${index}`), identity]);
    expect((await client.DELETE(one, { params: { path } })).error).toBeUndefined();
    expect((await client.GET(one, { params: { path } })).error?.code).toBe(20404);
  });
});
