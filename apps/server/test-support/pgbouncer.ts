import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import type { Pooler } from "./pooler.ts";
import { freePort } from "./postgres.ts";

const program = process.env.COUNTERSIGN_PGBOUNCER ?? "pgbouncer";

/** Whether PgBouncer is here: Debian's package of that name. */
export const hasPgBouncer = spawnSync(program, ["--version"]).status === 0;

/** Starts PgBouncer with few connections, which it gives to each transaction, or to each statement. */
export async function startPgBouncer(
  database: string,
  { size = 3, mode = "transaction" }: { size?: number; mode?: "transaction" | "statement" } = {},
): Promise<Pooler> {
  const { hostname, port, username, password, pathname } = new URL(database);
  const folder = mkdtempSync(join(tmpdir(), "countersign-pgbouncer-"));
  const ownPort = await freePort();
  const file = join(folder, "pgbouncer.ini");
  writeFileSync(
    file,
    `[databases]
* = host=${hostname} port=${port} user=${username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${ownPort}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
default_pool_size = ${size}
server_round_robin = 1
`,
  );
  chmodSync(folder, 0o755);
  // It refuses to run as root; the tests' PostgreSQL has made this user.
  const asUser = process.getuid?.() === 0 ? ["-u", "postgres"] : [];
  const child = spawn(program, ["-q", ...asUser, file], { stdio: "ignore" });
  const url = new URL(database);
  url.port = String(ownPort);
  url.pathname = pathname;
  await untilOpen(url.href, child);
  return {
    url: url.href,
    async stop() {
      const ended = once(child, "exit");
      child.kill();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

async function untilOpen(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const client = new pg.Client(url);
    try {
      await client.connect();
      return await client.end();
    } catch (error) {
      if (tries === 100 || child.exitCode !== null) throw error;
      await wait(50);
    }
  }
}
