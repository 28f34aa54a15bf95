import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { apiOf } from "../test-support/api.ts";
import { spawnCommand } from "../test-support/cli-process.ts";
import {
  createAccount,
  type DatabaseKind,
  databaseKindsOr,
  startDatabases,
  type TestDatabases,
} from "../test-support/databases.ts";
import { departuresOf } from "../test-support/documented.ts";
import { type GatewayServer, startGatewayServer } from "../test-support/gateway-server.ts";
import { startSmsc } from "../test-support/smsc.ts";

const newSigningSecret = () => `whsec_${randomBytes(32).toString("base64")}`;
const [gatewaySecret, eventSecret] = [newSigningSecret(), newSigningSecret()];
/** Of the world outside, as far as the program can tell. */
const hooksHost = "hooks.countersign.test";
const preload = fileURLToPath(new URL("../test-support/redirected-host.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "countersign-receipts-"));
/** The log of attempts may be read a hundred times a minute. */
const patience = { timeout: 20_000, interval: 400 };
const To = "+14155552671";
const publicUrl = "https://verify.example.com/base/";

const kinds = databaseKindsOr("SQLite");
let databases: TestDatabases;
let gateway: GatewayServer;
let hooks: GatewayServer;
/** One that sends by the gateway, on each database. */
const servers = {} as Record<DatabaseKind, ServerProcess>;
beforeAll(async () => {
  databases = await startDatabases();
  gateway = await startGatewayServer();
  hooks = await startGatewayServer(hooksHost);
  writeFileSync(join(folder, "ca.pem"), `${gateway.ca}\n${hooks.ca}`);
  for (const kind of kinds) servers[kind] = await serve(await databases.create(kind), gatewaySettings());
});
afterAll(async () => {
  await Promise.all(Object.values(servers).map((server) => server.stop()));
  rmSync(folder, { recursive: true });
  await gateway.close();
  await hooks.close();
  await databases.stop();
});
beforeEach(() => {
  gateway.posted.length = 0;
  hooks.posted.length = 0;
});

describe.each(kinds)("a production server on %s", (kind) => {
  test("records the receipt of an SMS centre once, and tells of it once", async () => {
    const smsc = await startSmsc();
    const server = await serve(await databases.create(kind), {
      COUNTERSIGN_SMS_URL: `smpp://acme@127.0.0.1:${smsc.port}`,
    });
    try {
      await server.start();
      await expect.poll(server.attempt, patience).toMatchObject({ message_status: "sent" });
      expect(await smsc.deliver(receipt("DELIVRD", "000"))).toBe(0);
      expect(await smsc.deliver(receipt("UNDELIV", "069"))).toBe(0);
      expect(await server.attempt()).toMatchObject({ message_status: "delivered", error_code: null });
      await expect.poll(() => server.events("attempt"), patience).toEqual([["attempt.delivered", null]]);
      const figures = await server.figures();
      expect(figures).toContain(
        `countersign_sends_total{channel="sms",provider="smpp 127.0.0.1:${smsc.port}",result="accepted"} 1`,
      );
      expect(figures).toContain(
        `countersign_receipts_total{provider="smpp 127.0.0.1:${smsc.port}",result="delivered"} 1`,
      );
      expect(figures).not.toContain(To.slice(1));
    } finally {
      await server.stop();
      await smsc.close();
    }
    expect(server.events("attempt"), "the second receipt was not told").toHaveLength(1);
  });

  test("records a gateway's signed receipt once, and tells of it once", async () => {
    const server = servers[kind];
    await server.start();
    await expect.poll(server.attempt, patience).toMatchObject({ message_status: "sent" });
    const { attempt_sid: AttemptSid, callback_url } = JSON.parse(gateway.posted[0]?.text ?? "{}");
    expect(callback_url).toBe("https://verify.example.com/base/gateway/receipts");
    const answers = [];
    for (const MessageStatus of ["undelivered", "delivered", "undelivered"]) {
      const { status } = await server.receive(signed({ AttemptSid, MessageStatus, ErrorCode: "30003" }));
      answers.push(status);
    }
    expect(answers).toEqual([204, 204, 204]);
    expect(await server.attempt()).toMatchObject({ message_status: "undelivered", error_code: "30003" });
    await expect.poll(() => server.events("attempt"), patience).toEqual([["attempt.failed", "30003"]]);
    const unknown = await server.receive(signed({ AttemptSid: `VL${"0".repeat(32)}`, MessageStatus: "failed" }));
    expect([unknown.status, unknown.text]).toEqual([204, ""]);
    const figures = await server.figures();
    const name = `provider="gateway localhost:${new URL(gateway.url).port}"`;
    expect(figures).toContain(`countersign_receipts_total{${name},result="unknown"} 1`);
    expect(figures, "what comes late counts for nothing").toContain(
      `countersign_receipts_total{${name},result="delivered"} 0`,
    );
    expect(figures).toContain(`countersign_receipts_total{${name},result="undelivered"} 1`);
  });

  test("tells of a message that the gateway refuses, with the gateway's code", async () => {
    const server = servers[kind];
    gateway.answers.push((response) => void response.writeHead(422).end('{"code":"no_such_number"}'));
    await server.start();
    await expect.poll(() => server.events("attempt"), patience).toEqual([["attempt.failed", "no_such_number"]]);
    expect(await server.attempt()).toMatchObject({ message_status: "failed", error_code: "no_such_number" });
  });
});

describe("a receipt", () => {
  const form = { AttemptSid: `VL${"1".repeat(32)}`, MessageStatus: "delivered" };

  test("with a wrong signature tells a stranger nothing, whatever it says", async () => {
    const server = servers.SQLite;
    const right = signed(form);
    const { "webhook-signature": signature, ...unsigned } = right.headers;
    const wrong = [
      signed(form, { secret: newSigningSecret() }),
      signed(form, { at: Date.now() - 310_000 }),
      signed(form, { at: Date.now() + 310_000 }),
      signed({}, { secret: newSigningSecret() }),
      { ...right, body: right.body.replace("delivered", "failed") },
      { ...right, headers: { ...right.headers, "webhook-id": "msg_2" } },
      { ...right, headers: { ...right.headers, "webhook-timestamp": "soon" } },
      { ...right, headers: { ...right.headers, "webhook-signature": `${signature}x` } },
      { ...right, headers: { ...right.headers, "webhook-signature": "v1," } },
      { ...right, headers: unsigned as Record<string, string> },
    ];
    const answers = new Set<string>();
    for (const each of wrong) {
      const { status, text } = await server.receive(each);
      answers.add(`${status} ${text}`);
    }
    expect([...answers]).toEqual([expect.stringMatching(/^401 {"code":20003,"message":"Authenticate"/)]);
    expect((await server.receive(right)).status).toBe(204);
  });

  test("that cannot be read is refused, and one that is too large is not read", async () => {
    const server = servers.SQLite;
    const faulty = [
      {},
      { ...form, AttemptSid: "VL1" },
      { ...form, MessageStatus: "read" },
      { ...form, ErrorCode: "a b" },
    ];
    for (const each of faulty) expect((await server.receive(signed(each))).status).toBe(400);
    expect((await server.receive(signed({ ...form, Rest: "x".repeat(17_000) }))).status).toBe(413);
  });

  test("has no address without a gateway that can sign, but one for each message of a provider that is known by name", async () => {
    const { host } = new URL(gateway.url);
    const [some, others] = [`https://${host}/?preset=sms#+1`, `https://u:p@${host}?preset=46elks&from=Acme#+46`];
    const withoutSecret = { COUNTERSIGN_SMS_URL: `${some} ${others}`, COUNTERSIGN_PUBLIC_URL: publicUrl };
    const without = await serve(await databases.create("SQLite"), withoutSecret);
    try {
      expect((await without.receive(signed(form))).status).toBe(404);
      await without.start();
      await expect.poll(() => gateway.posted.length, patience).toBe(1);
      expect(gateway.posted.pop()?.text).not.toContain("callback_url");

      await without.start("+46701740605");
      await expect.poll(() => gateway.posted.length, patience).toBe(1);
      const address = new URLSearchParams(gateway.posted.pop()?.text).get("whendelivered") ?? "";
      expect(address.startsWith(`${publicUrl}gateway/receipts/`)).toBe(true);
      await expect.poll(without.attempt, patience).toMatchObject({ message_status: "sent" });
      expect(await without.postTo(address, { id: "s1", status: "delivered" })).toBe(204);
      expect(await without.attempt()).toMatchObject({ message_status: "delivered" });
    } finally {
      await without.stop();
    }
  });
});

interface Signed {
  headers: Record<string, string>;
  body: string;
}

/** As a gateway signs it, with the reference library. */
function signed(form: Record<string, string>, { secret = gatewaySecret, at = Date.now() } = {}): Signed {
  const body = new URLSearchParams(form).toString();
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    "webhook-id": "msg_1",
    "webhook-timestamp": String(Math.floor(at / 1000)),
    "webhook-signature": new Webhook(secret).sign("msg_1", new Date(at), body),
  };
  return { headers, body };
}

/** What the centre says of the one message that it got. */
function receipt(state: string, error: string): object {
  const text = `id:id-1 sub:001 dlvrd:001 submit date:2603020930 done date:2603020930 stat:${state} err:${error} text:Your`;
  return { esm_class: 4, short_message: text };
}

function gatewaySettings() {
  const url = `${gateway.url}/messages?secret=${encodeURIComponent(gatewaySecret)}`;
  return { COUNTERSIGN_SMS_URL: url, COUNTERSIGN_PUBLIC_URL: publicUrl };
}

let ports = 29_700 + Math.floor(process.pid % 200);

type ServerProcess = Awaited<ReturnType<typeof serve>>;

/** Starts the program itself. */
async function serve(databaseUrl: string, settings: Record<string, string>) {
  const credentials = await createAccount(databaseUrl);
  ports += 1;
  const metricsPort = ports;
  const child = spawnCommand(["serve", "--port", "0"], {
    COUNTERSIGN_DATABASE_URL: databaseUrl,
    COUNTERSIGN_SECRET: randomBytes(32).toString("base64url"),
    COUNTERSIGN_HOST: "127.0.0.1",
    COUNTERSIGN_METRICS_PORT: String(metricsPort),
    COUNTERSIGN_WEBHOOK_URL: `https://${hooksHost}/countersign`,
    COUNTERSIGN_WEBHOOK_SECRET: eventSecret,
    NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"),
    NODE_OPTIONS: `--import ${preload}`,
    REDIRECTED_HOST: hooksHost,
    REDIRECTED_PORT: new URL(hooks.url).port,
    ...settings,
  });
  const { url } = JSON.parse(await child.firstLine);
  const api = apiOf(url, credentials);
  return {
    start: async (to = To) => expect((await api.start(await api.createService(), { To: to })).status).toBe(201),
    /** As who posts to the public address reaches it. */
    async postTo(address: string, form: Record<string, string>) {
      const body = new URLSearchParams(form);
      return (await fetch(address.replace(publicUrl, `${url}/`), { method: "POST", body })).status;
    },
    /** What the log says of the latest attempt. */
    attempt: async () => (await api.call("GET", "/v2/Attempts")).body.attempts?.[0]?.channel_data,
    async receive({ headers, body }: Signed) {
      const path = "/gateway/receipts";
      const response = await fetch(url + path, { method: "POST", headers, body });
      const { status } = response;
      const text = await response.text();
      expect(
        departuresOf({ method: "POST", path, status, headers: Object.fromEntries(response.headers), text }),
      ).toEqual([]);
      return { status, text };
    },
    /** What the operator's webhook has heard so far, with a signature that is right. */
    events: (prefix: string) =>
      hooks.posted
        .map(({ text, headers }) => new Webhook(eventSecret).verify(text, headers as Record<string, string>))
        .map((event) => event as { type: string; data: { error_code?: string | null } })
        .filter(({ type }) => type.startsWith(prefix))
        .map(({ type, data }) => [type, data.error_code]),
    figures: async () => (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text(),
    async stop() {
      child.child.kill("SIGTERM");
      expect((await child.ended).code).toBe(0);
    },
  };
}
