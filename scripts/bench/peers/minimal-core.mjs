/**
 * The least that a server does which keeps what Verify promises, for `minimal.mjs` and its twin on Bun: Basic auth, a
 * form, the shape of the number, a keyed hash of it, the code sealed, a verification and a message in the outbox on disk
 * before the answer, a check that counts and approves once. No document, no limits, no guard, no log, one account.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  randomBytes,
  randomInt,
  randomUUID,
  timingSafeEqual,
} from "node:crypto";

const accountSid = "AC00000000000000000000000000000001";
const serviceSid = "VA00000000000000000000000000000001";
const service = `/v2/Services/${serviceSid}`;
const lifetimeMs = 600_000;
const checksMax = 5;

const keyOf = (use) =>
  createSecretKey(Buffer.from(hkdfSync("sha256", "a secret of no less than 32 characters", "", use, 32)));
const keys = { hashing: keyOf("hash"), sealing: keyOf("seal"), token: keyOf("token") };
const macOf = (key, text) => createHmac("sha256", key).update(text).digest();
const credentials = macOf(keys.token, `Basic ${btoa(`${accountSid}:sandbox`)}`);

/**
 * @param rows where verifications and messages are kept: of SQLite or of PostgreSQL
 * @param publicUrl what the links in its answers begin with
 * @returns what answers a request: a status and a text of JSON, and the code that would have been sent
 */
export function createMinimal(rows, publicUrl) {
  const pendingOf = (recipient, now) => {
    const found = rows.find(recipient);
    if (!found || found.created_at + lifetimeMs > now) return found;
    rows.update(found, "expired", found.checks);
    return undefined;
  };

  function start({ to, recipient, now }) {
    const pending = pendingOf(recipient, now);
    const code = pending ? open(pending.code, pending.sid) : String(randomInt(1_000_000)).padStart(6, "0");
    const [sid, attemptSid] = [pending?.sid ?? newSid("VE"), newSid("VL")];
    const sealed = pending?.code ?? seal(code, sid);
    if (!pending) rows.insert(sid, recipient, to, sealed, attemptSid, now);
    rows.send(attemptSid, sid, to, sealed, now);
    const attempt = { time: dateOf(now), channel: "sms", attempt_sid: attemptSid };
    const rest = {
      lookup: {},
      send_code_attempts: [attempt],
      sna: null,
      url: `${publicUrl}${service}/Verifications/${sid}`,
    };
    return {
      status: 201,
      body: JSON.stringify({ ...verificationOf(sid, to, "pending", pending?.created_at ?? now, now), ...rest }),
      code,
    };
  }

  function check({ to, recipient, code, now }) {
    const pending = pendingOf(recipient, now);
    if (!pending) return notFound;
    const isRight = timingSafeEqual(macOf(keys.hashing, open(pending.code, pending.sid)), macOf(keys.hashing, code));
    const checks = pending.checks + 1;
    const status = isRight ? "approved" : checks < checksMax ? "pending" : "max_attempts_reached";
    rows.update(pending, status, checks);
    return {
      status: 200,
      body: JSON.stringify({
        ...verificationOf(pending.sid, to, status, pending.created_at, now),
        sna_attempts_error_codes: [],
      }),
    };
  }

  let waiting = [];
  let isBusy = false;
  /** What came in one turn of the event loop, or while others were written, shares a transaction, and is answered after it. */
  async function commit() {
    if (isBusy) return;
    isBusy = true;
    while (waiting.length > 0) {
      const commands = waiting;
      waiting = [];
      const answers = await rows.together(() => commands.map(({ decide, command }) => decide(command)));
      for (const [index, { resolve }] of commands.entries()) resolve(answers[index]);
    }
    isBusy = false;
  }

  return (path, authorization, body) => {
    if (!timingSafeEqual(macOf(keys.token, authorization ?? ""), credentials)) return unauthorized;
    const decide =
      path === `${service}/Verifications` ? start : path === `${service}/VerificationCheck` ? check : undefined;
    if (!decide) return notFound;
    const form = new URLSearchParams(body);
    const to = form.get("To") ?? "";
    if (!/^\+[1-9]\d{6,14}$/.test(to) || (decide === start && form.get("Channel") !== "sms")) return invalid;
    const recipient = macOf(keys.hashing, to).toString("base64url");
    const command = { to, recipient, code: form.get("Code") ?? "", now: Date.now() };
    return new Promise((resolve) => {
      if (waiting.push({ decide, command, resolve }) === 1 && !isBusy) setImmediate(commit);
    });
  };
}

