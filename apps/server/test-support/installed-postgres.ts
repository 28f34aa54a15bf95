import { execFile, execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "./postgres.ts";

const versions = "/usr/lib/postgresql";

/** Where a PostgreSQL is installed as Debian's packages do it, with its server and its own pg_dump; undefined where none is. */
export const installedPrograms = (existsSync(versions) ? readdirSync(versions) : [])
  .sort((one, other) => Number(one) - Number(other))
  .map((version) => join(versions, version, "bin"))
  .filter((folder) => ["initdb", "pg_ctl", "pg_dump", "pg_restore"].every((name) => existsSync(join(folder, name))))
  .at(-1);

/** Starts it on a free loopback port, with its data in a temporary folder. */
export async function startInstalledPostgres(programs: string): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-installed-"));
  // It refuses to run as root, and its package has made a user for it.
  const owner = process.getuid?.() === 0 ? { uid: idOf("-u"), gid: idOf("-g") } : {};
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, "data");
  const run = (program: string, ...args: string[]) =>
    promisify(execFile)(join(programs, program), args, { cwd: folder, ...owner });
  await run(
    "initdb",
    "--pgdata",
    data,
    "--auth=trust",
    "--username=postgres",
    "--encoding=UTF8",
    "--locale=C",
    "--no-sync",
  );
  const port = await freePort();
  const settings = [`-p ${port}`, "-c listen_addresses=127.0.0.1", "-c unix_socket_directories=''", "-c fsync=off"];
  await run("pg_ctl", "--pgdata", data, "--log", join(folder, "log"), "--wait", "-o", settings.join(" "), "start");
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async stop() {
      await run("pg_ctl", "--pgdata", data, "--mode=immediate", "stop");
      rmSync(folder, { recursive: true });
    },
  };
}

const idOf = (what: "-u" | "-g") => Number(execFileSync("id", [what, "postgres"], { encoding: "utf8" }));
