import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Stage } from "../stage.ts";

/** What the server grants for a request to arrive, head and all, and two seconds until it looks. */
const requestMs = 20_000 + 2_000;
/** How long after its last answer an idle connection is kept, and until that is looked at. */
const idleMs = 72_000 + 2_000;
/** On a busy machine. */
const slackMs = 4_000;

/** Clients that send a byte a second, or stop in the midst: each is cut in time, and nobody else waits for them. */
export async function slowClients(stage: Stage, clients: number): Promise<void> {
  const head = "POST /v2/Services HTTP/1.1\r\nHost: countersign.test\r\n";
  const body = `${head}Authorization: Basic QUM6eA==\r\nContent-Length: 1000\r\n\r\n`;
  const ways: [name: string, ms: number, open: () => Promise<number>][] = [
    ["a head of a byte a second", requestMs, () => dripped(stage.port, "", head.repeat(100))],
    ["a body of a byte a second", requestMs, () => dripped(stage.port, body, "x".repeat(1000))],
    ["half a head, and nothing more", requestMs, () => dripped(stage.port, head, "")],
    ["half a body, and nothing more", requestMs, () => dripped(stage.port, body, "")],
    ["nothing at all", requestMs, () => dripped(stage.port, "", "")],
    ["half a head, and the end of the stream", 0, () => halfOpen(stage.port, head)],
    ["half a body, and the end of the stream", 0, () => halfOpen(stage.port, body)],
  ];
  await stage.fault("slow clients", false, async () => {
    const each = ways.map(async ([name, ms, open]) => {
      const lives = await Promise.all(Array.from({ length: clients }, open));
      const longest = Math.max(...lives);
      if (longest > ms + slackMs) stage.broken("service", `${name} holds a connection for ${longest} ms`);
    });
    await Promise.all([...each, probe(stage, requestMs)]);
  });
}

/** Sends the first part at once and of the rest a byte a second. @returns after how many ms the server cut it */
async function dripped(port: number, first: string, rest: string): Promise<number> {
  const begun = Date.now();
  const socket = await open(port);
  socket.write(first);
  let sent = 0;
  const timer = setInterval(() => {
    if (sent < rest.length) socket.write(rest[sent] ?? "");
    sent += 1;
  }, 1_000);
  await closed(socket);
  clearInterval(timer);
  return Date.now() - begun;
}

/** Sends a part and ends its side of the connection. */
async function halfOpen(port: number, first: string): Promise<number> {
  const begun = Date.now();
  const socket = await open(port);
  socket.end(first);
  await closed(socket);
  return Date.now() - begun;
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket.resume();
}

/** Until the server closes its side, or for as long as the test has patience. */
async function closed(socket: Socket): Promise<void> {
  await Promise.race([once(socket, "end"), once(socket, "close"), wait(requestMs + 2 * slackMs)]);
  socket.destroy();
}

/** Asks on a connection of its own, again and again, and expects an answer within seconds. */
async function probe(stage: Stage, forMs: number): Promise<void> {
  for (const until = Date.now() + forMs; Date.now() < until; await wait(250)) {
    const begun = Date.now();
    const answered = await fetch(`http://127.0.0.1:${stage.port}/healthz`, { headers: { connection: "close" } }).then(
      ({ status }) => status === 200,
      () => false,
    );
    const ms = Date.now() - begun;
    if (!answered || ms > honestMs) stage.broken("service", `/healthz: ${answered ? `${ms} ms` : "no answer"}`);
  }
}

const honestMs = 5_000;

const idler = fileURLToPath(new URL("../idle-connections.mjs", import.meta.url));

/** Opens so many connections that say nothing, or say nothing more: others are served, and the server closes them all. */
export async function idleConnections(stage: Stage, connections: number): Promise<void> {
  await stage.fault("idle connections", false, async () => {
    const child = spawn(process.execPath, [idler, String(stage.port), String(connections)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = createInterface({ input: child.stdout });
    const [opened] = await once(lines, "line");
    // Those that say nothing may be closed already.
    if (Number(opened) < 0.9 * connections) stage.broken("service", `of ${connections} connections ${opened} are open`);
    const ended = once(child, "close");
    const isOver = await Promise.race([
      Promise.all([ended, probe(stage, requestMs)]).then(() => true),
      wait(idleMs + 5 * slackMs, false),
    ]);
    child.kill("SIGKILL");
    if (!isOver) stage.broken("service", "idle connections are kept for longer than they may be");
  });
}
