import { type Context, type Span, SpanKind } from "@opentelemetry/api";
import type { Routed } from "../delivery/routing.ts";
import type { DeliveryOptions, DeliveryWorker } from "../delivery/worker.ts";
import type { SendWebhook, WebhookResult } from "../events/sender.ts";
import { failSpan, type Spans } from "./tracing-spans.ts";

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
