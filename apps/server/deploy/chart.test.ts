import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { problemsOfServing, readConfig, settingNames } from "../src/config.ts";
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
    settings: {
      COUNTERSIGN_COUNTRIES: "DE AT CH",
      COUNTERSIGN_GUARD: "observe",
      NODE_EXTRA_CA_CERTS: "/etc/authority/ca.crt",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318",
    },
    extraVolumes: [{ name: "authority", configMap: { name: "authority" } }],
    extraVolumeMounts: [{ name: "authority", mountPath: "/etc/authority", readOnly: true }],
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
      metricsFrom: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } }],
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
  const of = (kind: string, name = "verify"): Manifest => {
    const all = manifests.filter((manifest) => manifest.kind === kind);
    const found = all.length === 1 ? all[0] : all.find(({ metadata }) => metadata.name === name);
    if (!found) throw new Error(`no ${kind} called ${name}`);
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
    const migrating = { ...manifests.find(({ kind }) => kind === "Job")?.spec.template.metadata.labels };
    for (const selector of selectors) {
      const component = selector?.["app.kubernetes.io/component"];
      if (!selector || component === "metrics") continue;
      const [chosen, other] = component === "migrate" ? [migrating, labels] : [labels, migrating];
      expect(chosen).toMatchObject(selector);
      expect(other).not.toMatchObject(selector);
    }
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
  for (const wrong of [
    { settings: { COUNTERSIGN_LIFETIME_SECONDS: 600 } },
    { settings: { COUNTERSIGN_METRICS_HOST: "0.0.0.0" } },
    { settings: { COUNTERSIGN_CONTRIES: "DE" } },
    { settings: { COUNTERSIGN_SECRET: "of 32 characters, and in clear text" } },
    { settings: { COUNTERSIGN_SMS_URL: "smpp://acme:secret@smsc.example.com" } },
    { secrets: { settings: { COUNTERSIGN_SMS_UR: "sms-url" } } },
    { metrics: { port: 4010 } },
    { resources: { limit: { memory: "1Gi" } } },
    { resources: { limits: { memory: "a lot" } } },
    ...["lots", -1, 0, "0%", "101%"].map((maxUnavailable) => ({ podDisruptionBudget: { maxUnavailable } })),
    { podLabels: { "app.kubernetes.io/instance": "other" } },
    { podLabels: { team: "no, spaces" } },
    { extraVolumes: [{ name: "tmp", emptyDir: {} }] },
    { extraVolumeMounts: [{ name: "templates" }] },
  ])
    expect(isAllowed(chart.merged({ ...needed, ...wrong })), JSON.stringify(wrong)).toBe(false);
  expect(() => chart.render({})).toThrow("publicUrl");
  expect(() => chart.render({ ...needed, ingress: { enabled: true } })).toThrow("ingress.host");
  const autoscaling = { enabled: true, minReplicas: 9 };
  expect(() => chart.render({ ...needed, autoscaling })).toThrow("minReplicas is above");
  const both = {
    settings: { COUNTERSIGN_WEBHOOK_URL: "https://a" },
    secrets: { settings: { COUNTERSIGN_WEBHOOK_URL: "a" } },
  };
  expect(() => chart.render({ ...needed, ...both })).toThrow("COUNTERSIGN_WEBHOOK_URL stands in settings and in");
  expect(() => chart.render({ ...needed, metrics: { serviceMonitor: { enabled: true } } })).toThrow("metricsFrom");
});

test("the chart knows each setting of a server but what it sets itself, and lets none with a password stand in clear", () => {
  const { secretSetting, plainSetting } = chart.schema.definitions;
  const set = container.env.map(({ name }: { name: string }) => name.replace(/_FILE$/, ""));
  const own = settingNames.filter((name) => set.includes(name) && !secretSetting.enum.includes(name));
  expect([...secretSetting.enum, ...plainSetting.enum, ...own].sort()).toEqual([...settingNames].sort());
  const withPassword = /SECRET|AUTHORIZATION|DATABASE|(SMS|CALL|EMAIL|WHATSAPP)_(URL|ROUTES)/;
  expect(secretSetting.enum).toEqual(settingNames.filter((name) => withPassword.test(name)));
});

test("a release whose name is none of a Service has one for it", () => {
  for (const [release, name] of [
    ["verify.eu", "verify-eu"],
    ["2fa", "countersign-2fa"],
  ] as const) {
    const names = chart.render(needed, release).manifests.map(({ metadata }) => metadata.name);
    expect(new Set(names)).toEqual(new Set([name, `${name}-metrics`, `${name}-migrate`]));
  }
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
  const { manifests, of } = rendered();
  expect(of("Job").spec.template.spec.containers[0].args).toEqual(["migrate", "--for", "countersign"]);
  const hooks = manifests.filter(
    ({ metadata }) => metadata.annotations?.["helm.sh/hook"] === "pre-install,pre-upgrade",
  );
  const weights = hooks.map(({ kind, metadata }) => [kind, metadata.annotations?.["helm.sh/hook-weight"] ?? "0"]);
  expect(Object.fromEntries(weights), "what it needs is there before it").toEqual({
    Job: "1",
    NetworkPolicy: "0",
    ServiceAccount: "0",
  });
});

test("what migrates runs where those run that serve, with the files that they have, and calls what they may call", () => {
  const { of } = rendered(variants["everything on"]);
  const { metadata, spec } = of("Job").spec.template;
  const ofServing = of("Deployment").spec.template;
  const { imagePullSecrets, priorityClassName, nodeSelector, tolerations, affinity } = ofServing.spec;
  expect(spec).toMatchObject({ imagePullSecrets, priorityClassName, nodeSelector, tolerations, affinity });
  expect(metadata.labels).toMatchObject({ team: "identity" });
  expect(of("ServiceAccount", spec.serviceAccountName).metadata.annotations).toMatchObject({
    "example.com/role": "verify",
  });
  for (const { containers, volumes } of [spec, ofServing.spec]) {
    expect(containers[0].volumeMounts).toContainEqual(expect.objectContaining({ mountPath: "/etc/authority" }));
    expect(containers[0].env).toContainEqual({ name: "NODE_EXTRA_CA_CERTS", value: "/etc/authority/ca.crt" });
    expect(volumes).toContainEqual(expect.objectContaining({ name: "authority" }));
  }
  const policies = [of("NetworkPolicy"), of("NetworkPolicy", "verify-migrate")];
  const [rules, ofMigrating] = policies.map(({ spec: { policyTypes, egress } }) => ({ policyTypes, egress }));
  expect(ofMigrating).toEqual(rules);
  expect(policies[1]?.spec, "nobody calls it").not.toHaveProperty("ingress");
  const none = rendered({ ...needed, serviceAccount: { create: false, name: "mine" } });
  expect(none.of("Job").spec.template.spec.serviceAccountName).toBe("mine");
  expect(none.manifests.map(({ kind }) => kind)).not.toContain("ServiceAccount");
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
  const example = parse(/^```yaml\n(settings:.*?)^```$/ms.exec(guide)?.[1] ?? "");
  expect(isAllowed(chart.merged({ ...given, ...example })), JSON.stringify(isAllowed.errors)).toBe(true);
  const { spec } = rendered({ ...given, ...example }).of("Deployment").spec.template;
  for (const path of Object.values(example.settings as Record<string, string>)) {
    const mounted = spec.containers[0].volumeMounts.find(({ mountPath }: { mountPath: string }) =>
      path.replace(/^CR\w+=/, "").startsWith(`${mountPath}/`),
    );
    expect(spec.volumes, path).toContainEqual(expect.objectContaining({ name: mounted?.name }));
  }
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
