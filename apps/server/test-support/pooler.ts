import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import pg from "pg";

/** Stands between servers and a PostgreSQL. */
export interface Pooler {
  /** Where the database is to be had through it. */
  url: string;
  stop(): Promise<void>;
}

/**
 * A pooler in transaction mode, as PgBouncer is one: each transaction goes to the connection that was idle the longest.
 * So settings of a session are left to whoever comes next, and a prepared statement is known to one of the connections.
 * @param isOpen whether it tells callers what a connection of its own was told, so that it looks like the database
 */
export async function startPooler(database: string, { size = 3, isOpen = false } = {}): Promise<Pooler> {
  const backends = await Promise.all(Array.from({ length: size }, () => connect(database)));
  const idle = [...backends];
  const waiting: Caller[] = [];
  const sockets = new Set<Socket>();

  /** Passes on whole series of messages, each of which ends with one that asks to be told when all of it is done. */
  function pass(caller: Caller): void {
    const ends = caller.messages.findLastIndex(isEnd) + 1;
    if (ends === 0) return;
    caller.backend ??= idle.shift();
    if (!caller.backend) return void (waiting.includes(caller) || waiting.push(caller));
    caller.backend.caller = caller;
    const messages = caller.messages.splice(0, ends);
    caller.pending += messages.filter(isEnd).length;
    caller.backend.socket.write(Buffer.concat(messages));
  }

  async function lose({ backend }: Caller): Promise<void> {
    if (!backend) return;
    // Who left a transaction open takes its connection along.
    backend.socket.destroy();
    backends.splice(backends.indexOf(backend), 1);
    await add();
  }

  async function add(): Promise<void> {
    const backend = await connect(database);
    backends.push(backend);
    serve(backend);
    release(backend);
  }

  function serve(backend: Backend): void {
    const read = messageReader();
    backend.socket.on("data", (chunk) => {
      for (const message of read(chunk)) {
        const { caller } = backend;
        caller?.socket.write(message);
        if (!caller || message[0] !== code("Z")) continue;
        caller.pending -= 1;
        if (caller.pending > 0 || message[5] !== code("I")) continue;
        caller.backend = undefined;
        release(backend);
        pass(caller);
      }
    });
  }

  function release(backend: Backend): void {
    backend.caller = undefined;
    idle.push(backend);
    const next = waiting.shift();
    if (next) pass(next);
  }

  for (const backend of backends) serve(backend);
  const server = createServer({ noDelay: true }, async (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    const [start] = (await once(socket, "data")) as [Buffer];
    if (start.readInt32BE(4) !== 196_608) return socket.destroy();
    socket.write(greeting(isOpen ? backends[0]?.processId : undefined));
    const caller: Caller = { socket, messages: [], pending: 0, backend: undefined };
    const read = messageReader();
    socket.on("data", (chunk) => {
      for (const message of read(chunk)) message[0] === code("X") ? socket.end() : caller.messages.push(message);
      pass(caller);
    });
    socket.on("close", () => {
      if (waiting.includes(caller)) waiting.splice(waiting.indexOf(caller), 1);
      void lose(caller);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(database);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    async stop() {
      for (const { socket } of backends) socket.destroy();
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

interface Caller {
  socket: Socket;
  messages: Buffer[];
  /** How often it is yet to hear that all is done. */
  pending: number;
  backend: Backend | undefined;
}

interface Backend {
  socket: Socket;
  processId: number;
  caller?: Caller | undefined;
}

/** The driver introduces itself to the database; then only its socket is used. */
async function connect(database: string): Promise<Backend> {
  const client = new pg.Client(database);
  client.on("error", () => {});
  await client.connect();
  const { connection, processID } = client as unknown as { connection: { stream: Socket }; processID: number };
  connection.stream.removeAllListeners("data");
  return { socket: connection.stream, processId: processID };
}

const code = (letter: string): number => letter.charCodeAt(0);

/** A simple query, or what ends a series of others. */
const isEnd = ([type]: Buffer): boolean => type === code("Q") || type === code("S");

/** Makes what cuts a stream into messages: before each stands its type, and then its length. */
function messageReader(): (chunk: Buffer) => Buffer[] {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const messages: Buffer[] = [];
    for (;;) {
      const length = rest.length < 5 ? Number.POSITIVE_INFINITY : 1 + rest.readInt32BE(1);
      if (rest.length < length) return messages;
      messages.push(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
  };
}

/** Who calls may come in, how to cancel, and that the pooler is ready. */
function greeting(processId = 1): Buffer {
  const message = (type: string, ...numbers: number[]) => {
    const bytes = Buffer.alloc(5 + numbers.length * 4);
    bytes.write(type);
    bytes.writeInt32BE(bytes.length - 1, 1);
    for (const [index, number] of numbers.entries()) bytes.writeInt32BE(number, 5 + index * 4);
    return bytes;
  };
  return Buffer.concat([message("R", 0), message("K", processId, 1), Buffer.from("Z\0\0\0\x05I")]);
}
