import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startMailServer } from "../../apps/server/test-support/mail-server.ts";
import { freePort, startPostgres } from "../../apps/server/test-support/postgres.ts";
import { startSmsc } from "../../apps/server/test-support/smsc.ts";
import { type Caller, createCaller } from "./caller.ts";
import { runCommand, serve } from "./program.ts";
import { dashboardQueries, hasPrometheus, startPrometheus } from "./prometheus.ts";
import { until } from "./until.ts";

/**
 * Goes from nothing to a production server that sends, is watched, and whose alert fires; then all is gone again.
 *
 * @param tell Hears of each step and its seconds, when it ends.
 * @returns the seconds of all.
 * @throws Error where a step does not come out as it should.
 */
export async function spendHour(tell: (what: string, seconds: number) => void): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-operator-"));
  const ends: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  let all = 0;
  const take = async <T>(what: string, doing: () => T | Promise<T>): Promise<T> => {
    const began = performance.now();
    const done = await doing();
    const seconds = (performance.now() - began) / 1000;
    all += seconds;
    tell(what, seconds);
    return done;
  };
  try {
    await operate(folder, take, (end) => ends.unshift(end));
    return all;
  } finally {
    for (const end of ends) await end();
  }
}

type Take = <T>(what: string, doing: () => T | Promise<T>) => Promise<T>;

async function operate(folder: string, take: Take, atEnd: (end: () => unknown) => void): Promise<void> {
  const { mail, centre, secrets } = await take("PostgreSQL, a mail server and an SMS centre run", () =>
    startPeers(folder, atEnd),
  );
  const [port, metricsPort] = [await freePort(), await freePort()];
  const env = {
    COUNTERSIGN_DATABASE_URL_FILE: join(secrets, "server-url"),
    COUNTERSIGN_SECRET_FILE: join(secrets, "secret"),
    COUNTERSIGN_EMAIL_URL_FILE: join(secrets, "email-url"),
    COUNTERSIGN_SMS_URL_FILE: join(secrets, "sms-url"),
    COUNTERSIGN_HOST: "127.0.0.1",
    COUNTERSIGN_PUBLIC_URL: `http://127.0.0.1:${port}`,
    COUNTERSIGN_METRICS_PORT: String(metricsPort),
    NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"),
    PORT: String(port),
  };
  const asOwner = { ...env, COUNTERSIGN_DATABASE_URL_FILE: join(secrets, "owner-url") };
  await take("countersign migrate --for countersign", () => runCommand("migrate --for countersign", asOwner));
  await take("countersign doctor", () => runCommand("doctor", env));
  const account = JSON.parse(
    await take("countersign accounts create Acme --json", () => runCommand("accounts create Acme --json", env)),
  ) as { sid: string; auth_token: string };
  const server = await take("countersign serve, until /readyz answers 200", () => serve(env));
  atEnd(server.stop);
  const caller = await take("a service is made", () => createCaller(env.COUNTERSIGN_PUBLIC_URL, account));
  await take("an e-mail brings a code, which is approved", () =>
    verify(caller, "ada@example.com", "email", () => mail.mails.at(-1)?.source),
  );
  await take("an SMS brings a code, which is approved", () =>
    verify(caller, "+14155552671", "sms", () => centre.submitted.at(-1)?.text),
  );
  await take("a number that is none is refused", () => caller.refused("nobody"));
  if (!hasPrometheus()) return take("prometheus is not installed here: what it would show is left out", () => {});
  const prometheus = await take("Prometheus runs, and reads the figures", () =>
    startPrometheus({ folder, target: `127.0.0.1:${metricsPort}` }),
  );
  atEnd(prometheus.stop);
  await take("the SMS centre refuses what it gets, and the alert fires that names it", async () => {
    centre.answers.push(
      ...Array.from(
        { length: 500 },
        () => (respond: (answer: { status: number }) => void) => respond({ status: throttled }),
      ),
    );
    for (let number = 0; number < 10; number += 1) await caller.start(`+1415555${3000 + number}`, "sms");
    await until(async () => (await prometheus.firing()).some((alert) => alert === "CountersignProviderAiling sms"));
  });
  const queries = dashboardQueries();
  await take(`Prometheus answers the ${queries.length} queries of the dashboard`, async () => {
    const answers = await Promise.all(queries.map(prometheus.ask));
    const missing = queries.filter(
      (query, index) => answers[index] === 0 && !notYet.some((part) => query.includes(part)),
    );
    if (missing.length > 0) throw new Error(`No figure for ${missing.join("; ")}`);
  });
  await take("SIGTERM ends the server with 0", async () => {
    const code = await server.stop();
    if (code !== 0) throw new Error(`It ended with ${code}.`);
  });
}

/** What has not happened by then, and so has no figure. */
const notYet = ['status=~"5.."'];

/** "Too much at once": nothing is wrong with the message, so it is tried again. */
const throttled = 0x58;

async function startPeers(folder: string, atEnd: (end: () => unknown) => void) {
  const secrets = join(folder, "secrets");
  mkdirSync(secrets, { mode: 0o700 });
  const postgres = await startPostgres();
  atEnd(postgres.stop);
  const ownerUrl = await postgres.createDatabase();
  const password = randomBytes(24).toString("hex");
  const client = new pg.Client(ownerUrl);
  await client.connect();
  await client.query(`CREATE ROLE countersign LOGIN PASSWORD '${password}'`);
  await client.end();
  const [mail, centre] = [await startMailServer(), await startSmsc()];
  atEnd(mail.close);
  atEnd(centre.close);
  writeFileSync(join(folder, "ca.pem"), mail.ca);
  const serverUrl = new URL(ownerUrl);
  [serverUrl.username, serverUrl.password] = ["countersign", password];
  const texts = {
    secret: randomBytes(32).toString("base64"),
    "owner-url": ownerUrl,
    "server-url": serverUrl.href,
    "email-url": mail.url,
    "sms-url": `smpp://acme:secret@127.0.0.1:${centre.port}?from=Acme`,
  };
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(secrets, name), `${text}\n`, { mode: 0o600 });
  return { mail, centre, secrets };
}

async function verify(caller: Caller, to: string, channel: string, received: () => string | undefined): Promise<void> {
  await caller.start(to, channel);
  const codeIn = () => /code is: (\d{6})/.exec(received() ?? "")?.[1];
  await until(async () => codeIn() !== undefined);
  const status = await caller.check(to, codeIn() ?? "");
  if (status !== "approved") throw new Error(`The code for ${channel} is not approved: ${status}.`);
}
