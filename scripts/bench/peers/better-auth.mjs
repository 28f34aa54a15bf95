/**
 * better-auth with its phone-number plugin, set up as its documentation tells: `node better-auth.mjs <port> <database>`.
 * Its rate limits are off, and its callback keeps the code where the load finds it.
 */
import { createServer } from "node:http";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { toNodeHandler } from "better-auth/node";
import { phoneNumber } from "better-auth/plugins";

const [port, databaseUrl] = process.argv.slice(2);
const options = {
  baseURL: `http://127.0.0.1:${port}`,
  secret: "a secret of no less than 32 characters",
  database: await open(databaseUrl),
  rateLimit: { enabled: false },
  logger: { level: "error" },
  plugins: [
    phoneNumber({
      sendOTP: ({ code }, context) => context.setHeader("x-code", code),
      signUpOnVerification: { getTempEmail: (number) => `${number.slice(1)}@example.com` },
    }),
  ],
};
const { runMigrations } = await getMigrations(options);
await runMigrations();
createServer(toNodeHandler(betterAuth(options))).listen(Number(port), "127.0.0.1");

async function open(url) {
  if (url.startsWith("postgres:")) {
    const { default: pg } = await import("pg");
    // The ten connections that pg opens were faster than 32 and 64.
    return new pg.Pool({ connectionString: url });
  }
  const { default: Database } = await import("better-sqlite3");
  const db = new Database(url.replace("sqlite:", ""));
  // The faster journal, and as durable as the others.
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  return db;
}
