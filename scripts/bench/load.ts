import { connect } from "node:net";
import type { Service } from "./processes.ts";
import { whileCounting } from "./processor.ts";

export interface Answer {
  status: number;
  /** Of the status line and the headers. */
  head: string;
  body: string;
}

/** What one connection does again and again: yields a whole request and gets its answer, or yields what it waits for. */
export type Cycle = () => Generator<string | Promise<unknown>, void, Answer>;

export interface Sample {
  /** Cycles a second. */
  rate: number;
  /** How long single requests waited for their answers, in milliseconds. */
  p50: number;
  p99: number;
  /** What a cycle took of the processors, in microseconds: the main thread, and all threads. Only Linux tells. */
  main?: number;
  process?: number;
}

export interface Load {
  /** Connections are spread over them. */
  services: readonly Pick<Service, "port" | "pid">[];
  connections: number;
  /** Until then each connection begins another cycle. */
  seconds: number;
  /** How many cycles there are at most. */
  cyclesMax?: number;
  cycle: Cycle;
}

/** Makes load over keep-alive connections, each of which has one request under way at any time. */
export async function load({ services, connections, seconds, cyclesMax, cycle }: Load): Promise<Sample> {
  const waits: number[] = [];
  const ports = Array.from({ length: connections }, (_, index) => services[index % services.length]?.port ?? 0);
  const conversations = await openConversations(ports, waits);
  const begun = performance.now();
  let cycles = 0;
  const converse = async ({ play }: Conversation) => {
    do {
      cycles += 1;
      await play(cycle);
    } while (performance.now() < begun + seconds * 1000 && cycles < (cyclesMax ?? Number.POSITIVE_INFINITY));
  };
  const pids = services.map(({ pid }) => pid);
  const { used } = await whileCounting(pids, () => Promise.all(conversations.map(converse)));
  const elapsed = (performance.now() - begun) / 1000;
  await Promise.all(conversations.map(({ end }) => end()));
  return sampleOf({ waits, cycles, seconds: elapsed, used });
}

/** What was seen of so many cycles. */
export function sampleOf({
  waits,
  cycles,
  seconds,
  used,
}: {
  waits: number[];
  cycles: number;
  seconds: number;
  used: Awaited<ReturnType<typeof whileCounting>>["used"];
}): Sample {
  waits.sort((a, b) => a - b);
  const at = (share: number) => waits[Math.floor((waits.length - 1) * share)] ?? Number.NaN;
  const processors = used && { main: used.main / cycles, process: used.process / cycles };
  return { rate: cycles / seconds, p50: at(0.5), p99: at(0.99), ...processors };
}

/** A keep-alive connection, on which cycles are gone through one after the other. */
export interface Conversation {
  /** @param dueAt when its first request should have been sent, where that is not now: from then on it waits */
  play(cycle: Cycle, dueAt?: number): Promise<void>;
  end(): Promise<void>;
}

/**
 * Connections that the service has taken, which it does one at a time between the requests of those it has: a load that
 * began before would have the last of them wait for half a second.
 */
export async function openConversations(ports: number[], waits: number[]): Promise<Conversation[]> {
  const conversations = await Promise.all(ports.map((port) => openConversation(port, waits)));
  await Promise.all(conversations.map(({ play }) => play(greet)));
  waits.length = 0;
  return conversations;
}

function* greet() {
  yield "GET /v2/Services HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
}

/** @param waits gets how long each request waited for its answer, in milliseconds */
export async function openConversation(port: number, waits: number[]): Promise<Conversation> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  let received = "";
  let take: ((answer: Answer) => void) | undefined;
  let fail: (error: unknown) => void = () => {};
  const isClosed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.on("error", (error) => fail(error));
  socket.on("close", () => fail(new Error("The service closed a connection.")));
  socket.on("data", (chunk) => {
    received += chunk.toString("latin1");
    const answer = wholeAnswer(received);
    if (!answer) return;
    received = "";
    take?.(answer);
  });
  await new Promise<void>((resolve, reject) => {
    fail = reject;
    socket.once("connect", () => resolve());
  });
  return {
    play: (cycle, dueAt) =>
      new Promise((resolve, reject) => {
        fail = reject;
        const steps = cycle();
        let since = dueAt;
        const step = (answer?: Answer): void => {
          try {
            const next = steps.next(answer as Answer);
            if (next.done) return void resolve();
            if (typeof next.value !== "string") return void next.value.then(() => step(), reject);
            since ??= performance.now();
            socket.write(next.value);
          } catch (error) {
            socket.destroy();
            reject(error);
          }
        };
        take = (answer) => {
          waits.push(performance.now() - (since ?? Number.NaN));
          since = undefined;
          step(answer);
        };
        step();
      }),
    end() {
      fail = () => {};
      socket.end();
      return isClosed;
    },
  };
}

function wholeAnswer(text: string): Answer | undefined {
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const head = text.slice(0, headEnd);
  const body = text.slice(headEnd + 4);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  const isWhole = length === undefined ? /(^|\r\n)0\r\n\r\n$/.test(body) : body.length >= Number(length);
  return isWhole ? { status: Number(text.slice(9, 12)), head, body } : undefined;
}

/** A POST as it goes over the wire. */
export function post(path: string, type: "json" | "x-www-form-urlencoded", body: string, authorization = ""): string {
  const headers = [
    `POST ${path} HTTP/1.1`,
    "Host: 127.0.0.1",
    ...(authorization && [`Authorization: ${authorization}`]),
    `Content-Type: application/${type}`,
    `Content-Length: ${body.length}`,
  ];
  return `${headers.join("\r\n")}\r\n\r\n${body}`;
}

/** @throws Error with the answer when it is not what the load is about. */
export function expectAnswer({ status, head, body }: Answer, expected: number, part = ""): void {
  if (status !== expected || !body.includes(part)) throw new Error(`Unexpected answer:\n${head}\n\n${body}`);
}
