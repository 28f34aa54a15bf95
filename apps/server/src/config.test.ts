import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readConfig } from "./config.ts";
import { readGuard } from "./guard/settings.ts";

const secret = "0123456789abcdef0123456789abcdef";

test("a database and a secret are enough", () => {
  expect(readConfig({ COUNTERSIGN_DATABASE_URL: "sqlite:./countersign.db", COUNTERSIGN_SECRET: secret })).toEqual({
    config: {
      databaseUrl: "sqlite:./countersign.db",
      secret,
      previousSecret: undefined,
      publicUrl: undefined,
      corsOrigins: [],
      emailSenders: [],
      lifetimeSeconds: 600,
      port: 4010,
      host: "0.0.0.0",
      channels: [],
      pushCredentials: [],
      metrics: undefined,
      console: undefined,
      eventWebhook: undefined,
      growingCodes: true,
      guard: readGuard({}).guard,
      authServers: [],
    },
  });
});

test("figures are served to this machine alone, unless an address is given", () => {
  const given = { COUNTERSIGN_DATABASE_URL: "sqlite:./countersign.db", COUNTERSIGN_SECRET: secret };
  const metricsOf = (env: Record<string, string>) => readConfig({ ...given, COUNTERSIGN_METRICS_PORT: "9464", ...env });
  expect(metricsOf({})).toMatchObject({ config: { metrics: { port: 9464, host: "127.0.0.1" } } });
  expect(metricsOf({ COUNTERSIGN_METRICS_HOST: "0.0.0.0" })).toMatchObject({
    config: { metrics: { host: "0.0.0.0" } },
  });
});

test("an empty address to listen on is none, and not every one", () => {
  for (const name of ["COUNTERSIGN_HOST", "COUNTERSIGN_METRICS_HOST", "COUNTERSIGN_CONSOLE_HOST"]) {
    expect(readConfig({ [name]: "" })).toMatchObject({
      problems: expect.arrayContaining([`${name} must be an address.`]),
    });
  }
});

test("the public URL may have a path, but nothing that an address cannot go on after", () => {
  const given = { COUNTERSIGN_DATABASE_URL: "sqlite:./countersign.db", COUNTERSIGN_SECRET: secret };
  const publicUrl = "https://example.com/verify";
  expect(readConfig({ ...given, COUNTERSIGN_PUBLIC_URL: publicUrl })).toMatchObject({ config: { publicUrl } });
  for (const url of [
    `${publicUrl}?a=1`,
    `${publicUrl}#a`,
    "example.com",
    "https://u:p@example.com",
    "https://u@example.com",
  ]) {
    expect(readConfig({ ...given, COUNTERSIGN_PUBLIC_URL: url })).toHaveProperty("problems");
  }
});

test("pages are let read by their origins, which a browser writes without a slash at the end", () => {
  const given = { COUNTERSIGN_DATABASE_URL: "sqlite:./countersign.db", COUNTERSIGN_SECRET: secret };
  const read = (origins: string) => readConfig({ ...given, COUNTERSIGN_CORS_ORIGINS: origins });
  const corsOrigins = ["https://app.example.com", "http://localhost:3000"];
  expect(read(corsOrigins.join(" "))).toMatchObject({ config: { corsOrigins } });
  for (const wrong of ["*", "null", "app.example.com", "https://app.example.com/", "https://A.example", "ftp://a"]) {
    expect(read(wrong)).toMatchObject({
      problems: [expect.stringMatching(/^COUNTERSIGN_CORS_ORIGINS must be origins/)],
    });
  }
});

