/**
 * How many requests the layer between the wire and the handlers answers: start and check in turn, over keep-alive
 * connections, with handlers that only answer. Since the load is made on the same machine, the figure that counts is
 * requests per second of the server's own processor time. It measures what is built: what tsx makes of the sources is slower.
 *
 * npm run build && npx tsx bench/http.ts [seconds] [connections]
 */
import { fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { expectAnswer, load, post } from "../../../bench/load.ts";
import type { App, AppOptions } from "../src/http/app.ts";
import type { Handlers } from "../src/operations/handler.ts";

const accountSid = "AC00000000000000000000000000000001";
const serviceSid = "VA00000000000000000000000000000001";
const verificationSid = "VE00000000000000000000000000000001";
const [mode = "5", connections = "32"] = process.argv.slice(2);

const attempt = { time: "2026-03-02T09:30:00Z", channel: "sms", attempt_sid: "VL00000000000000000000000000000001" };

const verification = {
  sid: verificationSid,
  service_sid: serviceSid,
  account_sid: accountSid,
  to: "+12025550123",
  channel: "sms" as const,
  status: "pending" as const,
  valid: false,
  amount: null,
  payee: null,
  date_created: "2026-03-02T09:30:00Z",
  date_updated: "2026-03-02T09:30:00Z",
};

if (mode === "serve") await serve();
else await measure(Number(mode), Number(connections));

async function serve(): Promise<void> {
  const document = createRequire(import.meta.url).resolve("@countersign/spec/openapi.json");
  const handlers: Pick<Handlers, "createVerification" | "createVerificationCheck"> = {
    createVerification: async ({ url }) => ({
      ok: true,
      value: { ...verification, lookup: {}, send_code_attempts: [attempt], sna: null, url: url.href },
    }),
    createVerificationCheck: async () => ({ ok: true, value: { ...verification, sna_attempts_error_codes: [] } }),
  };
  const { createApp } = (await import(new URL("../dist/http/app.js", import.meta.url).href)) as {
    createApp: (options: AppOptions) => App;
  };
  const app = createApp({
    document: JSON.parse(readFileSync(document, "utf8")),
    handlers,
    authenticate: async (sid, secret) => (secret === "sandbox" ? sid : undefined),
    sandbox: true,
  });
  await app.listen({ port: 0, host: "127.0.0.1" });
  process.on("message", () => process.send?.({ cpu: process.cpuUsage() }));
  process.send?.({ port: (app.server.address() as AddressInfo).port });
}

async function measure(seconds: number, connections: number): Promise<void> {
  const server = fork(import.meta.filename, ["serve"]);
  const ask = <T>(): Promise<T> => new Promise((resolve) => server.once("message", (message) => resolve(message as T)));
  const cpu = async () => {
    const answer = ask<{ cpu: NodeJS.CpuUsage }>();
    server.send("cpu");
    const { user, system } = (await answer).cpu;
    return (user + system) / 1e6;
  };
  const { port } = await ask<{ port: number }>();
  await load({ port, connections, seconds: 2, cycle });
  const before = await cpu();
  const { rate, seconds: elapsed, p50, p99 } = await load({ port, connections, seconds, cycle });
  const used = (await cpu()) - before;
  server.kill();
  console.log(`${Math.round(rate * 2)} requests/s, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`);
  console.log(`${Math.round((rate * 2 * elapsed) / used)} requests per second of the server's processor time`);
}

function* cycle() {
  expectAnswer(yield form("Verifications", "To=%2B12025550123&Channel=sms"), 201);
  expectAnswer(yield form("VerificationCheck", "To=%2B12025550123&Code=123456"), 200);
}

function form(resource: string, body: string): string {
  const authorization = `Basic ${btoa(`${accountSid}:sandbox`)}`;
  return post(`/v2/Services/${serviceSid}/${resource}`, "x-www-form-urlencoded", body, authorization);
}
