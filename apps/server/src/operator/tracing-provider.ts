import { AsyncLocalStorage } from "node:async_hooks";
import {
  type Attributes,
  type Context,
  DiagLogLevel,
  diag,
  ROOT_CONTEXT,
  type Span,
  type SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { type ExportResult, ExportResultCode, setGlobalErrorHandler } from "@opentelemetry/core";
import { defaultResource, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from "@opentelemetry/sdk-trace-base";

/** How traces leave, as the standard variables of OpenTelemetry say. The SDK reads the rest of them itself. */
export interface TracingSetting {
  protocol: "http/protobuf" | "http/json";
  /** Whether a caller's `traceparent` is the parent of its request. */
  readsParent: boolean;
}

type Log = Record<"info" | "warn", (details: object, message: string) => void>;

/**
 * Sets the SDK up as its standard variables say: endpoint, headers, time-outs, sampler, limits, batches, resource. It is
 * not made the global one, so whoever loads another instrumentation beside it gets no surprise. A shutdown sends what is
 * left, and no more after it.
 */
export async function openProvider({ protocol }: TracingSetting, log: Log) {
  const failed = once(log);
  hearSdk(log, failed.report);
  const { OTLPTraceExporter } = await (protocol === "http/json"
    ? import("@opentelemetry/exporter-trace-otlp-http")
    : import("@opentelemetry/exporter-trace-otlp-proto"));
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ "service.name": "countersign" }))
      .merge(resourceFromAttributes(envDetector.detect().attributes ?? {})),
    spanProcessors: [new BatchSpanProcessor(reporting(new OTLPTraceExporter(), failed))],
  });
  return { tracer: provider.getTracer("@countersign/server"), shutdown: () => provider.shutdown() };
}

/** An outage is told when it begins and when it is over, not with every batch that it costs. */
function once(log: Log) {
  let isFailing = false;
  return {
    report(error: unknown) {
      if (!isFailing) log.warn({ reason: reasonOf(error) }, "traces cannot be exported");
      isFailing = true;
    },
    clear() {
      if (isFailing) log.info({}, "traces are exported again");
      isFailing = false;
    },
  };
}

function reporting(exporter: SpanExporter, { report, clear }: ReturnType<typeof once>): SpanExporter {
  return {
    export: (spans, done) =>
      exporter.export(spans, (result: ExportResult) => {
        if (result.code === ExportResultCode.SUCCESS) clear();
        else report(result.error);
        done({ code: ExportResultCode.SUCCESS });
      }),
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}

/** A code where there is one: texts of the network name an address, those of the SDK do not. */
function reasonOf(error: unknown): string | number {
  const { code, message } = error as { code?: string | number; message?: string };
  return code ?? message ?? "unknown";
}

/** What the SDK says of its variables, each once; how many spans it dropped is no new sentence. */
function hearSdk(log: Log, report: (error: unknown) => void): void {
  const told = new Set<string>();
  const tell = (text: string) => {
    const sentence = text.replace(/\d+/g, "");
    if (told.has(sentence) || told.size >= 100) return;
    told.add(sentence);
    log.warn({ detail: text }, "OpenTelemetry");
  };
  const quiet = () => undefined;
  const logger = { error: tell, warn: tell, info: quiet, debug: quiet, verbose: quiet };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  setGlobalErrorHandler(report);
}

/** Runs work in spans. */
export interface Spans {
  /** The span that this code runs in, if any. */
  current(): Context | undefined;
  /** Runs work in a span of its own, which ends with it. What is thrown is named, and not repeated. */
  run<T>(options: SpanOptions, work: () => Promise<T>, describe?: (span: Span, result: T) => void): Promise<T>;
  /** Runs work, and all that it begins, in no span. */
  leave<T>(work: () => T): T;
}

interface SpanOptions {
  name: string;
  kind: SpanKind;
  attributes: Attributes;
  /** Without one, it is the first of a trace. */
  parent?: Context | undefined;
}

export function createSpans(tracer: Tracer): Spans {
  const contexts = new AsyncLocalStorage<Context | undefined>();
  return {
    current: () => contexts.getStore(),
    leave: (work) => contexts.run(undefined, work),
    async run({ name, parent = ROOT_CONTEXT, ...options }, work, describe) {
      const span = tracer.startSpan(name, options, parent);
      try {
        const result = await contexts.run(trace.setSpan(parent, span), work);
        describe?.(span, result);
        return result;
      } catch (error) {
        failSpan(span, error instanceof Error ? error.name : "unknown");
        throw error;
      } finally {
        span.end();
      }
    },
  };
}

/** @param type is one of few */
export function failSpan(span: Span, type: string): void {
  span.setAttribute("error.type", type).setStatus({ code: SpanStatusCode.ERROR });
}
