import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { headingId } from "../../docs/src/addresses.ts";
import { publishedUrl } from "../../docs/src/published-url.ts";
import { createMetrics } from "../src/operator/metrics.ts";
import { codeOf } from "../test-support/authenticator.ts";
import { startDatabases } from "../test-support/databases.ts";
import { startProduction } from "../test-support/production.ts";
import { askedBy } from "../test-support/promql.ts";

interface Rule {
  alert: string;
  expr: string;
  for?: string;
  labels: { severity: string };
  annotations: Record<"summary" | "description" | "runbook_url", string>;
}
interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  gridPos: Record<"x" | "y" | "w" | "h", number>;
  targets?: { expr: string; legendFormat?: string }[];
}

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const read = (name: string) => readFileSync(pathOf(name), "utf8");
const guide = (name: string) => read(`../../../spec/guides/${name}.md`);
const rules: Rule[] = parse(read("chart/monitoring/rules.yaml")).groups.flatMap(
  ({ rules }: { rules: Rule[] }) => rules,
);
const dashboard = JSON.parse(read("chart/monitoring/dashboard.json"));
const panels: Panel[] = dashboard.panels;
const shown = panels.flatMap(({ targets = [] }) => targets);
/** Grafana puts the width of a point in its place. */
const queries = [...rules, ...shown].map(({ expr }) => expr.replaceAll("$__rate_interval", "5m"));

/** By name, each label with the values that it has. */
let figures: Map<string, Map<string, Set<string>>>;
beforeAll(async () => {
  figures = figuresIn(await textOfFigures());
});

test("every figure, every label and every value that the dashboard and the alerts ask for is one that a server has", () => {
  const faults = queries.flatMap((query) =>
    askedBy(query).flatMap(({ metric, labels }) => {
      const found = figures.get(metric);
      if (!found) return `${metric}: ${query}`;
      return labels
        .filter(({ name, isMatch }) => {
          const values = found.get(name);
          return !values || (isMatch && ![...values].some(isMatch));
        })
        .map(({ name }) => `${metric}, ${name}: ${query}`);
    }),
  );
  expect(faults).toEqual([]);
  expect(() => askedBy("sum(")).toThrow();
  expect(askedBy('sum by (le) (lost{a=~"b|c"})')[0]?.labels.map(({ name }) => name)).toEqual(["a", "le"]);
});

test("the dashboard shows every figure of the service's own, and says of each panel what it is", () => {
  const asked = new Set(queries.slice(rules.length).flatMap((query) => askedBy(query).map(({ metric }) => metric)));
  const own = [...figures.keys()].filter((name) => name.startsWith("countersign_") && !/_(sum|count)$/.test(name));
  expect(own.filter((name) => !asked.has(name))).toEqual([]);
  expect(panels.filter(({ type, description }) => type !== "row" && !description).map(({ title }) => title)).toEqual(
    [],
  );
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const places = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
  );
  expect(new Set(places).size, "no panel lies on another").toBe(places.length);
});

test("a legend names labels that its query keeps", () => {
  const faults = shown.filter(({ expr, legendFormat = "" }) => {
    const kept = new Set(
      askedBy(expr.replaceAll("$__rate_interval", "5m")).flatMap(({ labels }) => labels.map(({ name }) => name)),
    );
    // A target has it whatever it tells.
    return [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].some(([, name = ""]) => name !== "instance" && !kept.has(name));
  });
  expect(faults).toEqual([]);
});

