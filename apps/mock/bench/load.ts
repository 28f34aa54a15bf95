import { connect } from "node:net";

export interface Load {
  port: number;
  /** Whole requests as they go over the wire, sent in turn; their answers must all have the same length. */
  requests: string[];
  connections: number;
  seconds: number;
}

/** Sends requests on keep-alive connections, on each the next as soon as the last is answered. @returns answers a second. */
export async function load({ port, requests, connections, seconds }: Load): Promise<number> {
  let sent = 0;
  const next = () => requests[sent++ % requests.length] as string;
  const bytes = await answerBytes(port, next());
  const start = performance.now();
  const end = start + seconds * 1000;
  const counts = await Promise.all(
    Array.from({ length: connections }, () => repeat(port, next, bytes, () => performance.now() < end)),
  );
  return counts.reduce((sum, count) => sum + count, 0) / ((performance.now() - start) / 1000);
}

/** Length of one answer, by its `Content-Length`. */
function answerBytes(port: number, request: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(request));
    socket.once("error", reject).once("data", (data) => {
      const text = data.toString("latin1");
      const length = /content-length: (\d+)/i.exec(text)?.[1];
      socket.destroy();
      if (!/^HTTP\/1\.1 2/.test(text) || !length) return reject(new Error(`Unexpected answer: ${text}`));
      resolve(text.indexOf("\r\n\r\n") + 4 + Number(length));
    });
  });
}

function repeat(port: number, next: () => string, bytes: number, goesOn: () => boolean): Promise<number> {
  return new Promise((resolve, reject) => {
    let count = 0;
    let missing = bytes;
    const socket = connect({ port, host: "127.0.0.1", noDelay: true }, () => socket.write(next()));
    socket.once("error", reject).on("data", (data) => {
      missing -= data.length;
      if (missing > 0) return;
      count += 1;
      missing = bytes;
      if (goesOn()) return socket.write(next());
      socket.destroy();
      resolve(count);
    });
  });
}
