import { unwrap } from "@countersign/client";
import { useEffect, useRef, useState } from "preact/hooks";
import { client } from "../api.ts";
import { useEvery } from "../load.ts";
import {
  isHoldingUp,
  merged,
  type PageKey,
  pageAfter,
  type Row,
  rowOfRefusedStart,
  rowOfVerification,
  type Stream,
} from "./rows.ts";

export type LogFilters = Record<string, string>;

const pageSize = 50;
const everySeconds = 5;

interface Log {
  rows: Row[] | undefined;
  error: unknown;
  /** How many came since: they wait, so that nothing moves under the cursor. */
  waiting: number;
  showNewest: () => void;
  /** Undefined when there is nothing older. */
  showOlder: (() => void) | undefined;
}

/** The verifications and the refused starts that fit the filters, as one list that goes on. */
export function useLog(filters: LogFilters): Log {
  const [streams, setStreams] = useState<Stream[]>();
  const [error, setError] = useState<unknown>();
  const [waiting, setWaiting] = useState(0);
  const cause = JSON.stringify(filters);
  // An answer to filters that were changed meanwhile, or to a question asked before a newer one, is nobody's any more.
  const round = useRef(0);
  const ask = (work: () => Promise<Stream[]>, take: (found: Stream[]) => void) => {
    round.current += 1;
    const mine = round.current;
    const isWanted = () => mine === round.current;
    work().then(
      (found) => {
        if (!isWanted()) return;
        take(found);
        setError(undefined);
      },
      (refusal) => isWanted() && setError(refusal),
    );
  };
  const showNewest = () =>
    ask(
      () => firstPages(filters),
      (found) => {
        setStreams(found);
        setWaiting(0);
      },
    );
  useEffect(showNewest, [cause]);
  useEvery(everySeconds, () => {
    if (!streams) return showNewest();
    ask(
      () => firstPages(filters),
      (found) => {
        const { known, unknown } = compare(streams, found);
        setStreams(known);
        setWaiting(unknown);
      },
    );
  });
  const goesOn = streams?.some(({ next }) => next) ?? false;
  const showOlder = () => streams && ask(() => withOlder(filters, streams), setStreams);
  return { rows: streams && merged(streams), error, waiting, showNewest, showOlder: goesOn ? showOlder : undefined };
}

/** What became of the rows that are shown, in their places, and how many others came on top. */
export function compare(shown: Stream[], found: Stream[]): { known: Stream[]; unknown: number } {
  const latest = new Map(found.flatMap(({ rows }) => rows.map((row) => [row.sid, row])));
  const known = shown.map(({ rows, next }) => ({ rows: rows.map((row) => latest.get(row.sid) ?? row), next }));
  const sids = new Set(shown.flatMap(({ rows }) => rows.map(({ sid }) => sid)));
  return { known, unknown: [...latest.keys()].filter((sid) => !sids.has(sid)).length };
}

/** Refused starts have neither status nor tags, so a filter by these leaves them out; `refused` leaves out all others. */
async function firstPages(filters: LogFilters): Promise<Stream[]> {
  return Promise.all(kindsOf(filters).map((kind) => kind(filters)));
}

async function withOlder(filters: LogFilters, streams: Stream[]): Promise<Stream[]> {
  const kinds = kindsOf(filters);
  return Promise.all(
    streams.map(async (stream, index) => {
      const kind = kinds[index];
      if (!kind || !isHoldingUp(stream, streams)) return stream;
      const { rows, next } = await kind(filters, stream.next);
      return { rows: [...stream.rows, ...rows], next };
    }),
  );
}

type Kind = (filters: LogFilters, page?: PageKey) => Promise<Stream>;

function kindsOf({ status, tag }: LogFilters): Kind[] {
  if (status === "refused") return [refusedStarts];
  return status || tag ? [verifications] : [verifications, refusedStarts];
}

/** What was typed goes to the server as it is, which says what is wrong with it. */
type Query = { status: "pending"; channel: "sms" };

async function verifications(filters: LogFilters, page?: PageKey): Promise<Stream> {
  const query = { PageSize: pageSize, ...(filters as Partial<Query>), ...page };
  const { verifications, meta } = await unwrap(client.GET("/console/verifications", { params: { query } }));
  return { rows: verifications.map(rowOfVerification), next: pageAfter(meta) };
}

async function refusedStarts({ status: _, tag: __, ...filters }: LogFilters, page?: PageKey): Promise<Stream> {
  const query = { PageSize: pageSize, ...(filters as Partial<Query>), ...page };
  const { refused_starts, meta } = await unwrap(client.GET("/console/refused_starts", { params: { query } }));
  return { rows: refused_starts.map(rowOfRefusedStart), next: pageAfter(meta) };
}