describe("the alerts", () => {
  test("say what they are about, whom they call, and where it stands what to do", () => {
    const heading = /^## (.*)$/gm;
    const base = `${publishedUrl}guides/operating/index.html#`;
    const places = [...guide("operating").matchAll(heading)].map(([, text = ""]) => `${base}${headingId(text)}`);
    for (const { alert, labels, annotations } of rules) {
      expect(Object.keys(annotations).sort(), alert).toEqual(["description", "runbook_url", "summary"]);
      expect(["page", "ticket"], alert).toContain(labels.severity);
      expect(places, alert).toContain(annotations.runbook_url);
    }
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });

  test("are those that the guide lists, and each is tried in the tests of rules", () => {
    const listed = [...guide("deploying").matchAll(/^\| `(Countersign\w+)` +\| (\w+) +\| (.*?) +\|$/gm)];
    expect(listed.map(([, alert, severity]) => [alert, severity])).toEqual(
      rules.map(({ alert, labels }) => [alert, labels.severity]),
    );
    for (const [index, { alert, expr, for: time = "" }] of rules.entries()) {
      const [, , , when = ""] = listed[index] ?? [];
      const minutes = Number.parseInt(time, 10);
      const told = /(?:for|after) (\d+|a) minutes?\b/.exec(when)?.[1];
      if (told) expect(told === "a" ? 1 : Number(told), alert).toBe(minutes);
      const [, share] = /(?:more|less) than (\d+) %/.exec(when) ?? [];
      if (share) expect(expr, alert).toMatch(new RegExp(`[<>] ${Number(share) / 100}\\b`));
      const [, least = ""] = /more than (five|ten|50)\b/.exec(when) ?? [];
      if (share && alert !== "CountersignServerErrors")
        expect(least, `${alert} counts from a least number on`).not.toBe("");
      if (least) expect(expr.trim(), alert).toMatch(new RegExp(`> ${{ five: 5, ten: 10 }[least] ?? least}$`));
    }
    const tried = new Set(read("rules.test.yaml").match(/Countersign\w+/g));
    expect(rules.filter(({ alert }) => !tried.has(alert)).map(({ alert }) => alert)).toEqual([]);
  });

  test.runIf(isInstalled("promtool"))("are rules to Prometheus, and fire when they are to, and not before", () => {
    execFileSync("promtool", ["check", "rules", pathOf("chart/monitoring/rules.yaml")], { stdio: "pipe" });
    execFileSync("promtool", ["test", "rules", pathOf("rules.test.yaml")], { stdio: "pipe" });
    execFileSync("promtool", ["check", "config", "--syntax-only", pathOf("monitoring/prometheus.yml")], {
      stdio: "pipe",
    });
  });
});

function isInstalled(program: string): boolean {
  return spawnSync(program, ["--version"]).status === 0;
}

/** Of a server to which has happened what it counts; what takes others to happen is told to its counters. */
async function textOfFigures(): Promise<string> {
  const databases = await startDatabases();
  const metrics = createMetrics(Date.now);
  const databaseUrl = await databases.create("SQLite");
  const server = await startProduction({
    databaseUrl,
    secret: randomBytes(32).toString("base64url"),
    isHeld: true,
    metrics,
  });
  try {
    const { api, sent } = server;
    const serviceSid = await api.createService();
    const To = "+14155552671";
    await api.start(serviceSid, { To });
    await server.deliver();
    const code = sent[0]?.code ?? "";
    await api.check(serviceSid, { To, Code: code === "000000" ? "000001" : "000000" });
    await api.check(serviceSid, { To, Code: code });
    await api.check(serviceSid, { To: "+14155552672", Code: "000000" });
    metrics.answered({ status: 503, ms: 1 });
    for (const result of ["sent", "retry", "failed", "ended"] as const)
      metrics.tried({ channel: "sms", provider: "smpp smsc.example.com", result });
    for (const status of ["delivered", "undelivered", "failed"])
      metrics.received({ provider: "smpp smsc.example.com", status, isKnown: true });
    metrics.received({ provider: "smpp smsc.example.com", status: "delivered", isKnown: false });
    for (const isObserved of [false, true]) metrics.blocked("prefix", isObserved);
    for (const result of ["done", "retry", "parked"] as const) metrics.posted({ webhook: "events", result });
    const entity = `/v2/Services/${serviceSid}/Entities/person-00000001`;
    const { body } = await api.call("POST", `${entity}/Factors`, { FriendlyName: "Phone", FactorType: "totp" });
    const { sid: FactorSid, binding } = body as unknown as { sid: string; binding: { uri: string } };
    const AuthPayload = codeOf(binding.uri);
    await api.call("POST", `${entity}/Factors/${FactorSid}`, { AuthPayload });
    await api.call("POST", `${entity}/Challenges`, { FactorSid, AuthPayload });
    return await (await fetch(`http://127.0.0.1:${server.operatorPort}/metrics`)).text();
  } finally {
    await server.close();
    await databases.stop();
  }
}

function figuresIn(text: string): typeof figures {
  const found: typeof figures = new Map();
  for (const line of text.split("\n")) {
    const [, declared] = /^# TYPE (\w+) (?!histogram)/.exec(line) ?? [];
    const [, sampled, labels = ""] = /^(\w+)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
    const name = declared ?? sampled;
    if (!name) continue;
    const ofName = found.get(name) ?? new Map<string, Set<string>>();
    found.set(name, ofName);
    for (const [, label = "", value = ""] of labels.matchAll(/(\w+)="([^"]*)"/g))
      ofName.set(label, (ofName.get(label) ?? new Set()).add(value));
  }
  return found;
}
