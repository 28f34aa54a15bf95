import type { IncomingMessage } from "node:http";
import { type Context, ROOT_CONTEXT, type Span, SpanKind, trace } from "@opentelemetry/api";
import { parseTraceParent } from "@opentelemetry/core";
import type { Answer } from "../http/answers.ts";
import type { ObserveRoute } from "../http/app.ts";
import { requestIdOf } from "../http/request-log.ts";
import { failSpan, type Spans } from "./tracing-spans.ts";

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
