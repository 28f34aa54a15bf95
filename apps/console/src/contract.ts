/** What operations answer that the document does not have yet. Each line goes when the generated types have it. */
export interface Answers {
  "GET /console/session": ConsoleSession;
  "POST /console/session": ConsoleSession;
  "DELETE /console/session": undefined;
  "GET /console/verifications": { meta: PageMeta; verifications: ConsoleVerification[] };
  "GET /console/verifications/{Sid}": ConsoleVerification;
  "POST /console/verifications/{Sid}": ConsoleVerification;
  "GET /console/verifications/{Sid}/events": { events: VerificationLogEvent[] };
  "POST /console/verifications/{Sid}/reveal": { sid: string; to: string };
  "GET /console/refused_starts": { meta: PageMeta; refused_starts: RefusedStart[] };
  "GET /console/refused_starts/{Sid}": RefusedStart;
  "GET /console/requests": { requests: ConsoleRequest[] };
  "GET /sandbox/faults": Faults;
  "POST /sandbox/faults": Faults;
  "DELETE /sandbox/faults": undefined;
  "GET /sandbox/webhook": SandboxWebhook;
  "POST /sandbox/webhook": SandboxWebhook;
  "DELETE /sandbox/webhook": undefined;
  "POST /sandbox/webhook/test": { sid: string };
}

export interface PageMeta {
  page: number;
  page_size: number;
  previous_page_url: string | null;
  next_page_url: string | null;
}

export interface ConsoleSession {
  mode: "sandbox" | "production";
  account_sid: string;
  actor: string;
  scopes: string[];
  csrf_token: string | null;
  version: string;
  docs_url: string;
  date_expires: string | null;
}

export interface ConsoleVerification {
  sid: string;
  account_sid: string;
  service_sid: string;
  service_name: string | null;
  to: string;
  is_masked: boolean;
  channel: string;
  country: string | null;
  status: string;
  reason: string | null;
  sends: number;
  checks: number;
  sends_left: number;
  checks_left: number;
  error_code: string | null;
  seconds_left: number;
  date_created: string;
  date_updated: string;
  date_expires: string;
}

export interface VerificationLogEvent {
  date: string;
  type: string;
  channel: string | null;
  attempt_sid: string | null;
  provider: string | null;
  tries: number | null;
  error_code: string | null;
  locale: string | null;
  code_length: number | null;
}

export interface RefusedStart {
  sid: string;
  account_sid: string;
  service_sid: string;
  to: string | null;
  is_masked: boolean;
  channel: string | null;
  country: string | null;
  error_code: number;
  parameter: string | null;
  date_created: string;
}

export interface ConsoleRequest {
  sid: string;
  date: string;
  method: string;
  path: string;
  operation_id: string | null;
  status: number;
  error: { code: number; message: string; cause: string; remedy: string; api: "v1" | "v2" } | null;
  milliseconds: number;
  content_type: string | null;
  body: string | null;
  answer: string | null;
}

export interface Faults {
  latency_ms: number;
  failure_rate: number;
  failing_channels: string[];
  receipt_delay_seconds: number;
  reorders_receipts: boolean;
  fails_webhooks: boolean;
}

export interface SandboxWebhook {
  url: string;
  secret: string;
  date_created: string;
}
