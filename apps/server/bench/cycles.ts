/**
 * Cycles of start and right check over HTTP on the built sandbox, by default with a SQLite file whose every commit is on
 * disk. The load is made on the same machine, over keep-alive connections that have one request under way each.
 *
 * npm run build && npx tsx bench/cycles.ts [cycles] [connections] [file | memory]
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [cycles = 50_000, connections = 32] = process.argv.slice(2, 4).map(Number);
const base = "/v2/Services/VA00000000000000000000000000000001";
const authorization = `Basic ${btoa("AC00000000000000000000000000000001:sandbox")}`;
const folder = mkdtempSync(join(tmpdir(), "countersign-bench-"));
const database = process.argv[4] === "memory" ? "sqlite::memory:" : `sqlite:${folder}/bench.db`;
let count = 0;

const server = spawn(
  process.execPath,
  [new URL("../dist/main.js", import.meta.url).pathname, "sandbox", "--port", "0", "--db", database],
  { stdio: ["ignore", "pipe", "inherit"] },
);
try {
  const [line] = await once(server.stdout, "data");
  const port = Number(/:(\d+)\s/.exec(String(line))?.[1]);
  console.log(`at rest: ${residentMb()} MB`);
  await run(port, 10_000);
  console.log(`after ${count} verifications: ${residentMb()} MB`);
  const before = { at: performance.now(), processor: processorSeconds() };
  const waits = (await run(port, cycles)).sort((a, b) => a - b);
  const seconds = (performance.now() - before.at) / 1000;
  const used = processorSeconds() - before.processor;
  const at = (share: number) => `${(waits[Math.floor((waits.length - 1) * share)] ?? 0).toFixed(1)} ms`;
  console.log(
    `${Math.round(cycles / seconds)} cycles/s, ${Math.round((used / cycles) * 1e6)} µs of the server's processor each, ` +
      `p50 ${at(0.5)}, p99 ${at(0.99)}; after ${count} verifications: ${residentMb()} MB`,
  );
} finally {
  server.kill();
  await once(server, "exit");
  rmSync(folder, { recursive: true });
}

async function run(port: number, cyclesTotal: number): Promise<number[]> {
  const waits: number[] = [];
  const end = count + cyclesTotal;
  await Promise.all(Array.from({ length: connections }, () => drive(port, end, waits)));
  return waits;
}

/** Starts and checks in turn until there were so many, each pair for another recipient. */
function drive(port: number, end: number, waits: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    let [received, sentAt, recipient, isCheck] = ["", 0, "", true];
    const send = () => {
      isCheck = !isCheck;
      if (!isCheck) {
        if (count >= end) return socket.end();
        recipient = newRecipient();
      }
      sentAt = performance.now();
      socket.write(
        isCheck
          ? request("VerificationCheck", `To=${recipient}&Code=123456`)
          : request("Verifications", `To=${recipient}&Channel=sms`),
      );
    };
    socket.on("connect", send);
    socket.on("error", reject);
    socket.on("close", () => resolve());
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      const head = received.indexOf("\r\n\r\n");
      const length = Number(/content-length: (\d+)/i.exec(received)?.[1]);
      if (head < 0 || received.length < head + 4 + length) return;
      if (!received.includes(isCheck ? '"status":"approved"' : '"status":"pending"'))
        return reject(new Error(received));
      waits.push(performance.now() - sentAt);
      received = "";
      send();
    });
  });
}

/** 2,000 numbers whose code is known, one after the other. */
function newRecipient(): string {
  const areas = [201, 202, 203, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218, 219, 224, 225, 228];
  count += 1;
  const area = areas[Math.floor(count / 100) % areas.length];
  return `%2B1${area}55501${String(count % 100).padStart(2, "0")}`;
}

function request(path: string, body: string): string {
  return `POST ${base}/${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${authorization}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

function statOf(file: string): string {
  return readFileSync(`/proc/${server.pid}/${file}`, "utf8");
}

function processorSeconds(): number {
  const fields = statOf("stat").split(" ");
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

function residentMb(): number {
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(statOf("status"))?.[1]) / 1024);
}
