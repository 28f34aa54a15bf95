import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { problemsOfServing, readConfig } from "../src/config.ts";
import { type Manifest, openChart } from "../test-support/chart.ts";
import { faultsOf } from "../test-support/kubernetes.ts";

const folder = new URL("chart/", import.meta.url);
const chart = openChart(folder);
const needed = { publicUrl: "https://verify.example.com" };

const variants: Record<string, Record<string, unknown>> = {
  "the fewest values": needed,
  "everything on": {
    ...needed,
    image: { repository: "registry.example.com/countersign", digest: `sha256:${"0".repeat(64)}` },
    imagePullSecrets: [{ name: "registry" }],
    secrets: {
      name: "verify",
      settings: {
        COUNTERSIGN_SECRET: "secret",
        COUNTERSIGN_DATABASE_URL: "server-url",
        COUNTERSIGN_SMS_URL: "sms-url",
        COUNTERSIGN_EMAIL_URL: "email-url",
      },
    },
    settings: { COUNTERSIGN_COUNTRIES: "DE AT CH", COUNTERSIGN_GUARD: "observe" },
    autoscaling: { enabled: true },
    podDisruptionBudget: { maxUnavailable: "25%" },
    service: { type: "LoadBalancer", annotations: { "example.com/zone": "a" } },
    ingress: {
      enabled: true,
      className: "nginx",
      host: "verify.example.com",
      tlsSecret: "tls",
      annotations: { a: "b" },
    },
    metrics: {
      serviceMonitor: { enabled: true, labels: { release: "prometheus" } },
      rules: { enabled: true, labels: { release: "prometheus" } },
      dashboard: { enabled: true },
    },
    networkPolicy: {
      from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ingress" } } }],
      egress: [{ ports: [{ protocol: "UDP", port: 53 }] }, { to: [{ ipBlock: { cidr: "10.0.0.0/8" } }] }],
    },
    serviceAccount: { annotations: { "example.com/role": "verify" } },
    podAnnotations: { "example.com/note": "1" },
    podLabels: { team: "identity" },
    priorityClassName: "high",
    nodeSelector: { "kubernetes.io/arch": "amd64" },
    tolerations: [{ key: "dedicated", operator: "Exists", effect: "NoSchedule" }],
    affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } },
  },
  "all that can be left out": {
    ...needed,
    migrate: { enabled: false },
    podDisruptionBudget: { enabled: false },
    networkPolicy: { enabled: false },
    serviceAccount: { create: false },
  },
};

const rendered = (values: Record<string, unknown> = needed) => {
  const { manifests } = chart.render(values);
  const of = (kind: string): Manifest => {
    const [found, another] = manifests.filter((manifest) => manifest.kind === kind);
    if (!found || another) throw new Error(`not one ${kind}`);
    return found;
  };
  return { manifests, of };
};
const serving = rendered().of("Deployment");
const pod = serving.spec.template.spec;
const [container] = pod.containers;

const isAllowed = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(chart.schema);

