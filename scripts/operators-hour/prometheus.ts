import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { freePort } from "../../apps/server/test-support/postgres.ts";
import { until } from "./until.ts";

const deployed = new URL("../../apps/server/deploy/", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, deployed), "utf8");

export function hasPrometheus(): boolean {
  return spawnSync("prometheus", ["--version"]).status === 0;
}

/** What the dashboard asks, for a picture that is some seconds wide. */
export function dashboardQueries(): string[] {
  const { panels } = JSON.parse(read("chart/monitoring/dashboard.json")) as {
    panels: { targets?: { expr: string }[] }[];
  };
  return panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr.replaceAll("$__rate_interval", "5s")));
}

/**
 * Runs Prometheus by the configuration and the rules that are deployed, but that it looks once a second, and each minute of
 * a rule is a second: an alert that takes five minutes takes five seconds.
 */
export async function startPrometheus({ folder, target }: { folder: string; target: string }) {
  const port = await freePort();
  const rules = join(folder, "rules.yaml");
  writeFileSync(rules, read("chart/monitoring/rules.yaml").replace(/\b(\d+)m\b/g, "$1s"));
  const configuration = parse(read("monitoring/prometheus.yml"));
  const [job] = configuration.scrape_configs;
  const scaled = {
    global: { scrape_interval: "1s", evaluation_interval: "1s" },
    rule_files: [rules],
    scrape_configs: [{ ...job, static_configs: [{ targets: [target] }] }],
  };
  const file = join(folder, "prometheus.yml");
  writeFileSync(file, stringify(scaled));
  const words = [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(folder, "prometheus")}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const child = spawn("prometheus", words, { stdio: "ignore" });
  const ended = once(child, "close");
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`);
    const { status, data, error } = (await response.json()) as Record<string, unknown>;
    if (status !== "success") throw new Error(`${path}: ${error}`);
    return data as Record<string, unknown[]>;
  };
  /** @returns how many lines it has */
  const ask = async (query: string): Promise<number> =>
    (await get(`query?query=${encodeURIComponent(query)}`)).result?.length ?? 0;
  await until(async () => (await ask("countersign_ready == 1").catch(() => 0)) === 1);
  return {
    ask,
    /** The names of the alerts that fire, each with the channel that it names, if it does. */
    async firing(): Promise<string[]> {
      const { alerts } = (await get("alerts")) as unknown as {
        alerts: { state: string; labels: Record<string, string> }[];
      };
      return alerts
        .filter(({ state }) => state === "firing")
        .map(({ labels: { alertname, channel = "" } }) => `${alertname} ${channel}`.trim());
    },
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
