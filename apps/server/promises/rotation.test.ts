import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, type Api, apiOf } from "../test-support/api.ts";
import { codeOf } from "../test-support/authenticator.ts";
import { databaseKindsOr, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { newDevice } from "../test-support/device.ts";
import { type ProductionServer, startProduction } from "../test-support/production.ts";

const newSecret = () => randomBytes(32).toString("base64url");

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKindsOr("PostgreSQL"))("on %s", (kind) => {
  test("security 3: once the secret is replaced, codes, messages, safe lists, entities, factors and access tokens sealed under the previous one are still good, and new ones need it no more", async () => {
    const databaseUrl = await databases.create(kind);
    const [first, second] = [newSecret(), newSecret()];
    const phones = ["+14155552671", "+14155552672", "+14155552673"] as const;
    const before = await startProduction({ databaseUrl, secret: first, isHeld: true });
    const serviceSid = await before.api.createService();
    await before.api.start(serviceSid, { To: phones[0] });
    await before.deliver();
    await before.api.start(serviceSid, { To: phones[1] });
    const safe = (to: string) => `/v2/SafeList/Numbers/${to}`;
    await before.api.call("POST", "/v2/SafeList/Numbers", { PhoneNumber: phones[0] });
    const entities = `/v2/Services/${serviceSid}/Entities`;
    await before.api.call("POST", entities, { Identity: "person-00000001" });
    const factors = `${entities}/person-00000001/Factors`;
    const app = { FriendlyName: "Ana’s phone", FactorType: "totp" };
    const one = await before.api.call("POST", factors, app);
    const other = await before.api.call("POST", factors, app);
    const verify = async (api: Api, { body }: Answer) => {
      const { sid, binding } = body as unknown as { sid: string; binding: { uri: string } };
      return (await api.call("POST", `${factors}/${sid}`, { AuthPayload: codeOf(binding.uri) })).body;
    };
    const tokens = `/v2/Services/${serviceSid}/AccessTokens`;
    const asked = { Identity: "person-00000001", FactorType: "push", Ttl: "300" };
    const [used, kept] = [await before.api.call("POST", tokens, asked), await before.api.call("POST", tokens, asked)];
    const tokenIn = ({ body }: Answer) => (body as { token?: string }).token ?? "";
    const { accountSid } = before.credentials;
    let url = before.url;
    const phone = newDevice(() => url, { identity: "person-00000001", serviceSid, accountSid });
    expect((await phone.create(tokenIn(used))).status).toBe(201);
    await before.close();

    const during = await startProduction({ databaseUrl, secret: second, previousSecret: first });
    url = during.url;
    const duringApi = apiOf(during.url, before.credentials);
    await during.deliver();
    expect(during.sent.map(({ to }) => to)).toEqual([phones[1]]);
    const sent = [...before.sent, ...during.sent];
    for (const { to, code } of sent) {
      expect((await duringApi.check(serviceSid, { To: to, Code: code })).body.status).toBe("approved");
    }
    await duringApi.start(serviceSid, { To: phones[2] });
    expect((await duringApi.call("GET", safe(phones[0]))).status).toBe(200);
    expect((await duringApi.call("POST", "/v2/SafeList/Numbers", { PhoneNumber: phones[0] })).body.code).toBe(60411);
    expect((await duringApi.call("POST", entities, { Identity: "person-00000001" })).body.code).toBe(60301);
    expect(await verify(duringApi, one)).toMatchObject({ status: "verified", friendly_name: "Ana’s phone" });
    expect((await phone.verify()).body.status).toBe("verified");
    expect((await duringApi.call("GET", `${tokens}/${kept.body.sid}`)).body).toMatchObject({ token: tokenIn(kept) });
    await during.close();

    const after = await startProduction({ databaseUrl, secret: second });
    url = after.url;
    try {
      const second = newDevice(() => url, { identity: "person-00000001", serviceSid, accountSid });
      expect((await second.create(tokenIn(kept))).status).toBe(201);
      expect((await phone.call("GET", phone.url)).body.status).toBe("verified");
      const code = during.sent.at(-1)?.code ?? "";
      const checked = await apiOf(after.url, before.credentials).check(serviceSid, { To: phones[2], Code: code });
      expect(checked.body.status).toBe("approved");
      const { sid } = (await apiOf(after.url, before.credentials).call("GET", safe(phones[0]))).body;
      const revealed = await apiOf(after.url, before.credentials).call("POST", `/console/verifications/${sid}/reveal`);
      expect(revealed.body).toEqual({ sid, to: phones[0] });
      const { body } = await apiOf(after.url, before.credentials).call("GET", entities);
      expect(body).toMatchObject({ entities: [{ identity: "person-00000001" }] });
      expect(await verify(apiOf(after.url, before.credentials), other)).toMatchObject({ status: "verified" });
    } finally {
      await after.close();
    }
  });

  test("security 32: two processes that replace the secret as the guide says, one after the other and under load, refuse nothing wrongly", async () => {
    const databaseUrl = await databases.create(kind);
    const [old, next] = [newSecret(), newSecret()];
    const open = (secret: string, previousSecret?: string) =>
      startProduction({ databaseUrl, secret, isHeld: true, ...(previousSecret !== undefined && { previousSecret }) });
    const servers = [await open(old), await open(old)];
    const { api, credentials } = servers[0] as ProductionServer;
    const serviceSid = await api.createService();
    const apiOfAny = () => apiOf(servers[Math.floor(Math.random() * servers.length)]?.url ?? "", credentials);
    let phones = 0;
    const pending: { To: string; code: string }[] = [];
    const outcomes: Record<string, number> = {};

    /** Started by one, sent by another, sent again by a third, and checked by whichever is there, perhaps steps later. */
    async function load(rounds: number): Promise<void> {
      for (let round = 0; round < rounds; round += 1) {
        const To = `+1415555${2000 + ++phones}`;
        for (let send = 0; send < 2; send += 1) {
          const { status } = await apiOfAny().start(serviceSid, { To });
          outcomes[`start ${status}`] = (outcomes[`start ${status}`] ?? 0) + 1;
          const server = servers[Math.floor(Math.random() * servers.length)] as ProductionServer;
          await server.deliver();
        }
        const code = servers.flatMap(({ sent }) => sent).find(({ to }) => to === To)?.code ?? "none";
        pending.push({ To, code });
        const checked = pending.length > 5 ? pending.shift() : undefined;
        if (checked) await check(checked);
      }
    }
    async function check({ To, code }: { To: string; code: string }): Promise<void> {
      const { status, body } = await apiOfAny().check(serviceSid, { To, Code: code });
      outcomes[`check ${status} ${body.status}`] = (outcomes[`check ${status} ${body.status}`] ?? 0) + 1;
    }

    const steps: [secret: string, previous: string][] = [
      [old, next],
      [next, old],
    ];
    for (const secrets of steps) {
      for (let index = 0; index < 2; index += 1) {
        await load(4);
        const [stopping] = servers.splice(0, 1) as [ProductionServer];
        // The other one serves meanwhile.
        const [started] = await Promise.all([open(...secrets), load(4), stopping.close()]);
        servers.push(started);
      }
    }
    await load(6);
    for (const each of pending.splice(0)) await check(each);
    await Promise.all(servers.map((server) => server.close()));

    expect(outcomes).toEqual({ "start 201": 2 * phones, "check 200 approved": phones });
  });
});
