/**
 * Requests to the real sandbox, from the document's own schemas: valid ones and all kinds of broken ones, to all
 * operations in turn, several under way at once, about what earlier ones have made.
 *
 * The whole of it, with its figures: `FUZZ_RUNS=10000 npx vitest run promises/fuzz`. What failed once is sent again
 * with the `FUZZ_SEED` that the failure names.
 */

import { randomUUID } from "node:crypto";
import { requestArbitrary } from "@countersign/contract/generate";
import { operationsOf } from "@countersign/document";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isWhole } from "../../../scripts/budget.ts";
import { sandboxKeys } from "../src/sandbox/account.ts";
import { sandboxAccount, sandboxServiceSid, startSandbox } from "../src/sandbox/sandbox.ts";
import { apiOf, authorizationOf } from "../test-support/api.ts";
import { codeOf } from "../test-support/authenticator.ts";
import { createAccount, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { bundle } from "../test-support/fake-app.ts";
import { type Call, createFuzzer, type Fuzzer, unsigned } from "../test-support/fuzzer.ts";
import { createKnownValues, type KnownValues } from "../test-support/known-values.ts";
import { createAuthenticator, origin, passkeysOf } from "../test-support/passkeys.ts";

const runs = Number(process.env.FUZZ_RUNS ?? (isWhole ? 10_000 : 4));
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
/** As many as it takes for every operation to succeed some time. */
const runsUntilSuccess = 2_000;
const operationIds = operationsOf(bundle).map(({ operation }) => operation.operationId);
const given = {
  VA: [sandboxServiceSid],
  To: ["+12025550123", "+12025550199", "+4915112345678", "+14155552671"],
  Code: ["123456"],
  Identity: ["person-00000001"],
  country_code: ["1"],
  phone_number: ["202-555-0123", "202-555-0199"],
  custom_code: ["8247"],
  verification_code: ["1234", "8247"],
  id: [""],
  rawId: [""],
  response: ["{}"],
  YF: [""],
  YC: [""],
  ApiKey: [sandboxKeys.apiKey],
  app_api_key: [sandboxKeys.appApiKey],
  access_key: [sandboxKeys.accessKey],
  integration_api_key: [sandboxKeys.integrationKey],
};

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

test.each([
  { kind: "SQLite", numRuns: runs, create: async () => "sqlite::memory:" },
  { kind: "PostgreSQL", numRuns: Math.ceil(runs / 10), create: () => databases.create("PostgreSQL") },
])(
  "security 16 and 20: on $kind every generated request is answered as documented, and none with a 5xx",
  { timeout: 60_000 + runs * operationIds.length * 20 },
  async ({ kind, numRuns, create }) => {
    const databaseUrl = await create();
    const sandbox = await startSandbox({ databaseUrl });
    const accounts = [sandboxAccount, ...(kind === "PostgreSQL" ? [await createAccount(databaseUrl)] : [])];
    const values = createKnownValues(Object.keys(bundle.paths), given);
    const fuzzer = createFuzzer(sandbox.url, values);
    const rounds = roundArbitrary(accounts.map(authorizationOf), values);
    const send = createSender(fuzzer, () => enrol(sandbox.url));
    const property = fc.asyncProperty(rounds, send.round);
    const { errorInstance } = await fc.check(property, { numRuns, seed, endOnFailure: true });
    await send.rest();
    await fuzzer.finish();
    await sandbox.close();
    expect(fuzzer.failures, `FUZZ_SEED=${seed}`).toEqual([]);
    expect(errorInstance).toBeNull();
    expect({}).not.toHaveProperty("polluted");
    if (process.env.FUZZ_RUNS) console.log(kind, fuzzer.tally);
    if (numRuns >= runsUntilSuccess) expectSuccesses(fuzzer);
  },
);

/** A request to each operation, and more to those that need many to get far; in any order. */
function roundArbitrary(authorizations: string[], { known }: KnownValues): fc.Arbitrary<Call[]> {
  const key = [sandboxKeys.apiKey];
  const credentials = { basicAuth: authorizations, v1KeyHeader: key, v1KeyQuery: key, ...unsigned };
  const calls = operationIds.flatMap((operationId) => {
    const call = requestArbitrary(bundle, operationId, credentials, known).map(
      (request): Call => [operationId, request],
    );
    return Array<fc.Arbitrary<Call>>(/Verification|Factor$/.test(operationId) ? 3 : 1).fill(call);
  });
  const ranks = fc.array(fc.noBias(fc.nat()), { minLength: calls.length, maxLength: calls.length });
  return fc.tuple(fc.tuple(...calls), ranks).map(([round, ranks]) =>
    round
      .map((call, index) => ({ call, rank: ranks[index] ?? 0 }))
      .toSorted((a, b) => a.rank - b.rank)
      .map(({ call }) => call),
  );
}

const roundsUntilEnd = 100;
const roundsInAMinute = 4;

/** Sends the requests of a round, but keeps for later those that end what others have begun. */
function createSender({ send, finish, failures }: Fuzzer, prepare: () => Promise<void>) {
  let endings: Call[] = [];
  let count = 0;

  async function rest(): Promise<void> {
    const calls = endings;
    endings = [];
    // In this order each finds something to end.
    for (const prefix of ["deleteEntity", "createErasure", "deleteApplication", "deleteService", "advance", "reset"]) {
      for (const call of calls) if (call[0].startsWith(prefix)) await send(call);
    }
    // Others would fail or wait for a minute.
    await finish();
    for (const call of calls) if (call[0] === "setFaults") await send(call);
    await finish();
    await send(["clearFaults", clearing]);
    await finish();
  }

  return {
    rest,
    /** @returns whether all is well so far */
    async round(calls: Call[]): Promise<boolean> {
      if (count % roundsInAMinute === 0) await prepare();
      for (const call of calls) {
        if (/^(advance|reset|setFaults|createErasure|delete(Application|Service|Entity)$)/.test(call[0]))
          endings.push(call);
        else await send(call);
      }
      count += 1;
      // Signed calls are limited by the minute.
      if (count % roundsInAMinute === 0) await send(["advanceClock", minute]);
      if (count % roundsUntilEnd === 0) await rest();
      return failures.length === 0;
    },
  };
}

/** Nobody guesses what an app shows: without it no factor would be verified, and none be challenged. */
async function enrol(url: string): Promise<void> {
  const { call } = apiOf(url);
  const entity = `/v2/Services/${sandboxServiceSid}/Entities/${given.Identity[0]}`;
  const { body } = await call("POST", `${entity}/Factors`, { FriendlyName: "Phone", FactorType: "totp" });
  const { sid: FactorSid = "", binding } = body as { sid?: string; binding?: { uri: string } };
  if (!binding) return;
  const now = ((await call("GET", "/sandbox/clock")).body as { now?: string }).now ?? "";
  await call("POST", `${entity}/Factors/${FactorSid}`, { AuthPayload: codeOf(binding.uri, Date.parse(now)) });
  given.YF[0] = FactorSid;
  given.YC[0] = (await call("POST", `${entity}/Challenges`, { FactorSid })).body.sid ?? "";
  // Nor what a phone signs; an entity has so many phones, and then the last one is asked again.
  const phone = (await call("POST", "/sandbox/devices", { Identity: String(given.Identity[0]) })).body.sid;
  given.YF[1] = phone ?? given.YF[1] ?? "";
  const asked = { FactorSid: given.YF[1], "Details.Message": "Log in to Acme?" };
  given.YC[1] = (await call("POST", `${entity}/Challenges`, asked)).body.sid ?? "";
  await askBrowsers(url);
}

/** Nor what an authenticator signs: there is a passkey to be registered, and a login by another. */
async function askBrowsers(url: string): Promise<void> {
  const { begin, verify, challenge } = passkeysOf(() => url);
  const [browser, other] = [createAuthenticator(), createAuthenticator()];
  const identity = randomUUID();
  const { options: first } = await begin(identity);
  if (first) await verify(browser.create(first, origin));
  const [{ options: second }, { options: login }] = [await begin(identity), await challenge({ identity })];
  if (!second || !login) return;
  const said = [other.create(second, origin), browser.get(login, origin)];
  for (const [index, { id, response }] of said.entries()) {
    given.response[index] = JSON.stringify(response);
    given.id[index] = given.rawId[index] = id;
  }
}

const minute = {
  method: "POST",
  url: "/sandbox/clock",
  headers: { authorization: authorizationOf(sandboxAccount), "content-type": "application/x-www-form-urlencoded" },
  payload: Buffer.from("Seconds=60"),
};

const clearing = {
  method: "DELETE",
  url: "/sandbox/faults",
  headers: { authorization: authorizationOf(sandboxAccount) },
  payload: Buffer.alloc(0),
};

function expectSuccesses({ tally }: Fuzzer): void {
  for (const operationId of operationIds) {
    expect(Object.keys(tally[operationId] ?? {}), operationId).toContainEqual(expect.stringMatching(/^20\d$/));
  }
}
