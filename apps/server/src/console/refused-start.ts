import { addFigures } from "../events/reactions.ts";
import type { PageRequest } from "../kernel/page.ts";
import { examinedMax, readSparsely } from "../sql/sparse-page.ts";
import { type Table, table } from "../sql/table.ts";
import { run, type Sql } from "../sql/text.ts";
import type { DayKeys } from "../verifications/vault.ts";
import type { Figure } from "./figure.ts";

/** A start that was answered with an error. */
export interface RefusedStart {
  accountSid: string;
  /** Of the request. */
  sid: string;
  createdAt: number;
  /** Whether there is such a service or not. */
  serviceSid: string;
  /** Null where what was given names nobody. */
  recipient: string | null;
  channel: string | null;
  country: string | null;
  errorCode: number;
  parameter: string | null;
}

interface Log {
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** As it stands in its row, where its recipient is a hash. */
interface Row extends RefusedStart {
  sealedRecipient: string | null;
}

export const refusedStarts = table<Row>({
  name: "refused_starts",
  owner: "service",
  key: ["account_sid", "created_at", "sid"],
  fields: {
    ...{ accountSid: "plain", createdAt: "plain", sid: "plain", serviceSid: "plain", recipient: "plain" },
    ...{ sealedRecipient: "plain", channel: "plain", country: "plain", errorCode: "plain", parameter: "plain" },
  },
  erased: { column: "created_at", each: "account_sid" },
  person: {
    as: "refused_starts",
    rows: ({ accountSid, hash }) => [{ where: "account_sid = $1 AND recipient = $2", values: [accountSid, hash] }],
  },
  outlivesService: "the log tells what was refused, whatever became of the service, or where there never was one",
});

function sealedStarts({ hash, seal, open }: DayKeys): Table<RefusedStart> {
  const flat = ({ recipient, ...start }: RefusedStart): Row => ({
    ...start,
    recipient: recipient && hash(recipient),
    sealedRecipient: recipient && seal(recipient, start.createdAt),
  });
  return {
    ...refusedStarts,
    row: (start) => refusedStarts.row(flat(start)),
    record: (start) => refusedStarts.record(flat(start)),
    of(row) {
      const { sealedRecipient, ...start } = refusedStarts.of(row);
      return { ...start, recipient: sealedRecipient === null ? null : (open(sealedRecipient) ?? null) };
    },
  };
}

/** Every given field must fit. Bounds of time are inclusive. */
export interface RefusedStartFilter {
  createdAfter?: number | undefined;
  createdBefore?: number | undefined;
  channel?: string | undefined;
  country?: string | undefined;
  serviceSid?: string | undefined;
  errorCode?: number | undefined;
  recipient?: string | undefined;
}

/** How each field of a filter reads in SQL, `$` standing for its value: those by which rows are found, and the others. */
const found = { createdAfter: "created_at >= $", createdBefore: "created_at <= $", recipient: "recipient = $" };
const fitting = {
  ...{ channel: "channel = $", country: "country = $" },
  ...{ serviceSid: "service_sid = $", errorCode: "error_code = $" },
};

/** Sids of services that there are not would make any number of rows. */
function figureOf({ accountSid, serviceSid, channel, country, errorCode, createdAt }: RefusedStart): Figure {
  const which = { accountSid, serviceSid: errorCode === 20404 ? "" : serviceSid, channel: channel ?? "", country };
  return { ...which, provider: null, errorCode: String(errorCode), at: createdAt, counts: "refused_starts" };
}

/** So long and so many wait in memory: a refusal is no reason to make anybody wait. */
const [waitMs, waitingMax] = [1_000, 1_000];

export function refusedStartStore(sql: Sql, keys: DayKeys, log?: Log) {
  const sealed = sealedStarts(keys);
  let waiting: RefusedStart[] = [];
  let [lost, timer] = [0, undefined as NodeJS.Timeout | undefined];
  let writing: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    const [starts, tooMany] = [waiting, lost];
    [waiting, lost] = [[], 0];
    try {
      await sql.transact(function* () {
        const kept: RefusedStart[] = [];
        for (const start of starts) {
          const { count } = yield* run(`${sealed.insert} ON CONFLICT DO NOTHING`, sealed.row(start));
          if (count > 0) kept.push(start);
        }
        yield* addFigures(kept.map(figureOf));
      });
      if (tooMany > 0) log?.warn({ lost: tooMany }, "refused starts are too many to be kept");
    } catch (error) {
      log?.error({ err: error, lost: starts.length + tooMany }, "refused starts are not kept");
    }
  }

  /** Writes what waits, or gives it up where the store is gone. */
  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length > 0) writing = writing.then(write);
    return writing;
  }

  return {
    /** Keeps a start within a second; one that comes with too many others is lost, and counted in the log. */
    note(start: RefusedStart): void {
      timer ??= setTimeout(() => void flush(), waitMs).unref();
      if (waiting.length < waitingMax) waiting.push(start);
      else lost += 1;
    },
    flush,
    /** Forgets what waits. */
    forget(): void {
      waiting = [];
    },
    async fetch(accountSid: string, sid: string): Promise<RefusedStart | undefined> {
      await flush();
      const text = `SELECT ${sealed.fieldColumns} FROM refused_starts WHERE account_sid = $1 AND sid = $2`;
      return (await sql.read(text, [accountSid, sid])).map(sealed.of)[0];
    },
    /** Newest first. */
    async list(accountSid: string, filter: RefusedStartFilter, request: PageRequest, most = examinedMax) {
      await flush();
      const given = { ...filter, ...(filter.recipient && { recipient: keys.hash(filter.recipient) }) };
      return readSparsely(sql, sealed, { accountSid, given, found, fitting, most }, request);
    },
  };
}
