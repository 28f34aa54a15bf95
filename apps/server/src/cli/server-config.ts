import { type Config, readConfig, templatesOf } from "../config.ts";
import type { Env } from "../kernel/setting.ts";
import type { openTemplates } from "../templates/catalogue.ts";
import type { Template } from "../templates/template.ts";
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
  const { problems: ofTemplates } = await templatesOf(env);
  const problems = [...("problems" in result ? result.problems : []), ...more, ...ofTemplates, ...ofDatabase];
  if ("problems" in result || problems.length > 0) throw wrong(problems);
  return result.config;
}

/** The templates of a file. @throws CommandError with every problem in a line of its own */
export async function templatesOrThrow(read: ReturnType<typeof openTemplates>): Promise<readonly Template[]> {
  const { templates, problems } = await read;
  if (problems.length > 0) throw wrong(problems);
  return templates;
}

function wrong(problems: string[]): CommandError {
  return new CommandError(problems.join("\n"), "configuration");
}
