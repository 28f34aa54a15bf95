import type { Verification } from "../../domain/verification.ts";
import type { Clock, Decision, VerificationCommand, VerificationState } from "../../ports.ts";
import type { Connection } from "./connection.ts";
import type { Database } from "./database.ts";
import {
  attemptColumns,
  attemptRow,
  endedAt,
  eventLines,
  messageColumns,
  messageRow,
  placeholders,
  stateOf,
  verificationOf,
} from "./rows.ts";
import type { ServiceCache } from "./services.ts";

type Decide = <T>(command: VerificationCommand<T>) => Promise<T>;

/** Decides in the transaction that all commands of a moment share: each reads what those before it wrote. */
export function createDecider(db: Database, services: ServiceCache, clock: Clock): Decide {
  const read = createReader(db.writer, services);
  const write = createWriter(db.writer);
  return (command) =>
    db.write(() => {
      const now = clock();
      const known = read(command);
      const { service, current } = known;
      const decision = command.decide({ service, current }, now);
      write(known, decision, now);
      return decision.outcome;
    });
}

/** What stands in the tables when a command is decided. */
interface Known extends VerificationState {
  /** The row of the current verification. */
  rowid: number | null;
  /** Whether the recipient has had none. */
  isFirst: boolean;
}

type StateRow = [rowid: number, state: string];

function createReader(connection: Connection, services: ServiceCache) {
  const select = "SELECT rowid, state FROM verifications WHERE service_sid = ?";
  const byRecipient = connection.prepare<StateRow>(`${select} AND recipient = ? AND is_latest`);
  const bySid = connection.prepare<StateRow>(`${select} AND sid = ?`);

  return ({ accountSid, serviceSid, target }: VerificationCommand<unknown>): Known => {
    const service = services.fetch(accountSid, serviceSid);
    if (!service) return { service, current: undefined, rowid: null, isFirst: false };
    const isBySid = "sid" in target;
    const row = isBySid ? bySid.get([serviceSid, target.sid]) : byRecipient.get([serviceSid, target.recipient]);
    if (!row) return { service, current: undefined, rowid: null, isFirst: !isBySid };
    const [rowid, state] = row;
    return { service, current: verificationOf(state), rowid, isFirst: false };
  };
}

function createWriter(connection: Connection) {
  const writeVerification = createVerificationWriter(connection);
  const addEvent = connection.prepare(
    "UPDATE verifications SET events = events || ? WHERE service_sid = ? AND sid = ?",
  );
  const convert = connection.prepare("UPDATE attempts SET is_converted = 1, updated_at = ? WHERE sid = ?");
  const addAttempt = connection.prepare(
    `INSERT INTO attempts (${attemptColumns}) VALUES (${placeholders(attemptColumns)})`,
  );
  const addMessage = connection.prepare(
    `INSERT INTO outbox (${messageColumns}, due_at) VALUES (${placeholders(messageColumns)}, ?)`,
  );

  return (known: Known, { verification, sends = [], isConverted, events = [] }: Decision<unknown>, now: number) => {
    if (verification) {
      writeVerification(known, verification, eventLines(events));
    } else {
      for (const event of events) addEvent.execute([eventLines([event]), event.serviceSid, event.verificationSid]);
    }
    for (const { attempt, message } of sends) {
      addAttempt.execute(attemptRow(attempt));
      addMessage.execute([...messageRow(message), message.createdAt]);
    }
    const latest = isConverted ? (verification ?? known.current)?.attempts.at(-1) : undefined;
    if (latest) convert.execute([now, latest.sid]);
  };
}

function createVerificationWriter(connection: Connection) {
  const update = connection.prepare(
    "UPDATE verifications SET ended_at = ?, state = ?, events = events || ? WHERE rowid = ?",
  );
  const replaceLatest = connection.prepare(
    "UPDATE verifications SET is_latest = 0 WHERE service_sid = ? AND recipient = ? AND is_latest",
  );
  const insert = connection.prepare(
    `INSERT INTO verifications (service_sid, sid, recipient, is_latest, created_at, ended_at, state, events)
     VALUES (?, ?, ?, 1, ?, ?, ?, ?)`,
  );

  return ({ current, rowid, isFirst }: Known, verification: Verification, events: string): void => {
    const { serviceSid, sid, recipient, createdAt } = verification;
    const state = stateOf(verification);
    if (sid === current?.sid) {
      update.execute([endedAt(verification), state, events, rowid]);
    } else {
      if (!isFirst) replaceLatest.execute([serviceSid, recipient]);
      insert.execute([serviceSid, sid, recipient, createdAt, endedAt(verification), state, events]);
    }
  };
}