describe.each(Object.entries(variants))("the chart, with %s", (_, values) => {
  test("takes these values, and makes what Kubernetes knows, to the last field", () => {
    expect(isAllowed(chart.merged(values)), JSON.stringify(isAllowed.errors)).toBe(true);
    const { manifests } = rendered(values);
    expect(manifests.length).toBeGreaterThan(2);
    expect(manifests.flatMap((each) => faultsOf(each).map((fault) => `${each.kind}: ${fault}`))).toEqual([]);
    const names = manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  test("selects the pods that it makes, and no others", () => {
    const { manifests, of } = rendered(values);
    const { labels } = of("Deployment").spec.template.metadata;
    const selectors = manifests.flatMap(({ kind, spec }) =>
      kind === "Service" ? [spec.selector] : [spec?.selector?.matchLabels, spec?.podSelector?.matchLabels],
    );
    const ofPods = selectors.filter((each) => each && each["app.kubernetes.io/component"] !== "metrics");
    for (const selector of ofPods) expect(labels).toMatchObject(selector);
    const migrating = manifests.find(({ kind }) => kind === "Job")?.spec.template.metadata.labels;
    for (const selector of ofPods) expect({ ...migrating }).not.toMatchObject(selector);
  });

  test.runIf(isInstalled("helm"))("is a chart to Helm, which makes the same of it", () => {
    const place = mkdtempSync(join(tmpdir(), "countersign-chart-"));
    const file = join(place, "values.json");
    writeFileSync(file, JSON.stringify(values));
    const words = [fileURLToPath(folder), "--values", file];
    execFileSync("helm", ["lint", "--strict", ...words], { stdio: "pipe" });
    const text = execFileSync("helm", ["template", "verify", ...words], { encoding: "utf8" });
    const byName = (all: Manifest[]) =>
      Object.fromEntries(all.map((each) => [`${each.kind} ${each.metadata.name}`, each]));
    const made = text.split(/^---$/m).flatMap((part) => (parse(part, { version: "1.1" }) as Manifest | null) ?? []);
    expect(byName(made)).toEqual(byName(rendered(values).manifests));
    rmSync(place, { recursive: true });
  });
});

test("the check of what is made finds a wrong type and a name that Kubernetes does not know", () => {
  const wrong = structuredClone(serving);
  wrong.spec.template.spec.containers[0].imge = "countersign";
  expect(faultsOf(wrong)).toEqual(["/spec/template/spec/containers/0/imge is not known"]);
  wrong.spec.replicas = "2";
  expect(faultsOf(wrong)[0]).toContain("replicas must be integer");
});

test("values that are misspelt, missing or of a wrong kind are refused", () => {
  for (const wrong of [
    {},
    { ...needed, replica: 2 },
    { ...needed, replicas: 0 },
    { publicUrl: "verify.example.com" },
  ]) {
    expect(isAllowed(chart.merged(wrong)), JSON.stringify(wrong)).toBe(false);
  }
  for (const settings of [{ COUNTERSIGN_LIFETIME_SECONDS: 600 }, { COUNTERSIGN_METRICS_HOST: "0.0.0.0" }])
    expect(isAllowed(chart.merged({ ...needed, settings })), JSON.stringify(settings)).toBe(false);
  expect(() => chart.render({})).toThrow("publicUrl");
  expect(() => chart.render({ ...needed, ingress: { enabled: true } })).toThrow("ingress.host");
});

test("a pod may nothing: no root, no capability, no token of the cluster, nothing to write but /tmp", () => {
  for (const { spec } of [serving.spec.template, rendered().of("Job").spec.template]) {
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
    });
    expect(spec.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    const writable = spec.containers[0].volumeMounts.filter(({ readOnly }: { readOnly?: boolean }) => !readOnly);
    expect(writable).toEqual([{ name: "tmp", mountPath: "/tmp" }]);
  }
  expect(readFileSync(new URL("Dockerfile", import.meta.url), "utf8")).toContain(
    `\nUSER ${pod.securityContext.runAsUser}:`,
  );
});

test("the settings are a server's, secrets come from files, and the owner's address never comes to who serves", () => {
  const values = variants["everything on"] ?? {};
  const place = mkdtempSync(join(tmpdir(), "countersign-chart-"));
  const texts: Record<string, string> = {
    secret: randomBytes(32).toString("base64"),
    "server-url": "postgres://countersign@db/countersign",
    "owner-url": "postgres://owner@db/countersign",
    "sms-url": "smpps://acme:secret@smsc.example.com",
    "email-url": "smtps://mail.example.com?from=codes@example.com",
  };
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(place, name), text);
  for (const kind of ["Deployment", "Job"]) {
    const { containers, volumes } = rendered(values).of(kind).spec.template.spec;
    const env = Object.fromEntries(
      containers[0].env.map(({ name, value }: Record<string, string>) => [
        name,
        value?.replace("/run/secrets/countersign", place),
      ]),
    );
    expect(readConfig(env), kind).not.toHaveProperty("problems");
    if (kind === "Deployment") expect(problemsOfServing(env)).toEqual([]);
    const keys = volumes[0].secret.items.map(({ key }: { key: string }) => key);
    expect(keys.includes("owner-url"), kind).toBe(kind === "Job");
    expect(JSON.stringify(env)).not.toMatch(/smpps:|postgres:/);
  }
  rmSync(place, { recursive: true });
});

test("the tables are brought up to date before the pods, by the role that owns them", () => {
  const job = rendered().of("Job");
  expect(job.metadata.annotations).toMatchObject({ "helm.sh/hook": "pre-install,pre-upgrade" });
  expect(job.spec.template.spec.containers[0].args).toEqual(["migrate", "--for", "countersign"]);
});

