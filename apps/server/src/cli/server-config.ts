import { type Config, readConfig } from "../config.ts";
import type { Env } from "../kernel/setting.ts";
import { examineDatabase } from "./doctor.ts";
import { CommandError } from "./terminal.ts";

/** The configuration of a production server. @throws CommandError with every problem in a line of its own */
export function configOrThrow(env: Env): Config {
  const result = readConfig(env);
  if ("problems" in result) throw wrong(result.problems);
  return result.config;
}

/**
 * The same, with the problems of the database among them: whoever starts a server learns all at once.
 * @param more what else is wrong
 */
export async function usableConfigOrThrow(env: Env, more: string[] = []): Promise<Config> {
  const result = readConfig(env);
  const { databaseUrl } = "config" in result ? result.config : result;
  const findings = databaseUrl === undefined ? [] : await examineDatabase(databaseUrl);
  const ofDatabase = findings
    .filter(({ state }) => state === "problem")
    .map(({ what, detail }) => `COUNTERSIGN_DATABASE_URL: ${what === "tables" ? `the tables: ${detail}` : detail}.`);
  const problems = [...("problems" in result ? result.problems : []), ...more, ...ofDatabase];
  if ("problems" in result || problems.length > 0) throw wrong(problems);
  return result.config;
}

function wrong(problems: string[]): CommandError {
  return new CommandError(problems.join("\n"), "configuration");
}
