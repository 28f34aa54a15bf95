import { addFigureRows } from "../events/reactions.ts";
import { run, type Sql, type Statement, type Value } from "../sql/text.ts";
import { type CountColumn, countColumns, dayMs, dimensions, figureTable, hourMs, partOf, unitMs } from "./figure.ts";

type Unit = "hour" | "day";

interface FigureRequest {
  accountSid: string;
  serviceSid?: string | undefined;
  group: (typeof dimensions)[number] | "service_sid";
  by: Unit;
  /** The beginning of an hour, or of a day. */
  from: number;
  /** The end of one. */
  to: number;
}

export interface CountedGroup {
  /** When its hour or day began. */
  at: number;
  /** Empty for what has none. */
  group: string;
  counts: Record<CountColumn, number>;
}

/** For so many days hours are told apart, and for so many days. */
export const keptDays = { hour: 35, day: 400 } as const;

export type FigureStore = ReturnType<typeof figureStore>;

export function figureStore(sql: Sql) {
  return {
    /** What happened in a period, oldest first. What nothing happened in is left out. */
    async read({ by, from, to, ...request }: FigureRequest): Promise<CountedGroup[]> {
      const unit = unitMs[by];
      const found = await Promise.all(sourcesOf(by, from, to).map((source) => readSource(sql, request, source)));
      const groups = new Map<string, CountedGroup>();
      for (const [hour, group, ...counts] of found.flat() as [number, string, ...number[]][]) {
        const at = hour - (hour % unit);
        const counted = groups.get(`${at} ${group}`) ?? { at, group, counts: { ...nothing } };
        groups.set(`${at} ${group}`, counted);
        for (const [index, column] of countColumns.entries()) counted.counts[column] += Number(counts[index]);
      }
      return [...groups.values()].sort((one, other) => one.at - other.at || (one.group < other.group ? -1 : 1));
    },
    /** Sums up the hours that are over, and drops what is kept no longer. */
    async sumUp(now: number): Promise<void> {
      const next = async (after: string) =>
        (await sql.read("SELECT min(account_sid) FROM figures WHERE account_sid > $1", [after]))[0]?.[0] as
          | string
          | null;
      for (let account = await next(""); account !== null; account = await next(account)) {
        await sumUpAccount(sql, account, now);
      }
    },
  };
}

const units = ["hour", "day"] as const;
const nothing = Object.fromEntries(countColumns.map((column) => [column, 0])) as CountedGroup["counts"];

/** Rows of a period: the sums of its hours or its days, or what is not summed up yet. */
interface Source {
  rows: Unit | "unsummed";
  from: number;
  to: number;
}

/** Where the figures of a period stand, each in one place. */
function sourcesOf(by: Unit, from: number, to: number): Source[] {
  const unsummed: Source = { rows: "unsummed", from, to };
  const [firstDay, lastDay] = [Math.ceil(from / dayMs) * dayMs, Math.floor(to / dayMs) * dayMs];
  if (by === "hour" || lastDay <= firstDay) return [{ rows: "hour", from, to }, unsummed];
  const sums: Source[] = [
    { rows: "hour", from, to: firstDay },
    { rows: "day", from: firstDay, to: lastDay },
    { rows: "hour", from: lastDay, to },
  ];
  return [...sums.filter((source) => source.from < source.to), unsummed];
}

function readSource(
  sql: Sql,
  { accountSid, serviceSid, group }: Omit<FigureRequest, "by" | "from" | "to">,
  { rows, from, to }: Source,
) {
  // Of a service the sums by channel tell as much, and every dimension before it is empty: so rows come in their order.
  const dimension = group === "service_sid" ? "channel" : group;
  const part = rows === "unsummed" ? ">= 0" : `= ${partOf(rows, dimension)}`;
  const ordered = figureTable.key.slice(2, figureTable.key.indexOf(group) + 1);
  return sql.read(
    `SELECT hour, ${group}, ${countColumns.map((column) => `sum(${column})`)} FROM figures
     WHERE account_sid = $1 AND part ${part} AND hour >= $2 AND hour < $3 ${serviceSid === undefined ? "" : "AND service_sid = $4"}
     GROUP BY ${ordered}`,
    [accountSid, from, to, ...(serviceSid === undefined ? [] : [serviceSid])],
  );
}

async function sumUpAccount(sql: Sql, accountSid: string, now: number): Promise<void> {
  // Whoever decided in an hour has written it an hour later.
  await eachHour(sql, { accountSid, part: ">= 0", before: now - 2 * hourMs }, summed);
  for (const unit of units) {
    const before = Math.floor((now - keptDays[unit] * dayMs) / dayMs) * dayMs;
    for (const dimension of dimensions) {
      await eachHour(sql, { accountSid, part: `= ${partOf(unit, dimension)}`, before }, () => []);
    }
  }
}

/** Takes rows away, an hour in one transaction, and adds what is to stand there in their place. */
async function eachHour(
  sql: Sql,
  { accountSid, part, before }: { accountSid: string; part: string; before: number },
  replaced: (rows: Value[][]) => Statement[],
): Promise<void> {
  const where = `account_sid = $1 AND part ${part}`;
  const first = async () =>
    (await sql.read(`SELECT min(hour) FROM figures WHERE ${where} AND hour < $2`, [accountSid, before]))[0]?.[0] as
      | number
      | null;
  for (let hour = await first(); hour !== null; hour = await first()) {
    await sql.transact(function* () {
      const { rows } = yield* run(
        `DELETE FROM figures WHERE ${where} AND hour = $2 RETURNING ${[...figureTable.key, ...countColumns]}`,
        [accountSid, hour],
      );
      yield* replaced(rows as Value[][]);
    });
  }
}

/** What rows of one hour come to, by each dimension, for that hour and for its day: a day is always its hours. */
function summed(rows: Value[][]): Statement[] {
  const sums = new Map<string, Value[]>();
  for (const [accountSid = null, , hour, ...others] of rows) {
    const [serviceSid = null, ...counts] = others.slice(dimensions.length);
    for (const unit of units) {
      const at = Number(hour) - (Number(hour) % unitMs[unit]);
      for (const [index, dimension] of dimensions.entries()) {
        const part = partOf(unit, dimension);
        const name = `${part} ${others[index]} ${serviceSid}`;
        const alone = dimensions.map((_, place) => (place === index ? (others[place] ?? "") : ""));
        const sum = sums.get(name);
        if (sum) for (const [place, count] of counts.entries()) addAt(sum, sum.length - counts.length + place, count);
        else sums.set(name, [accountSid, part, at, ...alone, serviceSid, ...counts]);
      }
    }
  }
  return addFigureRows(sums);
}

function addAt(row: Value[], place: number, count: Value): void {
  row[place] = Number(row[place]) + Number(count);
}
