import type { Service } from "../../domain/service.ts";
import type { Verification } from "../../domain/verification.ts";
import type { Clock, Decision, VerificationCommand, VerificationState } from "../../ports.ts";
import type { Connection } from "./connection.ts";
import type { Lane } from "./lane.ts";
import {
  attemptColumns,
  attemptRow,
  endedAt,
  eventLines,
  messageColumns,
  messageRow,
  placeholders,
  type ServiceRow,
  serviceOf,
  stateOf,
  verificationOf,
} from "./rows.ts";

type Decide = <T>(command: VerificationCommand<T>) => Promise<T>;

/** Decides in the transaction that all commands of a moment share: each reads what those before it wrote. */
export function createDecider(db: Connection, lane: Lane, clock: Clock): Decide {
  const read = createReader(db);
  const write = createWriter(db);
  return (command) =>
    lane.write(() => {
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

type StateRow = [
  settings: string,
  serviceCreatedAt: number,
  serviceUpdatedAt: number,
  rowid: number | null,
  state: string | null,
];

const selectState = (verificationCondition: string) => `
  SELECT s.settings, s.created_at, s.updated_at, v.rowid, v.state
  FROM services AS s LEFT JOIN verifications AS v ON v.service_sid = s.sid AND ${verificationCondition}
  WHERE s.sid = ? AND s.account_sid = ?`;

/** Service and verification in one statement. */
function createReader(db: Connection) {
  const byRecipient = db.prepare<StateRow>(selectState("v.recipient = ? AND v.is_latest"));
  const bySid = db.prepare<StateRow>(selectState("v.sid = ?"));
  const serviceOf = createServiceMemory();

  return ({ accountSid, serviceSid, target }: VerificationCommand<unknown>): Known => {
    const row =
      "sid" in target
        ? bySid.get([target.sid, serviceSid, accountSid])
        : byRecipient.get([target.recipient, serviceSid, accountSid]);
    if (!row) return { service: undefined, current: undefined, rowid: null, isFirst: false };
    const [settings, createdAt, updatedAt, rowid, state] = row;
    return {
      service: serviceOf([serviceSid, accountSid, settings, createdAt, updatedAt]),
      current: state === null ? undefined : verificationOf(accountSid, serviceSid, state),
      rowid,
      isFirst: rowid === null && "recipient" in target,
    };
  };
}

/** Settings are long and seldom change, so those of the services in use are parsed once. */
function createServiceMemory() {
  const servicesMax = 1000;
  const known = new Map<string, { row: ServiceRow; service: Service }>();
  return (row: ServiceRow): Service => {
    const earlier = known.get(row[0]);
    if (earlier && row.every((value, index) => value === earlier.row[index])) return earlier.service;
    if (known.size >= servicesMax) known.clear();
    const service = serviceOf(row);
    known.set(row[0], { row, service });
    return service;
  };
}

function createWriter(db: Connection) {
  const writeVerification = createVerificationWriter(db);
  const addEvent = db.prepare("UPDATE verifications SET events = events || ? WHERE service_sid = ? AND sid = ?");
  const convert = db.prepare("UPDATE attempts SET is_converted = 1, updated_at = ? WHERE sid = ?");
  const addAttempt = db.prepare(`INSERT INTO attempts (${attemptColumns}) VALUES (${placeholders(attemptColumns)})`);
  const addMessage = db.prepare(
    `INSERT INTO outbox (${messageColumns}, due_at) VALUES (${placeholders(messageColumns)}, ?)`,
  );

  return (known: Known, { verification, sends = [], isConverted, events = [] }: Decision<unknown>, now: number) => {
    if (verification) {
      writeVerification(known, verification, eventLines(events));
    } else {
      for (const event of events) addEvent.run([eventLines([event]), event.serviceSid, event.verificationSid]);
    }
    for (const { attempt, message } of sends) {
      addAttempt.run(attemptRow(attempt));
      addMessage.run([...messageRow(message), message.createdAt]);
    }
    const latest = isConverted ? (verification ?? known.current)?.attempts.at(-1) : undefined;
    if (latest) convert.run([now, latest.sid]);
  };
}

function createVerificationWriter(db: Connection) {
  const update = db.prepare("UPDATE verifications SET ended_at = ?, state = ?, events = events || ? WHERE rowid = ?");
  const replaceLatest = db.prepare(
    "UPDATE verifications SET is_latest = 0 WHERE service_sid = ? AND recipient = ? AND is_latest",
  );
  const insert = db.prepare(
    `INSERT INTO verifications (service_sid, sid, recipient, is_latest, created_at, ended_at, state, events)
     VALUES (?, ?, ?, 1, ?, ?, ?, ?)`,
  );

  return ({ current, rowid, isFirst }: Known, verification: Verification, events: string): void => {
    const { serviceSid, sid, recipient, createdAt } = verification;
    const state = stateOf(verification);
    if (sid === current?.sid) {
      update.run([endedAt(verification), state, events, rowid]);
    } else {
      if (!isFirst) replaceLatest.run([serviceSid, recipient]);
      insert.run([serviceSid, sid, recipient, createdAt, endedAt(verification), state, events]);
    }
  };
}
