import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "../../apps/server/test-support/postgres.ts";
import {
  type CreationOptions,
  createAuthenticator,
  type RequestOptions,
} from "../../packages/testing/src/authenticator.ts";
import { totp } from "../../packages/testing/src/totp.ts";
import { sandbox } from "./contestants.ts";
import { sandboxAuthorization, sandboxService } from "./cycles-over-http.ts";
import { type BenchOptions, type Findings, ours } from "./figures.ts";
import { type Cycle, expectAnswer, load, post, type Sample } from "./load.ts";
import type { Service } from "./processes.ts";
import { figuresOf } from "./samples.ts";

const origin = "https://acme.example.com";
const passkeys = {
  relying_party: { id: "acme.example.com", name: "Acme", origins: [origin] },
  authenticator_attachment: "any",
  discoverable_credentials: "preferred",
  user_verification: "preferred",
};
/** How many people a sandbox lets begin in a second of its clock. */
const beginnersMax = 40;

/** Checks of codes of authenticator apps, and logins by passkey: a challenge and the check of what the browser answers. */
export async function measureFactors(options: BenchOptions): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-factors-"));
  const postgres = await startPostgres({ connectionsMax: 300 });
  const findings: Findings = { figures: [], reaches: [] };
  try {
    for (const [database, url] of [
      ["PostgreSQL", await postgres.createDatabase()],
      ["SQLite", `sqlite:${join(folder, "countersign.db")}`],
    ] as const) {
      const { service, stop } = await sandbox(url);
      try {
        for (const [what, measure] of [
          ["Codes of apps", measureCodes],
          ["Logins by passkey", measureLogins],
        ] as const) {
          const samples = await measure(service, options);
          findings.figures.push(...figuresOf(`${what} on ${database}, 32 connections`, { [ours]: samples }));
        }
      } finally {
        await stop();
      }
    }
    return findings;
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true });
  }
}

const postForm = (path: string, body: string) =>
  post(`${sandboxService}/${path}`, "x-www-form-urlencoded", body, sandboxAuthorization);
const postJson = (path: string, body: object) =>
  post(`${sandboxService}/${path}`, "json", JSON.stringify(body), sandboxAuthorization);

/** No code is taken twice, so each run is later by two steps, and asks every app once. */
async function measureCodes(service: Service, { runs, isQuick }: BenchOptions): Promise<Sample[]> {
  const apps: { entity: string; sid: string; uri: string }[] = [];
  let aheadSeconds = 0;
  const advance = async (seconds: number) => {
    aheadSeconds += seconds;
    await advanceClock(service, seconds);
  };
  const codeOf = (uri: string) => totp(uri, new Date(Date.now() + aheadSeconds * 1000));
  let count = 0;
  function* register(): ReturnType<Cycle> {
    const entity = `Entities/person-${++count}`;
    const created = yield postForm(`${entity}/Factors`, "FriendlyName=App&FactorType=totp");
    expectAnswer(created, 201);
    const { sid, binding } = JSON.parse(created.body);
    const proof = yield postForm(`${entity}/Factors/${sid}`, `AuthPayload=${codeOf(binding.uri)}`);
    expectAnswer(proof, 200, '"status":"verified"');
    apps.push({ entity, sid, uri: binding.uri });
  }
  await begin(service, isQuick ? 80 : 1_000, register, advance);
  return repeatedly(runs, async () => {
    await advance(60);
    const waiting = apps.values();
    function* check(): ReturnType<Cycle> {
      const { entity, sid, uri } = waiting.next().value as (typeof apps)[number];
      const answer = yield postForm(`${entity}/Challenges`, `FactorSid=${sid}&AuthPayload=${codeOf(uri)}`);
      expectAnswer(answer, 201, '"status":"approved"');
    }
    return loadOn(service, check, { cyclesMax: apps.length });
  });
}

async function measureLogins(service: Service, { runs, seconds, isQuick }: BenchOptions): Promise<Sample[]> {
  const people: { identity: string; browser: ReturnType<typeof createAuthenticator> }[] = [];
  let count = 0;
  function* register(): ReturnType<Cycle> {
    const [identity, browser] = [`holder-${++count}`, createAuthenticator()];
    const asked = yield postJson("Passkeys/Factors", { friendly_name: "Laptop", identity, config: passkeys });
    expectAnswer(asked, 201);
    const options = JSON.parse(asked.body).options.publicKey as CreationOptions;
    const proof = yield postJson("Passkeys/VerifyFactor", browser.create(options, origin));
    expectAnswer(proof, 200, '"status":"verified"');
    people.push({ identity, browser });
  }
  await begin(service, isQuick ? 80 : 160, register, (ahead) => advanceClock(service, ahead));
  let turn = 0;
  function* logIn(): ReturnType<Cycle> {
    const { identity, browser } = people[turn++ % people.length] as (typeof people)[number];
    const asked = yield postJson("Passkeys/Challenges", { identity });
    expectAnswer(asked, 201);
    const options = JSON.parse(asked.body).options.publicKey as RequestOptions;
    const answer = yield postJson("Passkeys/ApproveChallenge", browser.get(options, origin));
    expectAnswer(answer, 200, '"status":"approved"');
  }
  return repeatedly(runs, () => loadOn(service, logIn, { seconds }));
}

/** Has people begin, no more at a time than the limit lets. */
async function begin(service: Service, count: number, cycle: Cycle, advance: (seconds: number) => Promise<void>) {
  for (let begun = 0; begun < count; begun += beginnersMax) {
    await loadOn(service, cycle, { cyclesMax: Math.min(beginnersMax, count - begun) });
    await advance(2);
  }
}

function loadOn(
  service: Service,
  cycle: Cycle,
  { seconds = Number.POSITIVE_INFINITY, cyclesMax }: { seconds?: number; cyclesMax?: number },
): Promise<Sample> {
  return load({ services: [service], connections: 32, cycle, seconds, ...(cyclesMax && { cyclesMax }) });
}

/** What it gives so many times, once it is warm. */
async function repeatedly<T>(runs: number, work: () => Promise<T>): Promise<T[]> {
  await work();
  const results: T[] = [];
  while (results.length < runs) results.push(await work());
  return results;
}

async function advanceClock({ port }: Service, seconds: number): Promise<void> {
  const body = new URLSearchParams({ Seconds: `${seconds}` });
  const headers = { authorization: sandboxAuthorization };
  const answer = await fetch(`http://127.0.0.1:${port}/sandbox/clock`, { method: "POST", headers, body });
  if (!answer.ok) throw new Error(await answer.text());
}
