import pg from "pg";
import type { Statement } from "../../sql/text.ts";
import type { Connected } from "./connection.ts";

/** A statement as the driver takes it. One with a name is prepared once in a session. */
export type Asked = pg.QueryConfig<unknown[]>;

export function asked({ values, ...statement }: Statement): Asked {
  return { ...statement, values: [...values] };
}

/**
 * Sends statements in one message. Outside of a transaction they are one by themselves, which is on disk when this
 * resolves: PostgreSQL commits at the end of a message. A message for each would have it answer each, and to begin and to
 * commit would be two more.
 * @param isKept whether the session keeps what it prepares @param progress is told how many were run
 * @returns what came of each, with rows as arrays
 * @throws what PostgreSQL says of the first that fails; those after it are not run
 */
export function send(
  client: pg.Client,
  isKept: boolean,
  statements: readonly Asked[],
  progress = { done: 0 },
): Promise<Answered[]> {
  const trip = new pg.Query({ text: "", rowMode: "array" } as pg.QueryConfig) as pg.Query & Heard;
  const complete = trip.handleCommandComplete;
  trip.handleCommandComplete = function (...heard) {
    progress.done += 1;
    complete.apply(this, heard);
  };
  const prepared: string[] = [];
  trip.submit = (given) => {
    const connection = given as unknown as Wire;
    // The driver's own way to send each, but that the answers are asked for once.
    const unanswered: Wire = Object.create(connection, { sync: { value: ignore } });
    connection.stream.cork();
    try {
      for (const { name, text, values = [] } of statements) {
        if (isKept && name && !connection.submittedNamedStatements[name]) {
          prepared.push(name);
          // One that was sent behind a statement that failed may or may not be there.
          connection.close({ type: "S", name });
        }
        const query = { text, values, queryMode: "extended", ...(isKept && { name }) } as pg.QueryConfig<unknown[]>;
        new pg.Query(query).submit(unanswered as unknown as pg.Connection);
      }
      connection.sync();
    } finally {
      connection.stream.uncork();
    }
  };
  return new Promise((resolve, reject) => {
    const answer = (error: Error | null, results: Answered | Answered[]) => {
      if (!error) return resolve([results].flat());
      const { submittedNamedStatements } = client.connection as unknown as Wire;
      for (const name of prepared) delete submittedNamedStatements[name];
      reject(error);
    };
    (client.query as (query: unknown, callback: typeof answer) => void)(trip, answer);
  });
}

/**
 * Sends statements that are one transaction. @param before a transaction of its own that is sent along
 * @returns the rows of each
 */
export async function sendWhole(
  connected: Connected,
  statements: readonly Asked[],
  before: readonly Asked[] = [],
  progress = { done: 0 },
) {
  const { client, isKept } = connected;
  const begin = isKept ? [] : beginOf(connected.begin);
  const end = isKept ? [] : [commit];
  try {
    const results = await send(client, isKept, [...before, ...begin, ...statements, ...end], progress);
    const first = before.length + begin.length;
    return results.slice(first, first + statements.length).map(({ rows }) => rows);
  } catch (error) {
    // A message alone ends with its transaction.
    if (!isKept || progress.done < before.length) client.query("ROLLBACK").catch(() => {});
    throw error;
  }
}

export const commit: Asked = { name: "commit", text: "COMMIT" };

/** The statements of a text that begins a transaction. */
export function beginOf(begin: string): Asked[] {
  return begin.split("; ").map((text) => ({ name: text, text }));
}

/** Has statements sent without waiting in between, in one packet: otherwise each is a system call of its own. */
export function sendTogether<Queries extends readonly (Promise<unknown> | undefined)[] | []>(
  client: pg.Client,
  send: () => Queries,
) {
  const { stream } = client.connection;
  stream.cork();
  try {
    return Promise.all(send());
  } finally {
    stream.uncork();
  }
}

type Answered = pg.QueryArrayResult<unknown[]>;

/** What of the driver's connection is not in its types. */
interface Wire {
  stream: { cork(): void; uncork(): void };
  submittedNamedStatements: Record<string, string>;
  close(of: { type: "S"; name: string }): void;
  sync(): void;
}

/** What of the driver's query is not in its types. */
interface Heard {
  handleCommandComplete(...heard: unknown[]): void;
}

function ignore(): void {}
