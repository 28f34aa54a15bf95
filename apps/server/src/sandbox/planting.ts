import { readSeed, routesIn } from "../seed/file.ts";
import { applySeed, type Ground } from "../seed/seed.ts";
import { createTemplates } from "../templates/catalogue.ts";
import type { Template } from "../templates/template.ts";
import type { CodeVault } from "../verifications/vault.ts";
import { sandboxAccount, sandboxApiKey, sandboxKeys, sandboxRoutes, sandboxServiceSid } from "./account.ts";
import { knownApplication } from "./known.ts";

/** Why a seed file cannot be applied: every problem in a line of its own. */
export class SeedError extends Error {
  override name = "SeedError";
}

type Sandbox = Pick<Ground, "store" | "outlets" | "pushes" | "webhooks"> & { vault: CodeVault };

/**
 * Reads the seed file of a sandbox, whose SMS routes are those that it names.
 * @param given the operator's templates, beside those of the file
 */
export function openSeed(path: string, given: readonly Template[] = []) {
  const seed = readSeed(path);
  if ("problems" in seed) throw new SeedError(seed.problems.join("\n"));
  const own = new Set(seed.templates.map(({ sid }) => sid));
  const templates = [...given.filter(({ sid }) => !own.has(sid)), ...seed.templates];
  return {
    templates,
    routes: [...new Set([...sandboxRoutes, ...routesIn(seed)])],
    /** Makes what the file has. @throws SeedError */
    async plant({ vault, ...sandbox }: Sandbox): Promise<void> {
      const ground = { ...sandbox, templates: createTemplates(templates), takesUnlisted: true };
      const secrets = {
        ...{ env: process.env, areKnown: true, vault, keys: keysOf },
        token: () => sandboxAccount.authToken,
        key: () => sandboxApiKey.apiSecret,
      };
      const { accountSid } = sandboxAccount;
      const seeded = await applySeed(seed, {
        ...ground,
        accountSid,
        secrets: {
          ...secrets,
          application: (whose, of, now) =>
            whose === accountSid && of === sandboxServiceSid ? knownApplication(vault, now) : undefined,
        },
      });
      if ("problems" in seeded) throw new SeedError(seeded.problems.join("\n"));
    },
  };
}

/** Everybody knows the keys of a sandbox's applications; no two have the same. */
function keysOf(serviceSid: string) {
  const { apiKey, appApiKey, accessKey, signingKey } = sandboxKeys;
  return {
    apiKey: `${apiKey}-${serviceSid}`,
    appApiKey: `${appApiKey}-${serviceSid}`,
    accessKey: `${accessKey}-${serviceSid}`,
    signingKey: `${signingKey}-${serviceSid}`,
  };
}
