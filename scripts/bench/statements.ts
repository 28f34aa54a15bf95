import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { run } from "./processes.ts";

const insert = (recipient: string) =>
  `INSERT INTO codes (recipient, code, expires_at) VALUES (${recipient}, '123456', now() + interval '10 minutes')`;
const update = (recipient: string) =>
  `UPDATE codes SET is_approved = true WHERE recipient = ${recipient} AND code = '123456' AND expires_at > now()`;

/**
 * The two statements of a cycle and nothing else, one at a time on each connection: by pgbench, or by the driver where
 * there is no pgbench.
 */
export async function openStatements(url: string) {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(`CREATE TABLE codes (
    recipient bigint NOT NULL, code text NOT NULL, is_approved boolean NOT NULL DEFAULT false, expires_at timestamptz NOT NULL
  )`);
  await client.query("CREATE INDEX codes_by_recipient ON codes (recipient)");
  await client.end();
  const pgbench = findPgbench();
  if (pgbench) return byPgbench(pgbench, url);
  console.log("There is no pgbench here; the pg driver takes its place.");
  return byDriver(url);
}

function findPgbench(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  return ["pgbench", ...versions.map((version) => `${debian}/${version}/bin/pgbench`)].find(
    (command) => spawnSync(command, ["--version"]).status === 0,
  );
}

function byPgbench(command: string, url: string) {
  const folder = mkdtempSync(join(tmpdir(), "countersign-pgbench-"));
  const script = join(folder, "cycle.sql");
  const lines = ["\\set recipient random(1, 9000000000)", `${insert(":recipient")};`, `${update(":recipient")};`];
  writeFileSync(script, lines.join("\n"));
  // Its time begins before its connections are open; its rate is of the time after.
  const connectingSeconds = new Map<number, number>();
  return {
    name: "pgbench",
    async measure(connections: number, seconds: number) {
      const threads = Math.min(connections, availableParallelism());
      const options = ["--no-vacuum", "--protocol=prepared", `--client=${connections}`, `--jobs=${threads}`];
      const time = Math.ceil(seconds + (connectingSeconds.get(connections) ?? 10));
      const out = await run(command, [...options, `--time=${time}`, `--file=${script}`, url]);
      const rate = Number(/^tps = ([\d.]+)/m.exec(out)?.[1]);
      connectingSeconds.set(connections, Number(/^initial connection time = ([\d.]+)/m.exec(out)?.[1]) / 1000 + 0.5);
      if (!(rate > 0)) throw new Error(`pgbench did nothing:\n${out}`);
      return { rate };
    },
    async stop() {
      rmSync(folder, { recursive: true });
    },
  };
}

function byDriver(url: string) {
  const pool = new pg.Pool({ connectionString: url, max: 128 });
  let recipient = 0;
  return {
    name: "pg, one statement at a time",
    async measure(connections: number, seconds: number) {
      const begun = performance.now();
      let cycles = 0;
      const cycle = async () => {
        const client = await pool.connect();
        while (performance.now() < begun + seconds * 1000) {
          recipient += 1;
          await client.query({ name: "insert", text: insert("$1"), values: [recipient] });
          await client.query({ name: "update", text: update("$1"), values: [recipient] });
          cycles += 1;
        }
        client.release();
      };
      await Promise.all(Array.from({ length: connections }, cycle));
      return { rate: cycles / ((performance.now() - begun) / 1000) };
    },
    stop: () => pool.end(),
  };
}
