import type { ConsoleVerification, PageMeta, RefusedStart } from "@countersign/client";

/** A line of the log: a verification, or a start that was refused and never became one. */
export interface Row {
  sid: string;
  date: string;
  to: string | null;
  isMasked: boolean;
  service: string;
  channel: string | null;
  country: string | null;
  /** The verification's own, or `refused`. */
  status: string;
  sends: number | null;
  checks: number | null;
  /** The code of the refusal, or of the last send that failed. */
  errorCode: string | null;
}

/** What is loaded of one list: its rows, newest first, and the next page where there is one. */
export interface Stream {
  rows: Row[];
  next: PageKey | undefined;
}

export interface PageKey {
  Page: number;
  PageToken: string;
}

/**
 * Two lists, each newest first, as one. Beyond the oldest row of a list that goes on, nothing can be told of the other yet:
 * what is older waits.
 */
export function merged(streams: Stream[]): Row[] {
  const from = horizon(streams);
  const rows = streams.flatMap(({ rows }) => rows).filter(({ date }) => date >= from);
  return rows.sort((a, b) => (a.date === b.date ? 0 : a.date < b.date ? 1 : -1));
}

/** Whether this list has to go on before anything older can be shown. */
export function isHoldingUp(stream: Stream, streams: Stream[]): boolean {
  return stream.next !== undefined && reach(stream) === horizon(streams);
}

function horizon(streams: Stream[]): string {
  return streams.map(reach).sort().at(-1) ?? "";
}

/** How far back a list is known: without an end so far to its oldest row, else for ever. An empty page says nothing. */
function reach({ rows, next }: Stream): string {
  return next ? (rows.at(-1)?.date ?? "9") : "";
}

/** What asks for the page after this one. */
export function pageAfter({ next_page_url: url }: Pick<PageMeta, "next_page_url">): PageKey | undefined {
  if (!url) return undefined;
  const { searchParams } = new URL(url);
  return { Page: Number(searchParams.get("Page")), PageToken: searchParams.get("PageToken") ?? "" };
}

export function rowOfVerification(verification: ConsoleVerification): Row {
  const { sid, to, channel, country, status, sends, checks, service_name, service_sid } = verification;
  return {
    sid,
    to,
    channel,
    country,
    status,
    sends,
    checks,
    date: verification.date_created,
    isMasked: verification.is_masked,
    service: service_name ?? service_sid,
    errorCode: verification.error_code,
  };
}

export function rowOfRefusedStart(refused: RefusedStart): Row {
  const { sid, to, channel, country, service_sid, error_code } = refused;
  return {
    sid,
    to,
    channel,
    country,
    status: "refused",
    sends: null,
    checks: null,
    date: refused.date_created,
    isMasked: refused.is_masked,
    service: service_sid,
    errorCode: String(error_code),
  };
}
