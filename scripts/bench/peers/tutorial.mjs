/**
 * Verification as a tutorial would write it, with Express and a pool of PostgreSQL connections:
 * `node tutorial.mjs <port> <database>`. It answers the code in a header instead of sending it.
 */
import { randomInt } from "node:crypto";
import express from "express";
import pg from "pg";

const [port, connectionString] = process.argv.slice(2);
// The ten connections that pg opens were faster than 32 and 64.
const pool = new pg.Pool({ connectionString });
await pool.query(`
  CREATE TABLE IF NOT EXISTS codes (
    id bigserial PRIMARY KEY,
    phone_number text NOT NULL,
    code text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    verified boolean NOT NULL DEFAULT false,
    expires_at timestamptz NOT NULL
  );
  CREATE INDEX IF NOT EXISTS codes_by_number ON codes (phone_number, id);
`);

const app = express();
app.use(express.json());

app.post("/start", async (request, response) => {
  const code = String(randomInt(1_000_000)).padStart(6, "0");
  await pool.query(
    "INSERT INTO codes (phone_number, code, expires_at) VALUES ($1, $2, now() + interval '10 minutes')",
    [request.body.phoneNumber, code],
  );
  response.set("x-code", code).json({ sent: true });
});

app.post("/check", async (request, response) => {
  const { rows } = await pool.query("SELECT * FROM codes WHERE phone_number = $1 ORDER BY id DESC LIMIT 1", [
    request.body.phoneNumber,
  ]);
  const [found] = rows;
  if (!found || found.verified || found.attempts >= 5 || found.expires_at < new Date()) {
    return response.status(404).json({ verified: false });
  }
  const verified = found.code === request.body.code;
  await pool.query("UPDATE codes SET attempts = attempts + 1, verified = $2 WHERE id = $1", [found.id, verified]);
  response.json({ verified });
});

app.listen(Number(port), "127.0.0.1");
