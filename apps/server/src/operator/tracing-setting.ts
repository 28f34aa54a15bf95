import type { Logger } from "pino";
import type { Tracing } from "./tracing.ts";
import type { TracingSetting } from "./tracing-provider.ts";

const protocols = ["http/protobuf", "http/json"] as const;
const propagators = ["tracecontext", "baggage", "none"];

/**
 * Reads whether traces are exported: only where an endpoint is set.
 * @returns what is wrong, too, since no trace is worth a server that does not start. It repeats no address and no header.
 */
export function readTracing(env: Record<string, string | undefined>): {
  setting: TracingSetting | undefined;
  problems: string[];
} {
  const value = (name: string) => env[`OTEL_${name}`]?.trim() || undefined;
  const list = (text: string) => text.split(",").map((item) => item.trim());
  const off = { setting: undefined, problems: [] };
  const endpoint = value("EXPORTER_OTLP_TRACES_ENDPOINT") ?? value("EXPORTER_OTLP_ENDPOINT");
  const exporters = list(value("TRACES_EXPORTER") ?? "otlp");
  if (!endpoint || value("SDK_DISABLED")?.toLowerCase() === "true" || exporters.includes("none")) return off;
  const without = (problem: string) => ({ setting: undefined, problems: [`${problem} No trace is exported.`] });
  if (!exporters.includes("otlp")) return without("OTEL_TRACES_EXPORTER can be otlp or none here.");
  if (!/^https?:$/.test(URL.canParse(endpoint) ? new URL(endpoint).protocol : "")) {
    return without("The endpoint of OTEL_EXPORTER_OTLP_… must be http(s)://host.");
  }
  const wanted = value("EXPORTER_OTLP_TRACES_PROTOCOL") ?? value("EXPORTER_OTLP_PROTOCOL") ?? protocols[0];
  const protocol = protocols.find((known) => known === wanted);
  if (!protocol) return without("OTEL_EXPORTER_OTLP_PROTOCOL can be http/protobuf or http/json here.");
  const named = list(value("PROPAGATORS") ?? "tracecontext,baggage");
  return {
    setting: { protocol, readsParent: named.includes("tracecontext") && !named.includes("none") },
    problems: named.every((name) => propagators.includes(name))
      ? []
      : ["Of OTEL_PROPAGATORS, only tracecontext, baggage and none are known here."],
  };
}

/** Loads what traces take, where they are exported, and tells what is wrong with the variables. */
export async function openTracing(
  env: Record<string, string | undefined>,
  databaseUrl: string,
  logger: Logger,
): Promise<Tracing | undefined> {
  const { setting, problems } = readTracing(env);
  for (const problem of problems) logger.warn({ problem }, "OpenTelemetry");
  if (!setting) return undefined;
  const { createTracing } = await import("./tracing.ts");
  return createTracing(setting, databaseUrl.startsWith("sqlite:") ? "sqlite" : "postgresql", logger);
}
