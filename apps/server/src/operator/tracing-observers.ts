import type { IncomingMessage } from "node:http";
import { type Context, ROOT_CONTEXT, type Span, SpanKind, trace } from "@opentelemetry/api";
import { parseTraceParent } from "@opentelemetry/core";
import type { Routed } from "../delivery/routing.ts";
import type { DeliveryOptions, DeliveryWorker } from "../delivery/worker.ts";
import type { SendWebhook, WebhookResult } from "../events/sender.ts";
import type { Answer } from "../http/answers.ts";
import type { ObserveRoute } from "../http/app.ts";
import { requestIdOf } from "../http/request-log.ts";
import { failSpan, type Spans } from "./tracing-provider.ts";

/** Of the conventions for servers of HTTP, all but what repeats the address: recipients and tokens stand in it. */
export function createRouteObserver(spans: Spans, readsParent: boolean): ObserveRoute {
  return (route, respond) => (request, response, parameters) => {
    const method = methods.has(request.method ?? "") ? request.method : undefined;
    return spans.run(
      {
        name: [method ?? "HTTP", ...(route ? [route.path] : [])].join(" "),
        kind: SpanKind.SERVER,
        attributes: {
          "http.request.method": method ?? "_OTHER",
          ...(route && { "http.route": route.path }),
          "countersign.request_id": requestIdOf(request),
        },
        parent: readsParent ? parentOf(request) : undefined,
      },
      () => respond(request, response, parameters),
      describeAnswer,
    );
  };
}

/** The methods that the conventions know. */
const methods = new Set(["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"]);

/** The caller's span. Its `tracestate` is left out: it could hold anything. */
function parentOf({ headers }: IncomingMessage): Context | undefined {
  const parent = typeof headers.traceparent === "string" ? parseTraceParent(headers.traceparent) : null;
  return parent ? trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true }) : undefined;
}

function describeAnswer(span: Span, answer: Answer | undefined): void {
  // The caller broke off.
  if (!answer) return void span.setAttribute("error.type", "aborted");
  span.setAttribute("http.response.status_code", answer.status);
  const code = answer.status >= 400 ? errorCodeOf(answer) : undefined;
  if (code !== undefined) span.setAttribute("countersign.error_code", code);
  if (answer.status >= 500) failSpan(span, String(answer.status));
}

/** The code that the body of an error begins with, of v2 or v1. */
function errorCodeOf({ body }: Answer): number | undefined {
  const code = /^(?:\{"(?:error_)?code":"?|<\?xml[^>]*>\s*<errors>\s*<error-code>)(\d+)/.exec(body)?.[1];
  return code === undefined ? undefined : Number(code);
}

/** Requests whose messages are under way; the oldest is forgotten first. */
const causesMax = 10_000;

/** Spans of tries to hand a message over. */
export function createDeliveryObserver(spans: Spans) {
  const causes = new Map<string, Context>();
  return {
    /** The same hand-over, which leaves the request's span behind, and remembers whose message it is. */
    observeHandOver:
      (handOver: DeliveryWorker["handOver"]): DeliveryWorker["handOver"] =>
      (message, content) => {
        const cause = spans.current();
        const [oldest] = causes.size < causesMax ? [] : causes.keys();
        if (oldest !== undefined) causes.delete(oldest);
        if (cause) causes.set(message.attemptSid, cause);
        // Whoever ends a turn begins those of others, and a connection outlives the message that it was opened for.
        return spans.leave(() => handOver(message, content));
      },

    /** The same try, in a span below the request that caused it, if this process took that. */
    observeTries:
      (carry: DeliveryOptions["carry"]): DeliveryOptions["carry"] =>
      ({ attemptSid, channel, ...message }, content) =>
        spans.run(
          {
            name: `deliver ${channel}`,
            kind: SpanKind.CLIENT,
            attributes: { "countersign.attempt_sid": attemptSid, "countersign.delivery.channel": channel },
            parent: causes.get(attemptSid),
          },
          () => spans.leave(() => carry({ attemptSid, channel, ...message }, content)),
          (span, routed) => {
            if (routed.status !== "retry") causes.delete(attemptSid);
            describeTry(span, routed);
          },
        ),
  };
}

function describeTry(span: Span, routed: Routed): void {
  span.setAttribute("countersign.delivery.result", routed.status);
  if (routed.provider !== undefined) span.setAttribute("countersign.delivery.provider", routed.provider);
  if (!("errorCode" in routed)) return;
  span.setAttribute("countersign.delivery.error_code", routed.errorCode);
  failSpan(span, routed.errorCode);
}

/** The same sender, each of whose tries is a span; of where it goes, nothing is told. */
export function observeSender(spans: Spans, send: SendWebhook): SendWebhook {
  const options = {
    name: "deliver webhook",
    kind: SpanKind.CLIENT,
    attributes: { "http.request.method": "POST" },
  };
  return (request) => spans.run(options, () => send(request), describeResult);
}

function describeResult(span: Span, result: WebhookResult): void {
  if ("status" in result) span.setAttribute("http.response.status_code", result.status);
  if ("error" in result) failSpan(span, result.error);
  else if (result.status < 200 || result.status >= 300) failSpan(span, String(result.status));
}
