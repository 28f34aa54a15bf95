import { connect } from "node:net";

/** What came back on a connection, as text. */
export interface Exchange {
  text: string;
  /** The status of each answer, in order. */
  statuses: number[];
}

/**
 * Sends bytes on a connection of their own and reads until the other side closes it. For tests.
 * @param cut closes the connection as soon as the bytes are sent.
 */
export function exchange(port: number, bytes: string | Uint8Array, { cut = false } = {}): Promise<Exchange> {
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    const socket = connect({ port, host: "127.0.0.1" });
    socket.write(bytes, () => cut && socket.destroy());
    socket.on("data", (chunk) => chunks.push(chunk));
    // A reset is the end of the connection as well; what came before it counts.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      const text = Buffer.concat(chunks).toString();
      resolve({ text, statuses: [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status)) });
    });
  });
}
