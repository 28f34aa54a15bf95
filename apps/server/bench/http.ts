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
import { type AddressInfo, connect } from "node:net";
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
else await load(Number(mode), Number(connections));

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

async function load(seconds: number, connections: number): Promise<void> {
  const server = fork(import.meta.filename, ["serve"]);
  const ask = <T>(): Promise<T> => new Promise((resolve) => server.once("message", (message) => resolve(message as T)));
  const cpu = async () => {
    const answer = ask<{ cpu: NodeJS.CpuUsage }>();
    server.send("cpu");
    const { user, system } = (await answer).cpu;
    return (user + system) / 1e6;
  };
  const { port } = await ask<{ port: number }>();
  await run(port, connections, 2);
  const before = await cpu();
  const latencies = await run(port, connections, seconds);
  const used = (await cpu()) - before;
  server.kill();
  latencies.sort((a, b) => a - b);
  const at = (share: number) => `${(latencies[Math.floor(latencies.length * share)] ?? 0).toFixed(2)} ms`;
  console.log(`${Math.round(latencies.length / seconds)} requests/s, p50 ${at(0.5)}, p99 ${at(0.99)}`);
  console.log(`${Math.round(latencies.length / used)} requests per second of the server's processor time`);
}

/** Every connection has one request under way at any time. */
async function run(port: number, connections: number, seconds: number): Promise<number[]> {
  const latencies: number[] = [];
  const end = performance.now() + seconds * 1000;
  await Promise.all(Array.from({ length: connections }, () => drive(port, end, latencies)));
  return latencies;
}

function drive(port: number, end: number, latencies: number[]): Promise<void> {
  const base = `/v2/Services/${serviceSid}`;
  const requests = [
    form(`${base}/Verifications`, "To=%2B12025550123&Channel=sms", 201),
    form(`${base}/VerificationCheck`, "To=%2B12025550123&Code=123456", 200),
  ];
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let [received, sentAt, next] = ["", 0, 0];
    const send = () => {
      sentAt = performance.now();
      socket.write(requests[next % 2]?.text ?? "");
    };
    socket.on("connect", send);
    socket.on("error", reject);
    socket.on("close", () => resolve());
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      const head = received.indexOf("\r\n\r\n");
      const length = Number(/content-length: (\d+)/i.exec(received)?.[1]);
      if (head < 0 || received.length < head + 4 + length) return;
      const status = Number(received.slice(9, 12));
      if (status !== requests[next % 2]?.status) return reject(new Error(received));
      latencies.push(performance.now() - sentAt);
      [received, next] = ["", next + 1];
      if (performance.now() < end) send();
      else socket.end();
    });
  });
}

function form(path: string, body: string, status: number) {
  const headers = [
    `POST ${path} HTTP/1.1`,
    "Host: 127.0.0.1",
    `Authorization: Basic ${btoa(`${accountSid}:sandbox`)}`,
    "Content-Type: application/x-www-form-urlencoded",
    `Content-Length: ${body.length}`,
  ];
  return { text: `${headers.join("\r\n")}\r\n\r\n${body}`, status };
}