test("all problems are told at once, by the names of their variables and without any value", () => {
  const result = readConfig({
    COUNTERSIGN_DATABASE_URL: "mysql://root:hunter2@db",
    COUNTERSIGN_SECRET: "hunter2",
    COUNTERSIGN_SECRET_PREVIOUS: "hunter2",
    COUNTERSIGN_PUBLIC_URL: "ftp://hunter2",
    COUNTERSIGN_METRICS_PORT: "hunter2",
    COUNTERSIGN_LIFETIME_SECONDS: "60",
    COUNTERSIGN_DATABSE_URL: "sqlite:hunter2",
    COUNTERSIGN_LIMIT_RECIPIENT: "hunter2",
    COUNTERSIGN_COUNTRIES: "hunter2",
    PORT: "eighty",
  });
  const problems = "problems" in result ? result.problems : [];
  expect(problems.map((problem) => problem.split(" ")[0])).toEqual([
    "COUNTERSIGN_DATABSE_URL",
    "COUNTERSIGN_DATABASE_URL",
    "COUNTERSIGN_SECRET",
    "COUNTERSIGN_SECRET_PREVIOUS",
    "COUNTERSIGN_PUBLIC_URL",
    "COUNTERSIGN_LIFETIME_SECONDS",
    "PORT",
    "COUNTERSIGN_METRICS_PORT",
    "COUNTERSIGN_LIMIT_RECIPIENT",
    "COUNTERSIGN_COUNTRIES",
  ]);
  expect(problems.join()).not.toContain("hunter2");
});

describe("a setting whose name ends in _FILE", () => {
  const folder = mkdtempSync(join(tmpdir(), "countersign-secrets-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const signing = `whsec_${Buffer.from(secret).toString("base64")}`;
  const others = {
    COUNTERSIGN_DATABASE_URL: "postgres://countersign:hunter2@db/countersign",
    COUNTERSIGN_SECRET: secret,
    COUNTERSIGN_SECRET_PREVIOUS: secret.toUpperCase(),
    COUNTERSIGN_WEBHOOK_URL: "https://example.com/events",
    COUNTERSIGN_WEBHOOK_SECRET: signing,
    COUNTERSIGN_SMS_URL: `https://sms.example.com/?secret=${encodeURIComponent(signing)}`,
    COUNTERSIGN_CALL_URL: `https://call.example.com/?secret=${encodeURIComponent(signing)}`,
    COUNTERSIGN_EMAIL_URL: "smtps://codes:hunter2@mail.example.com?from=codes@example.com",
    COUNTERSIGN_WHATSAPP_URL: "https://graph.example.com/?preset=whatsapp-cloud&template=code&token=hunter2",
  };

  test("reads it from the file that it names, line end or not", () => {
    const files = Object.entries(others).map(([name, text], index) => [
      `${name}_FILE`,
      file(name, index % 2 === 0 ? text : `${text}\n`),
    ]);
    expect(readConfig(Object.fromEntries(files))).toEqual(readConfig(others));
    expect(readConfig(others)).toHaveProperty("config");
  });

  test("is a problem beside the setting itself, and where its file cannot be read: once, and without path or text", () => {
    const both = { ...others, COUNTERSIGN_SECRET_FILE: file("secret", secret) };
    expect(readConfig(both)).toMatchObject({
      problems: ["COUNTERSIGN_SECRET and COUNTERSIGN_SECRET_FILE are both set."],
    });
    const { COUNTERSIGN_SECRET: _, ...rest } = others;
    expect(readConfig({ ...rest, COUNTERSIGN_SECRET_FILE: join(folder, "hunter2") })).toMatchObject({
      problems: ["COUNTERSIGN_SECRET_FILE names no file that can be read: ENOENT."],
    });
    expect(readConfig({ ...others, COUNTERSIGN_TYPO_FILE: "x" })).toHaveProperty("problems");
  });
});

test("security 33: a secret that is worthless is refused, and as the previous one taken, so that it can be left", () => {
  const given = { COUNTERSIGN_DATABASE_URL: "sqlite:./countersign.db", COUNTERSIGN_SECRET: "x".repeat(64) };
  expect(readConfig(given)).toMatchObject({
    problems: [expect.stringMatching(/^COUNTERSIGN_SECRET must .* nobody guesses/)],
  });
  const left = { ...given, COUNTERSIGN_SECRET: secret, COUNTERSIGN_SECRET_PREVIOUS: given.COUNTERSIGN_SECRET };
  expect(readConfig(left)).toHaveProperty("config");
});
