import { isWorthless } from "../kernel/secrets.ts";
import { type Env, type Kind, readEnv, setting, text } from "../kernel/setting.ts";
import { readOwnSecret } from "../kernel/standard-webhooks.ts";
import type { AuthServerName, AuthServerSetting } from "./auth-server.ts";
import { authServers } from "./auth-servers.ts";

const service = text("must be an account and its service, as AC…/VA…", /^AC[0-9a-fA-F]{32}\/VA[0-9a-fA-F]{32}$/);

/** One or several, with `|` between. */
function secrets(must: string, isGood: (secret: string) => boolean): Kind<string[]> {
  const read = (given: string) => {
    const each = given.split("|");
    return each.every(isGood) ? each : undefined;
  };
  return { must: `${must}; several with | between`, read };
}

const signing = secrets(
  "must be v1,whsec_… as Supabase has it, and nothing that is published or could be guessed",
  (secret) => readOwnSecret(secret.replace(/^v1,/, "")) !== undefined,
);
const authorization = secrets(
  "must be what the header Authorization has to be, of 32 characters or more that nobody guesses",
  (secret) => /^[!-~][ -~]{30,510}[!-~]$/.test(secret) && !isWorthless(secret),
);

/** Of each auth server by which service it sends, and how it proves itself. */
export const authServerSettings = {
  supabase: {
    service: setting("COUNTERSIGN_SUPABASE_SERVICE", service),
    secrets: setting("COUNTERSIGN_SUPABASE_SECRET", signing),
  },
  logto: {
    service: setting("COUNTERSIGN_LOGTO_SERVICE", service),
    secrets: setting("COUNTERSIGN_LOGTO_AUTHORIZATION", authorization),
  },
  kratos: {
    service: setting("COUNTERSIGN_KRATOS_SERVICE", service),
    secrets: setting("COUNTERSIGN_KRATOS_AUTHORIZATION", authorization),
  },
} satisfies Record<AuthServerName, unknown>;

/** Why nothing is sent for an auth server, whatever it asks for; undefined where there is no such reason. */
export function whyNothingIsSent(
  service: { settings: { psd2Enabled: boolean } } | undefined,
  channels: readonly { channel: string }[],
) {
  if (!service) return "there is no such service in the account";
  if (service.settings.psd2Enabled) return "its service has Psd2Enabled, and auth servers name no payment";
  if (channels.every(({ channel }) => channel !== "sms")) return "no channel for SMS is set up";
  return undefined;
}

/** @returns those that are set up, which count if there is no problem, and every problem */
export function readAuthServers(env: Env): { authServers: AuthServerSetting[]; problems: string[] } {
  const read = (Object.keys(authServers) as AuthServerName[]).flatMap(
    (name): { setting?: AuthServerSetting; problems: string[] }[] => {
      const declared = authServerSettings[name];
      const names = Object.values(declared).map((each) => each.name);
      const missing = names.filter((each) => !env[each]);
      if (missing.length === names.length) return [];
      if (missing.length > 0) {
        const given = names.find((each) => env[each]);
        return [{ problems: missing.map((each) => `${each} is missing, since ${given} is set.`) }];
      }
      const { values, problems } = readEnv(env, declared);
      const [accountSid = "", serviceSid = ""] = values.service?.split("/") ?? [];
      return [{ setting: { name, accountSid, serviceSid, secrets: values.secrets }, problems }];
    },
  );
  return {
    authServers: read.flatMap(({ setting }) => setting ?? []),
    problems: read.flatMap(({ problems }) => problems),
  };
}
