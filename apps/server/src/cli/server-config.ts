import { type Config, readConfig } from "../config.ts";
import { CommandError } from "./failure.ts";

/** The configuration of a production server. @throws CommandError with every problem in a line of its own */
export function configOrThrow(env: Record<string, string | undefined>): Config {
  const result = readConfig(env);
  if ("problems" in result) throw new CommandError(result.problems.join("\n"), "configuration");
  return result.config;
}
