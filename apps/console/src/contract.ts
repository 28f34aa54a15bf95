import type { PageMeta } from "@countersign/client";

/** What operations answer that the document does not have yet. Each line goes when the generated types have it. */
export interface Answers {
  "GET /console/figures": Figures;
  "GET /console/audit": { meta: PageMeta; entries: AuditEntry[] };
  "GET /console/providers": { providers: ConsoleProvider[]; queue: { messages: number; oldest_seconds: number } };
  "POST /console/providers/{Name}": ConsoleProvider;
  "POST /console/providers/{Name}/test": { status: string; error_code: string | null; provider: string };
  "GET /console/posts": { meta: PageMeta; posts: Post[] };
  "POST /console/posts/{Sid}": Post;
  "GET /console/guard": GuardState;
  "GET /console/guard/verdict": GuardVerdict;
  "DELETE /console/guard/prefixes/{Prefix}": undefined;
}

export interface Counts {
  starts: number;
  sends: number;
  delivered: number;
  undelivered: number;
  approvals: number;
  refused_checks: number;
  locks: number;
  cancellations: number;
  refused_starts: number;
}

type Times = { approval_seconds_p50: number | null; approval_seconds_p95: number | null };

export interface Figures {
  by: "hour" | "day";
  group: string;
  after: string;
  before: string;
  figures: (Counts & { date: string; group: string })[];
  totals: (Counts & { group: string })[];
  sum: Counts & Times;
  former: Counts & Times;
}

export interface AuditEntry {
  sid: string;
  date: string;
  actor: string;
  address: string | null;
  action: string;
  resource_type: string;
  resource_sid: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

export interface ConsoleProvider {
  name: string;
  channels: string[];
  prefixes: string[];
  state: "up" | "failing" | "unknown" | "paused";
  last_error: string | null;
  date_last_success: string | null;
  date_last_failure: string | null;
}

export interface Post {
  sid: string;
  service_sid: string;
  webhook_id: string;
  status: string;
  tries: number;
  error: string | null;
  payload: object;
  date_created: string;
  date_next_try: string | null;
}

export interface GuardPrefix {
  prefix: string;
  country: string | null;
  starts: number;
  approvals: number;
  starts_left: number;
  times: number;
  date_suspected: string;
  date_ends: string;
}

export interface GuardLimit {
  name: string;
  used: number;
  max: number;
  seconds: number;
}

export interface GuardCountry {
  country: string;
  channels: Record<string, "allowed" | "guarded" | "blocked">;
}

export interface GuardState {
  mode: "on" | "observe" | "off";
  prefixes: GuardPrefix[];
  limits: GuardLimit[];
  countries: GuardCountry[];
}

export interface GuardVerdict {
  would_send: boolean;
  error_code: number | null;
  reason: string | null;
  country: string | null;
  line_type: string | null;
}