test("a pod has the time to stop, is asked what it can answer, and is not taken away with the others", () => {
  const pause = Number(container.lifecycle.preStop.exec.command[1]);
  expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(pause + 10);
  expect(container.livenessProbe.httpGet.path).toBe("/healthz");
  expect(container.readinessProbe.httpGet.path).toBe("/readyz");
  expect(rendered().of("PodDisruptionBudget").spec.maxUnavailable).toBe(1);
  expect(serving.spec.strategy.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: 1 });
  expect(pod.topologySpreadConstraints.map(({ topologyKey }: { topologyKey: string }) => topologyKey)).toEqual([
    "topology.kubernetes.io/zone",
    "kubernetes.io/hostname",
  ]);
  const scaled = rendered({ ...needed, autoscaling: { enabled: true } });
  expect(scaled.of("Deployment").spec, "else an upgrade would undo what the autoscaler did").not.toHaveProperty(
    "replicas",
  );
});

test("figures are on no Service that the API is on, and only who is named gets them", () => {
  const { manifests, of } = rendered();
  const services = manifests.filter(({ kind }) => kind === "Service");
  expect(services.map(({ spec }) => spec.ports.map(({ name }: { name: string }) => name))).toEqual([
    ["http"],
    ["metrics"],
  ]);
  const [api, figures] = of("NetworkPolicy").spec.ingress;
  expect(api).toEqual({ ports: [{ protocol: "TCP", port: "http" }] });
  expect(figures).toEqual({ ports: [{ protocol: "TCP", port: "metrics" }], from: [{ podSelector: {} }] });
});

test("the alerts and the dashboard come along as they are", () => {
  const { of } = rendered(variants["everything on"]);
  const rules = readFileSync(new URL("monitoring/rules.yaml", folder), "utf8");
  expect(of("PrometheusRule").spec).toEqual(parse(rules));
  const { data } = of("ConfigMap");
  const dashboard = readFileSync(new URL("monitoring/dashboard.json", folder), "utf8");
  expect(JSON.parse(data?.["countersign.json"] ?? "")).toEqual(JSON.parse(dashboard));
});

test("the guide installs it with values that there are, and says how long a pod takes to stop", () => {
  const guide = readFileSync(new URL("../../../spec/guides/deploying.md", import.meta.url), "utf8");
  const given: Record<string, unknown> = {};
  for (const [, path = "", value] of guide.matchAll(/--set ([\w.]+)=(\S+)/g)) {
    const names = path.split(".");
    const last = names.pop() ?? "";
    const below = names.reduce<Record<string, unknown>>((all, name) => {
      all[name] ??= {};
      return all[name] as Record<string, unknown>;
    }, given);
    below[last] = value;
  }
  expect(isAllowed(chart.merged(given)), JSON.stringify(isAllowed.errors)).toBe(true);
  const { image, env } = rendered(given).of("Deployment").spec.template.spec.containers[0];
  expect(image).toMatch(/^registry\.example\.com\/countersign:/);
  expect(env.map(({ name }: { name: string }) => name)).toContain("COUNTERSIGN_SMS_URL_FILE");
  const keys = [...guide.matchAll(/--from-literal=([\w-]+)=/g)].map(([, key]) => key);
  const asked = ["Deployment", "Job"].flatMap((kind) =>
    rendered(given)
      .of(kind)
      .spec.template.spec.volumes[0].secret.items.map(({ key }: { key: string }) => key),
  );
  expect(new Set(asked)).toEqual(new Set(keys));
  for (const [, path = ""] of guide.matchAll(
    /`((?:metrics|autoscaling|ingress|networkPolicy|migrate|secrets)\.[\w.]+)/g,
  ))
    expect(
      path.split(".").reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], chart.values),
      path,
    ).toBeDefined();
  expect(container.lifecycle.preStop.exec.command).toEqual(["sleep", "5"]);
  expect(guide).toContain("goes on for five seconds");
  expect(guide).toContain(`killed after ${pod.terminationGracePeriodSeconds}.`);
});

test("the chart is of the version of the program, and its notes name a command that there is", () => {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  expect(parse(readFileSync(new URL("Chart.yaml", folder), "utf8"))).toMatchObject({ version, appVersion: version });
  expect(chart.render(needed).notes).toContain("/app/apps/server/dist/main.js accounts create Acme");
});

function isInstalled(program: string): boolean {
  return spawnSync(program, ["version"]).status === 0;
}
