/**
 * Group commit and nothing else, on the driver that Countersign uses: one table, no rules, no HTTP, every commit on disk.
 * `node bare-loop.mjs <file> <callers> <seconds>` prints its cycles a second.
 */
import Database from "libsql";

const [file, callers, seconds] = process.argv.slice(2);
const db = new Database(file);
db.exec("PRAGMA journal_mode = WAL");
db.exec("PRAGMA synchronous = FULL");
db.exec(
  "CREATE TABLE IF NOT EXISTS codes (recipient TEXT PRIMARY KEY, code TEXT NOT NULL, status TEXT NOT NULL) STRICT",
);
const start = db.prepare("INSERT INTO codes VALUES (?, '123456', 'pending')");
const check = db.prepare("UPDATE codes SET status = 'approved' WHERE recipient = ? AND code = '123456'");

const begun = performance.now();
const end = begun + Number(seconds) * 1000;
let cycles = 0;
/** The commands of all callers, each of which waits for its commit. */
let commands = Array.from({ length: Number(callers) }, (_, caller) => ({ caller, turn: 0, statement: start }));
while (performance.now() < end) {
  db.exec("BEGIN IMMEDIATE");
  for (const { caller, turn, statement } of commands) statement.run(`${process.pid}-${caller}-${turn}`);
  db.exec("COMMIT");
  commands = commands.map(({ caller, turn, statement }) => {
    if (statement === start) return { caller, turn, statement: check };
    cycles += 1;
    return { caller, turn: turn + 1, statement: start };
  });
}
console.log(cycles / ((performance.now() - begun) / 1000));
db.close();
