import { bound, type Result, type Sql, type Statement as Step, sqliteText, type Work } from "../../sql/text.ts";
import type { Connection, Statement } from "./connection.ts";
import type { Database } from "./database.ts";

/** Runs pieces of work that are written for both databases. @param onWrite is called before each that may change rows */
export function createSql(db: Database, onWrite: () => void): Sql {
  const onReader = createRunner(db.reader);
  const onWriter = createRunner(db.writer);
  const write = <T>(job: () => T) =>
    db.write(() => {
      onWrite();
      return job();
    });
  return {
    read: (text, values = []) => db.read(() => onReader({ text, values: values.map(bound) }).rows),
    run: (text, values = []) => write(() => onWriter({ text, values: values.map(bound) })),
    transact: (work) => write(() => drive(work(), onWriter)),
  };
}

/** Drives a piece of work to its end at once. */
export function drive<T>(work: Work<T>, runStep: (step: Step) => Result): T {
  let step = work.next();
  while (!step.done) step = work.next(runStep(step.value));
  return step.value;
}

/** Makes the function that runs statements on a connection, each text prepared once. */
export function createRunner(connection: Connection): (step: Step) => Result {
  const prepared = new Map<string, Statement<unknown[]>>();
  return ({ text, values }) => {
    let statement = prepared.get(text);
    if (!statement) {
      statement = connection.prepare(sqliteText(text));
      prepared.set(text, statement);
    }
    return statement.query(values);
  };
}
