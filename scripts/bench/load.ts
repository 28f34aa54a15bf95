import { connect } from "node:net";

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
  /** How long they took, to the end of the last. */
  seconds: number;
  /** How long single requests waited for their answers, in milliseconds. */
  p50: number;
  p99: number;
}

export interface Load {
  port: number;
  connections: number;
  seconds: number;
  cycle: Cycle;
}

/** Makes load over keep-alive connections, each of which has one request under way at any time. */
export async function load({ port, connections, seconds, cycle }: Load): Promise<Sample> {
  const waits: number[] = [];
  const begun = performance.now();
  const end = begun + seconds * 1000;
  const counts = await Promise.all(
    Array.from({ length: connections }, () => converse(port, cycle, waits, () => performance.now() < end)),
  );
  const elapsed = (performance.now() - begun) / 1000;
  const cycles = counts.reduce((sum, count) => sum + count, 0);
  waits.sort((a, b) => a - b);
  const at = (share: number) => waits[Math.floor((waits.length - 1) * share)] ?? Number.NaN;
  return { rate: cycles / elapsed, seconds: elapsed, p50: at(0.5), p99: at(0.99) };
}

/** Goes through cycles until it is time to end. @returns how many */
function converse(port: number, cycle: Cycle, waits: number[], goesOn: () => boolean): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    const fail = (error: unknown) => {
      socket.destroy();
      reject(error);
    };
    let [received, sentAt, count] = ["", 0, 0];
    let steps = cycle();
    const step = (answer?: Answer): void => {
      try {
        let next = steps.next(answer as Answer);
        if (next.done) {
          count += 1;
          if (!goesOn()) return void socket.end();
          steps = cycle();
          next = steps.next();
        }
        if (next.value instanceof Promise) return void next.value.then(() => step(), fail);
        sentAt = performance.now();
        socket.write(next.value as string);
      } catch (error) {
        fail(error);
      }
    };
    socket.on("connect", () => step());
    socket.on("error", reject);
    socket.on("close", () => resolve(count));
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      const answer = wholeAnswer(received);
      if (!answer) return;
      waits.push(performance.now() - sentAt);
      received = "";
      step(answer);
    });
  });
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