const refusal = (status, code, message) => ({ status, body: JSON.stringify({ code, message, more_info: "", status }) });
const unauthorized = refusal(401, 20003, "Authenticate");
const notFound = refusal(404, 20404, "The requested resource was not found");
const invalid = refusal(400, 60200, "Invalid parameter");

/** The time first, so that rows that come together lie together. */
const newSid = (prefix) =>
  prefix + Date.now().toString(16).padStart(12, "0") + randomUUID().replaceAll("-", "").slice(12);
const dateOf = (time) => `${new Date(time).toISOString().slice(0, 19)}Z`;

/** @param db SQLite by a driver whose `prepare` gives statements with `get` and `run` */
export function rowsInSqlite(db) {
  for (const setting of ["PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"]) db.exec(setting);
  for (const table of tables("INTEGER")) db.exec(`${table} STRICT, WITHOUT ROWID`);
  db.exec(pendingIndex);
  const find = db.prepare(
    "SELECT sid, code, checks, created_at FROM verifications WHERE recipient = ? AND status = 'pending'",
  );
  const insert = db.prepare("INSERT INTO verifications VALUES (?, ?, ?, ?, ?, 'pending', 0, ?)");
  const send = db.prepare("INSERT INTO outbox VALUES (?, ?, ?, ?, ?)");
  const update = db.prepare("UPDATE verifications SET status = ?, checks = ? WHERE sid = ?");
  return {
    find: (recipient) => find.get(recipient),
    insert: (...row) => insert.run(...row),
    send: (...row) => send.run(...row),
    update: ({ sid }, status, checks) => update.run(status, checks, sid),
    together(work) {
      db.exec("BEGIN IMMEDIATE");
      const made = work();
      db.exec("COMMIT");
      return made;
    },
  };
}

/** @param integer the type of whole numbers of 64 bits */
export const tables = (integer) => [
  `CREATE TABLE IF NOT EXISTS verifications (
    sid TEXT PRIMARY KEY, recipient TEXT NOT NULL, phone_number TEXT NOT NULL, code TEXT NOT NULL, attempt_sid TEXT NOT NULL,
    status TEXT NOT NULL, checks INTEGER NOT NULL, created_at ${integer} NOT NULL
  )`,
  `CREATE TABLE IF NOT EXISTS outbox (
    sid TEXT PRIMARY KEY, verification_sid TEXT NOT NULL, phone_number TEXT NOT NULL, code TEXT NOT NULL, due_at ${integer} NOT NULL
  )`,
];
export const pendingIndex =
  "CREATE UNIQUE INDEX IF NOT EXISTS pending ON verifications (recipient) WHERE status = 'pending'";

/** What starts and checks tell of one. */
function verificationOf(sid, to, status, createdAt, now) {
  return {
    ...{ sid, service_sid: serviceSid, account_sid: accountSid, to, channel: "sms", valid: status === "approved" },
    ...{ amount: null, payee: null, date_created: dateOf(createdAt), date_updated: dateOf(now), status },
  };
}

function seal(code, sid) {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", keys.sealing, nonce).setAAD(Buffer.from(sid));
  return Buffer.concat([nonce, cipher.update(code, "utf8"), cipher.final(), cipher.getAuthTag()]).toString("base64url");
}

function open(sealed, sid) {
  const bytes = Buffer.from(sealed, "base64url");
  const decipher = createDecipheriv("aes-256-gcm", keys.sealing, bytes.subarray(0, 12));
  decipher.setAAD(Buffer.from(sid)).setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString("utf8");
}
