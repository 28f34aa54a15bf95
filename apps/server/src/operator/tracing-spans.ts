import { AsyncLocalStorage } from "node:async_hooks";
import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  type SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";

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
