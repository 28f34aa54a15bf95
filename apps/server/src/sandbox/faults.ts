import { setTimeout as pause } from "node:timers/promises";
import { type OpenApiDocument, operationsOf } from "@countersign/document";
import type { SandboxFaults } from "@countersign/types";
import type { SendWebhook } from "../events/sender.ts";
import type { ObserveRoute } from "../http/app.ts";
import { pathOf } from "../http/request-url.ts";
import type { Handlers, Request } from "../kernel/handler.ts";
import type { Channel } from "../kernel/recipient.ts";
import { accepted, StoreUnavailableError } from "../kernel/refusal.ts";

export type Faults = ReturnType<typeof createFaults>;

const none: SandboxFaults = {
  latency_ms: 0,
  failure_rate: 0,
  failing_channels: [],
  receipt_delay_seconds: 0,
  reorders_receipts: false,
  fails_webhooks: false,
};

/** With these a test prepares what is to happen to others, and people look at that. */
const isSpared = (path: string) => /^\/(sandbox|console)\//.test(path);

/** What the sandbox does worse than it could, until that is cleared. */
export function createFaults(document: OpenApiDocument) {
  const paths = new Map(operationsOf(document).map(({ path, operation }) => [operation.operationId, path]));
  let current = none;
  /** Of what could fail since the faults were set, and of the messages whose receipts are late. */
  let [counted, sent] = [0, 0];
  const closing = new AbortController();

  function isFailing(): boolean {
    const failuresIn = (count: number) => Math.floor(count * current.failure_rate + 1e-9);
    counted += 1;
    return failuresIn(counted) > failuresIn(counted - 1);
  }

  return {
    current: () => current,
    set(faults: SandboxFaults): void {
      current = faults;
      [counted, sent] = [0, 0];
    },
    clear(): void {
      current = none;
    },
    /** Nobody waits any longer. */
    close: () => closing.abort(),
    /** Has all answers wait. */
    slowed: ((route, respond) => {
      if (route && isSpared(route.path)) return respond;
      return (request, response, parameters) => {
        const { latency_ms } = current;
        if (latency_ms === 0 || isSpared(pathOf(request))) return respond(request, response, parameters);
        const late = pause(latency_ms, undefined, { signal: closing.signal }).catch(() => undefined);
        return late.then(() => respond(request, response, parameters));
      };
    }) satisfies ObserveRoute,
    /** The same operations, but some requests are refused before anything is done. */
    failing<Operations extends object>(operations: Operations): Operations {
      const entries = Object.entries(operations).map(([id, handler]) => {
        if (isSpared(paths.get(id) ?? "")) return [id, handler];
        const failing = (request: unknown) =>
          isFailing() ? Promise.reject(new StoreUnavailableError("The sandbox was told to fail.")) : handler(request);
        return [id, failing];
      });
      return Object.fromEntries(entries);
    },
    /** Whether a message does not simply arrive. */
    isMet: (channel: Channel) =>
      isFailingChannel(current, channel) || current.receipt_delay_seconds > 0 || current.reorders_receipts,
    isFailing: (channel: Channel | "push") => isFailingChannel(current, channel),
    /** How long after its message a receipt comes; undefined for a message that nobody takes. */
    receiptDelayMs(channel: Channel): number | undefined {
      if (isFailingChannel(current, channel)) return undefined;
      sent += 1;
      const delay = current.receipt_delay_seconds;
      const isLast = current.reorders_receipts && sent % 2 === 1;
      return (isLast ? delay + Math.max(delay, 1) : delay) * 1_000;
    },
    posting:
      (send: SendWebhook): SendWebhook =>
      async (request) =>
        current.fails_webhooks ? { status: 503 } : send(request),
  };
}

function isFailingChannel({ failing_channels }: SandboxFaults, channel: Channel | "push"): boolean {
  return (failing_channels as readonly string[]).includes(channel);
}

export type FaultHandlers = Pick<Handlers, "fetchFaults" | "setFaults" | "clearFaults">;

/** The operations that set the faults. */
export function faultHandlers({ faults }: { faults: Faults }): FaultHandlers {
  return {
    fetchFaults: async () => accepted(faults.current()),
    async setFaults({ body }) {
      faults.set(faultsOf(body));
      return accepted(faults.current());
    },
    async clearFaults() {
      faults.clear();
      return accepted(undefined);
    },
  };
}

function faultsOf(body: Request<"setFaults">["body"]): SandboxFaults {
  return {
    latency_ms: body.LatencyMs ?? none.latency_ms,
    failure_rate: body.FailureRate ?? none.failure_rate,
    failing_channels: [...new Set(body.FailingChannels)],
    receipt_delay_seconds: body.ReceiptDelaySeconds ?? none.receipt_delay_seconds,
    reorders_receipts: body.ReordersReceipts ?? none.reorders_receipts,
    fails_webhooks: body.FailsWebhooks ?? none.fails_webhooks,
  };
}
