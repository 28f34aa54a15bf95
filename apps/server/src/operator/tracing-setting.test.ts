import { expect, test } from "vitest";
import { readTracing } from "./tracing-setting.ts";

const OTEL_EXPORTER_OTLP_ENDPOINT = "http://127.0.0.1:4318";
const setting = { protocol: "http/protobuf", readsParent: true };

test.each([
  [{}],
  [{ OTEL_SERVICE_NAME: "countersign", OTEL_TRACES_SAMPLER: "always_on" }],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: " " }],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SDK_DISABLED: "TRUE" }],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_EXPORTER: "none" }],
])("%j exports nothing, and nothing is wrong with it", (env) => {
  expect(readTracing(env)).toEqual({ setting: undefined, problems: [] });
});

test.each([
  [{ OTEL_EXPORTER_OTLP_ENDPOINT }, setting],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://collector/v1/traces", OTEL_SDK_DISABLED: "1" }, setting],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: "http/json" },
    { ...setting, protocol: "http/json" },
  ],
  [
    {
      OTEL_EXPORTER_OTLP_ENDPOINT,
      OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/protobuf",
    },
    setting,
  ],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_PROPAGATORS: "baggage" },
    { ...setting, readsParent: false },
  ],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_PROPAGATORS: "none" },
    { ...setting, readsParent: false },
  ],
])("%j exports", (env, expected) => {
  expect(readTracing(env)).toEqual({ setting: expected, problems: [] });
});

test("what cannot be done is told without the values, and a propagator that is unknown is ignored", () => {
  const problemsOf = (more: Record<string, string>) => readTracing({ OTEL_EXPORTER_OTLP_ENDPOINT, ...more });
  for (const more of [
    { OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4317/hunter2" },
    { OTEL_EXPORTER_OTLP_PROTOCOL: "grpc hunter2" },
    { OTEL_TRACES_EXPORTER: "zipkin,hunter2" },
  ]) {
    const { setting, problems } = problemsOf(more);
    expect([setting, problems.length]).toEqual([undefined, 1]);
    expect(problems[0]).toMatch(/^.*\bOTEL_.* No trace is exported\.$/);
    expect(problems[0]).not.toContain("hunter2");
  }
  const known = problemsOf({ OTEL_PROPAGATORS: "b3,tracecontext" });
  expect([known.setting, known.problems.length]).toEqual([setting, 1]);
});
