import type { Logger } from "pino";
import { address, choice, type Env, readEnv, setting } from "../kernel/setting.ts";
import type { Tracing } from "./tracing.ts";
import type { TracingSetting } from "./tracing-provider.ts";

const list = (text: string) => text.split(",").map((item) => item.trim());

const settings = {
  exporter: setting(
    "OTEL_TRACES_EXPORTER",
    {
      must: "can be otlp or none here",
      read: (text) => (list(text).includes("otlp") ? "otlp" : undefined),
    },
    "otlp",
  ),
  endpoint: setting("OTEL_EXPORTER_OTLP_ENDPOINT", address("must be http(s)://host", /^https?:$/)),
  protocol: setting("OTEL_EXPORTER_OTLP_PROTOCOL", choice("http/protobuf", "http/json"), "http/protobuf"),
};
const propagators = ["tracecontext", "baggage", "none"];

/**
 * Reads whether traces are exported: only where an endpoint is set.
 * @returns what is wrong, too, since no trace is worth a server that does not start. It repeats no address and no header.
 */
export function readTracing(env: Env): { setting: TracingSetting | undefined; problems: string[] } {
  // What is said of traces alone comes before what is said of all that is exported.
  const given = (name: string) =>
    [name.replace("_OTLP_", "_OTLP_TRACES_"), name].map((each) => env[each]?.trim()).find((text) => text);
  const isOff =
    given(settings.endpoint.name) === undefined ||
    given("OTEL_SDK_DISABLED")?.toLowerCase() === "true" ||
    list(given(settings.exporter.name) ?? "").includes("none");
  if (isOff) return { setting: undefined, problems: [] };
  const texts = Object.values(settings).map(({ name }) => [name, given(name)]);
  const { values, problems } = readEnv(Object.fromEntries(texts), settings);
  if (problems.length > 0) {
    return { setting: undefined, problems: problems.map((problem) => `${problem} No trace is exported.`) };
  }
  const named = list(given("OTEL_PROPAGATORS") ?? "tracecontext,baggage");
  return {
    setting: { protocol: values.protocol, readsParent: named.includes("tracecontext") && !named.includes("none") },
    problems: named.every((name) => propagators.includes(name))
      ? []
      : ["Of OTEL_PROPAGATORS, only tracecontext, baggage and none are known here."],
  };
}

/** Loads what traces take, where they are exported, and tells what is wrong with the variables. */
export async function openTracing(env: Env, databaseUrl: string, logger: Logger): Promise<Tracing | undefined> {
  const { setting, problems } = readTracing(env);
  for (const problem of problems) logger.warn({ problem }, "OpenTelemetry");
  if (!setting) return undefined;
  const { createTracing } = await import("./tracing.ts");
  return createTracing(setting, databaseUrl.startsWith("sqlite:") ? "sqlite" : "postgresql", logger);
}
