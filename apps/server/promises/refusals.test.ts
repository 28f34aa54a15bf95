import { beforeAll, expect, test } from "vitest";
import { sandboxAccount, startSandbox } from "../src/sandbox/sandbox.ts";
import { type Answer, type Api, apiOf, authorizationOf, type Credentials, send } from "../test-support/api.ts";
import { createAccount } from "../test-support/databases.ts";
import { describeOnDatabases } from "../test-support/sandbox.ts";

const unknownSid = "VE0000000000000000000000000000000f";

describeOnDatabases((sandbox, newDatabase) => {
  const { api } = sandbox;
  let stranger: Credentials;
  beforeAll(async () => {
    stranger = await createAccount(sandbox.databaseUrl);
  });

  test("security 2: a code of the wrong length or alphabet is refused before anything is looked up", async () => {
    const serviceSid = await api.createService();
    const To = "+12025550101";
    const { body } = await api.start(serviceSid, { To });
    const unfit = ["", "123", "12345678901", "12 456", "12345é", "12345-", "123456\n", "１２３４５６", "123456'--"];
    for (const Code of unfit) {
      for (const target of [{ To }, { VerificationSid: body.sid ?? "" }, { To: "+12025550102" }]) {
        const refusal = await api.check(serviceSid, { ...target, Code });
        expect([refusal.status, refusal.body.code, refusal.body.message]).toEqual([
          400,
          60200,
          "Invalid parameter: Code",
        ]);
      }
      // Not even the service is looked up.
      expect((await api.check("VA0000000000000000000000000000000f", { To, Code })).body.code).toBe(60200);
    }
    // None of them was counted.
    for (let wrong = 1; wrong <= 4; wrong += 1) await api.check(serviceSid, { To, Code: "000000" });
    expect((await api.check(serviceSid, { To, Code: "123456" })).body.status).toBe("approved");
  });

  test("security 2: a code that could be somebody's is looked up, and one that cannot be this verification's counts as wrong", async () => {
    const serviceSid = await api.createService({ CodeLength: "6" });
    const To = "+12025550103";
    await api.start(serviceSid, { To });
    // To refuse them would tell how long the code is, and what it is made of.
    for (const Code of ["1234", "1234567890", "12345A", "ABCDEF"]) {
      const { status, body } = await api.check(serviceSid, { To, Code });
      expect([status, body.status, body.valid]).toEqual([200, "pending", false]);
    }
    expect((await api.check(serviceSid, { To, Code: "12345" })).body.status).toBe("max_attempts_reached");
    expect((await api.check(serviceSid, { To, Code: "123456" })).body.code).toBe(60202);
  });

  test("security 5: unknown, expired and foreign verifications answer alike; only their owner is told the reason", async () => {
    const other = apiOf(sandbox.url, stranger);
    const serviceSid = await api.createService();
    const To = "+12025550111";
    const { body: expired } = await api.start(serviceSid, { To });
    await api.call("POST", "/sandbox/clock", { Seconds: "601" });
    const { body: pending } = await api.start(serviceSid, { To: "+12025550112" });
    const targets = { expired: expired.sid, unknown: unknownSid, pending: pending.sid };

    for (const look of [checkBySid, fetchBySid, cancelBySid]) {
      const [own, unknown] = [await look(api, serviceSid, targets.expired), await look(api, serviceSid, unknownSid)];
      expect(own.body.details).toEqual({ reason: "expired" });
      expect(withoutReason(own, targets.expired)).toEqual(withoutReason(unknown, unknownSid));
      // Of what belongs to another account nothing shows, not even that it exists.
      for (const sid of Object.values(targets)) {
        const foreign = await look(other, serviceSid, sid);
        expect(foreign.body.details).toEqual({ reason: "unknown" });
        expect(withoutReason(foreign, sid)).toEqual(withoutReason(unknown, unknownSid));
      }
    }
    const byRecipient = [To, "+12025550112", "+12025550113"].map((to) =>
      other.check(serviceSid, { To: to, Code: "123456" }),
    );
    const [first, ...others] = (await Promise.all(byRecipient)).map((answer) => withoutReason(answer));
    expect(first).toMatchObject({ status: 404, body: { code: 20404 } });
    for (const answer of others) expect(answer).toEqual(first);
    expect((await api.check(serviceSid, { To: "+12025550112", Code: "123456" })).body.status).toBe("approved");
  });

  test("security 5: how a verification ended, its owner is told and nobody else", async () => {
    const other = apiOf(sandbox.url, stranger);
    const serviceSid = await api.createService();
    const ends = {
      "+12025550115": (To: string) => api.check(serviceSid, { To, Code: "123456" }),
      "+12025550116": (To: string) => cancelBySid(api, serviceSid, encodeURIComponent(To)),
      "+12025550117": (To: string) =>
        Promise.all([1, 2, 3, 4, 5].map(() => api.check(serviceSid, { To, Code: "000000" }))),
    };
    const told: unknown[] = [];
    for (const [To, end] of Object.entries(ends)) {
      const { body } = await api.start(serviceSid, { To });
      await end(To);
      for (const each of [api, other]) told.push((await checkBySid(each, serviceSid, body.sid)).body.details?.reason);
    }
    expect(told).toEqual(["approved", "unknown", "canceled", "unknown", "max_attempts_reached", "unknown"]);
  });

  test("security 5: a service of one's own does not reach another account's verification", async () => {
    const other = apiOf(sandbox.url, stranger);
    const { body } = await api.start(await api.createService(), { To: "+12025550121" });
    const foreign = await checkBySid(other, await other.createService(), body.sid);
    expect([foreign.status, foreign.body.code, foreign.body.details]).toEqual([404, 20404, { reason: "unknown" }]);
  });

  test("security 11: what was counted stays counted, whatever is refused beside it and after a restart", async () => {
    const databaseUrl = await newDatabase();
    const To = "+12025550131";
    let server = await startSandbox({ databaseUrl, secret: "the same secret in both of the runs" });
    let own = apiOf(server.url);
    const serviceSid = await own.createService();
    await own.start(serviceSid, { To });
    const beside = [
      ...[1, 2, 3].map(() => own.check(serviceSid, { To, Code: "000000" })),
      ...[1, 2, 3].map(() => own.check(serviceSid, { To: "+12025550132", Code: "000000" })),
      ...[1, 2, 3].map(() => own.check(serviceSid, { VerificationSid: unknownSid, Code: "000000" })),
      ...[1, 2, 3].map(() => own.check(serviceSid, { To })),
    ];
    expect((await Promise.all(beside)).map(({ status }) => status)).toEqual(
      [200, 404, 404, 400].flatMap((status) => [status, status, status]),
    );
    await server.close();

    server = await startSandbox({ databaseUrl, secret: "the same secret in both of the runs" });
    own = apiOf(server.url);
    expect((await own.check(serviceSid, { To, Code: "000000" })).body.status).toBe("pending");
    expect((await own.check(serviceSid, { To, Code: "000000" })).body.status).toBe("max_attempts_reached");
    expect((await own.check(serviceSid, { To, Code: "123456" })).body.code).toBe(60202);
    expect((await own.start(serviceSid, { To })).body.code).toBe(60202);
    await server.close();
  });

  test("security 18: a wrong account and a wrong token answer alike, and so does a caller without either", async () => {
    const wrongs = [
      authorizationOf({ ...sandboxAccount, authToken: "sandboy" }),
      authorizationOf({ ...sandboxAccount, authToken: stranger.authToken }),
      authorizationOf({ ...stranger, authToken: sandboxAccount.authToken }),
      authorizationOf({ accountSid: "AC0000000000000000000000000000000f", authToken: "sandbox" }),
      authorizationOf({ accountSid: "AC' OR 1=1 --", authToken: "sandbox" }),
      authorizationOf({ accountSid: "", authToken: "" }),
      "Basic !",
      "Bearer sandbox",
    ];
    for (const path of ["/v2/Services", "/v2/Services/VA00000000000000000000000000000001", "/sandbox/messages"]) {
      const answers = [await send(`${sandbox.url}${path}`)];
      for (const authorization of wrongs) {
        answers.push(await send(`${sandbox.url}${path}`, { headers: { authorization } }));
      }
      const [first, ...others] = answers.map(everythingOf);
      expect(first).toMatchObject({ status: 401, body: { code: 20003 } });
      for (const answer of others) expect(answer).toEqual(first);
    }
  });
});

type Look = (api: Api, serviceSid: string, sid: string | undefined) => Promise<Answer>;

const checkBySid: Look = (api, serviceSid, sid = "") => api.check(serviceSid, { VerificationSid: sid, Code: "123456" });

const fetchBySid: Look = (api, serviceSid, sid = "") => api.fetch(serviceSid, sid);

const cancelBySid: Look = (api, serviceSid, sid = "") =>
  api.call("POST", `/v2/Services/${serviceSid}/Verifications/${sid}`, { Status: "canceled" });

/** All that a caller sees, but for what no two answers share. */
function everythingOf({ status, headers, body }: Answer) {
  const shared = [...headers].filter(([name]) => name !== "twilio-request-id" && name !== "date");
  return { status, headers: Object.fromEntries(shared), body };
}

/** The same, without the reason and what depends on its length, and with the sid that the caller sent left out. */
function withoutReason(answer: Answer, sid = "") {
  const { status, headers, body } = everythingOf(answer);
  const { "content-length": _length, ...others } = headers;
  const { details: _details, message = "", ...rest } = body;
  return { status, headers: others, body: { ...rest, message: message.replace(sid, "") } };
}
