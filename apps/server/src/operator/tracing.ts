import { isSpanContextValid, SpanKind, trace } from "@opentelemetry/api";
import type { Logger } from "pino";
import type { SendWebhook } from "../events/sender.ts";
import { within } from "../kernel/under-way.ts";
import type { Store } from "../store/store.ts";
import { createDeliveryObserver, createRouteObserver, observeSender } from "./tracing-observers.ts";
import { createSpans, openProvider, type Spans, type TracingSetting } from "./tracing-provider.ts";

export type Tracing = Awaited<ReturnType<typeof createTracing>>;

/**
 * Spans of what a server does. Their names and attributes are names of the document and of the domain, ids that were made
 * here, and codes of errors: never what a caller sent, nor what is sent to anybody.
 * @param system the database's name in the conventions of OpenTelemetry.
 */
export async function createTracing(setting: TracingSetting, system: string, logger: Logger) {
  const { tracer, shutdown } = await openProvider(setting, logger);
  const spans = createSpans(tracer);
  return {
    /** What answers requests, each in a span, below the caller's if it names one. */
    observeRoute: createRouteObserver(spans, setting.readsParent),
    /** The same store, each of whose calls is in a span below the request that makes it. */
    observeStore(store: Store): Store {
      // What asks the database nothing answers at once.
      const { clock, aheadMs, checkpointFailures, react, close } = store;
      const observed = observeCalls(store, "store", system, spans);
      return { ...observed, clock, aheadMs, checkpointFailures, react, close };
    },
    ...createDeliveryObserver(spans),
    /** The same sender of webhooks, each of whose tries is in a span. */
    observeWebhooks: (send: SendWebhook) => observeSender(spans, send),
    /** The same log, whose lines name the span that they are written in. */
    observeLog: (log: Logger) => observeLines(log, spans),
    /** The same end of a server, after which what is left is sent. */
    observeClose: (close: () => Promise<void>) => () => closeThenShutDown(close, shutdown),
  };
}

function observeCalls<T extends object>(part: T, prefix: string, system: string, spans: Spans): T {
  const observed = Object.entries(part).map(([key, member]) => {
    const name = `${prefix}.${key}`;
    if (typeof member !== "function") return [key, observeCalls(member, name, system, spans)];
    const options = { name, kind: SpanKind.CLIENT, attributes: { "db.system.name": system } };
    const call = (...args: unknown[]) => {
      const parent = spans.current();
      // A worker that looks every second whether something is due has nothing to tell.
      return parent ? spans.run({ ...options, parent }, () => member(...args)) : member(...args);
    };
    return [key, call];
  });
  return Object.fromEntries(observed);
}

function observeLines(logger: Logger, spans: Spans): Logger {
  const observed = logger.child({});
  for (const level of ["info", "warn", "error"] as const) {
    observed[level] = (details: object, message?: string) => logger[level]({ ...idsOf(spans), ...details }, message);
  }
  return observed;
}

/** Named as in the conventions for logs. */
function idsOf(spans: Spans): object {
  const context = spans.current();
  const span = context && trace.getSpanContext(context);
  return span && isSpanContextValid(span) ? { trace_id: span.traceId, span_id: span.spanId } : {};
}

/** A collector gets what is left of the eight seconds in which a process ends, and three of them at most. */
const [stopMs, patienceMs] = [7_400, 3_000];

async function closeThenShutDown(close: () => Promise<void>, shutdown: () => Promise<void>): Promise<void> {
  const begun = performance.now();
  await close();
  const leftMs = Math.max(0, stopMs - (performance.now() - begun));
  await within(
    Math.min(leftMs, patienceMs),
    shutdown().catch(() => undefined),
  );
}
