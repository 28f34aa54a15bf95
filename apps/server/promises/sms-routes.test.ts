import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { isWhole } from "../../../scripts/budget.ts";
import { openRoutes, readChannelUrls } from "../src/delivery/channel-urls.ts";
import type { Routes } from "../src/delivery/routing.ts";
import { runCommand } from "../test-support/cli.ts";
import { createAccount, databaseKinds, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { type ProductionServer, startProduction } from "../test-support/production.ts";
import { type Smsc, startSmsc } from "../test-support/smsc.ts";

const secret = "a secret of no less than 32 characters";
const [one, other] = [`MG${"0".repeat(31)}1`, `MG${"0".repeat(31)}2`];
let databases: TestDatabases;
let centres: [Smsc, Smsc];
beforeAll(async () => {
  databases = await startDatabases();
  centres = [await startSmsc(), await startSmsc()];
});
afterAll(async () => {
  for (const centre of centres) await centre.close();
  await databases.stop();
});

const addressOf = ({ port }: Smsc) => `smpp://acme:hunter2@127.0.0.1:${port}?enquire=3600`;
const nameOf = ({ port }: Smsc) => `smpp 127.0.0.1:${port}`;

/** The store holds both databases to the same; so the other one is walked through in the whole run alone. */
const kinds = databaseKinds.filter((kind) => isWhole || kind === "PostgreSQL");

describe.each(kinds)("SMS routes of three processes on %s", (kind) => {
  let databaseUrl: string;
  let opened: Routes[];
  /** The third hands over nothing by itself, as a process that dies between commit and hand-over. */
  let servers: [ProductionServer, ProductionServer, ProductionServer];
  let serviceSid: string;
  let ahead = 0;
  let numbers = 0;

  const serve = async (settings: Record<string, string>, more: { isHeld?: boolean } = {}) => {
    const { channels, problems } = readChannelUrls(settings);
    expect(problems).toEqual([]);
    const clock = () => Date.now() + ahead;
    const routes = await openRoutes(channels, { clock });
    opened.push(routes);
    return startProduction({ databaseUrl, secret, routes, clock, credentials, ...more });
  };
  let credentials: ProductionServer["credentials"];
  const both = () => ({ COUNTERSIGN_SMS_ROUTES: `${one}=${addressOf(centres[0])} ${other}=${addressOf(centres[1])}` });

  beforeAll(async () => {
    databaseUrl = await databases.create(kind);
    credentials = await createAccount(databaseUrl);
    opened = [];
    servers = [await serve(both()), await serve(both()), await serve(both(), { isHeld: true })];
    serviceSid = await servers[0].api.createService();
    expect((await configure(0, "DE", one)).status).toBe(201);
    expect((await configure(1, "all", other)).status).toBe(201);
  });
  afterAll(async () => {
    for (const server of servers) await server.close();
    const providers = new Set(opened.flatMap((routes) => [...routes.values()].flat().map(({ provider }) => provider)));
    for (const provider of providers) await provider.close();
  });
  beforeEach(() => {
    for (const { submitted } of centres) submitted.length = 0;
  });

  const place = () => `/v2/Services/${serviceSid}/MessagingConfigurations`;
  const configure = (at: 0 | 1 | 2, Country: string, MessagingServiceSid: string) =>
    servers[at].api.call("POST", place(), { Country, MessagingServiceSid });
  const move = async (at: 0 | 1 | 2, MessagingServiceSid: string) =>
    expect((await servers[at].api.call("POST", `${place()}/DE`, { MessagingServiceSid })).status).toBe(200);
  /** To a number that nobody was sent anything yet. */
  const start = async (server: ProductionServer, prefix: string) => {
    numbers += 1;
    const { status, body } = await server.api.start(serviceSid, { To: `${prefix}${10 + numbers}` });
    expect(status).toBe(201);
    return body;
  };
  /** What a process knows of pauses is half a second old at most. */
  const settled = () => setTimeout(600);
  const [german, french] = ["+49151123456", "+336123456"] as const;
  const taken = async (centre: Smsc, count: number) => {
    await centre.until(() => centre.submitted.length >= count);
    expect(centres.map(({ submitted }) => submitted.length)).toEqual(
      centres.map((each) => (each === centre ? count : 0)),
    );
    for (const { submitted } of centres) submitted.length = 0;
  };

  test("a start leaves by the route of its country, else by that of all, and by another from a change's answer on", async () => {
    await start(servers[1], german);
    await taken(centres[0], 1);
    await start(servers[0], french);
    await taken(centres[1], 1);
    await move(0, other);
    await Promise.all([start(servers[0], german), start(servers[1], german)]);
    await taken(centres[1], 2);
    await move(1, one);
  });

  test("what was committed keeps its route, whoever hands it over and whatever is configured meanwhile", async () => {
    await start(servers[2], german);
    await move(0, other);
    await servers[1].deliver();
    await taken(centres[0], 1);
    await move(0, one);
  });

  test("what its route's providers do not take waits for them, and goes by no other route", async () => {
    centres[0].answers.push((respond) => respond({ status: 0x08 }));
    await start(servers[2], german);
    await servers[0].deliver();
    expect(centres.map(({ submitted }) => submitted.length)).toEqual([1, 0]);
    ahead += 10_000;
    await servers[1].deliver();
    await taken(centres[0], 2);
  });

  test("a provider of a route is paused, tried and watched as any other", async () => {
    const [{ api }] = servers;
    const path = `/console/providers/${encodeURIComponent(nameOf(centres[0]))}`;
    const providers = async () =>
      ((await api.call("GET", "/console/providers")).body as { providers?: { name: string; state: string }[] })
        .providers;
    expect((await providers())?.map(({ name }) => name)).toEqual(centres.map(nameOf));
    expect((await api.call("POST", path, { Status: "paused" })).body).toMatchObject({ state: "paused" });
    await start(servers[2], german);
    await settled();
    await servers[0].deliver();
    expect(centres.map(({ submitted }) => submitted.length)).toEqual([0, 0]);
    const tried = await api.call("POST", `${path}/test`, { To: `${german}99`, Channel: "sms" });
    expect(tried.body).toMatchObject({ status: "sent", provider: nameOf(centres[0]) });
    await taken(centres[0], 1);
    expect((await api.call("POST", path, { Status: "active" })).status).toBe(200);
    await settled();
    ahead += 20_000;
    await servers[0].deliver();
    await taken(centres[0], 1);
    const { body } = await api.call("GET", "/console/sms_routes");
    expect(body).toEqual({
      sms_routes: [
        { sid: one, providers: [nameOf(centres[0])] },
        { sid: other, providers: [nameOf(centres[1])] },
      ],
    });
  });

  test("a route that was taken away fails what is to leave by it, with a reason in log, timeline and doctor", async () => {
    const settings = {
      COUNTERSIGN_SMS_ROUTES: `${other}=${addressOf(centres[1])}`,
      COUNTERSIGN_SMS_URL: addressOf(centres[1]),
    };
    const poorer = await serve(settings);
    const { sid, send_code_attempts: [attempt] = [] } = await start(servers[2], german);
    await poorer.deliver();
    expect(centres.map(({ submitted }) => submitted.length)).toEqual([0, 0]);
    const { body } = await poorer.api.call("GET", `/v2/Attempts/${attempt?.attempt_sid}`);
    expect(body).toMatchObject({ channel_data: { message_status: "failed", error_code: "no_route" } });
    const { body: timeline } = await poorer.api.call("GET", `/console/verifications/${sid}/events`);
    expect(JSON.stringify(timeline)).toContain('"no_route"');
    const verdict = `/console/guard/verdict?to=${encodeURIComponent(`${german}98`)}&service_sid=${serviceSid}`;
    expect((await poorer.api.call("GET", verdict)).body).toMatchObject({ would_send: false });
    expect((await servers[0].api.call("GET", verdict)).body).toMatchObject({ would_send: true });
    await poorer.close();

    const env = { COUNTERSIGN_PUBLIC_URL: "https://verify.example.com", COUNTERSIGN_SECRET: secret };
    const doctor = (given: object) =>
      runCommand(["doctor"], { env: { ...env, COUNTERSIGN_DATABASE_URL: databaseUrl, ...given } });
    const missing = await doctor(settings);
    expect(missing.code).toBe(1);
    expect(missing.out).toContain(
      `✗ channels       route ${one} is named by ${serviceSid} and is not set up: what is to leave by it fails with no_route`,
    );
    const { code, out } = await doctor(both());
    expect(code).toBe(0);
    for (const [index, sid] of [one, other].entries()) {
      expect(out).toContain(`✓ channels       sms by ${nameOf(centres[index] as Smsc)} on route ${sid}: it answers`);
    }
  });

  test("with routes alone, a start to a country without one is accepted, and fails as one that no prefix fits", async () => {
    const free = await servers[0].api.createService();
    const { status, body } = await servers[0].api.start(free, { To: `${german}97` });
    expect(status).toBe(201);
    const path = `/v2/Attempts/${body.send_code_attempts?.[0]?.attempt_sid}`;
    await expect
      .poll(async () => (await servers[0].api.call("GET", path)).body, { timeout: 5_000 })
      .toMatchObject({ channel_data: { message_status: "failed", error_code: "no_provider" } });
  });
});
