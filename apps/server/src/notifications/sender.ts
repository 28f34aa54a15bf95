import type { Outlet } from "../delivery/outlets.ts";
import type { ProviderWatch } from "../delivery/routing.ts";
import { isAmong, type PushCredential } from "./credentials.ts";
import type { PushProvider, PushWay } from "./push.ts";

interface Options {
  clock?: () => number;
}

/** So many at once may wait for a platform whose last word was none, so that those of the others go out meanwhile. */
const ailingMax = 50;

/**
 * How pushes leave a production server: by the credential that the service names for the platform of the device, or where it
 * names none and there is one alone for that platform, by that.
 */
export async function openPushWay(
  credentials: readonly PushCredential[],
  { watch, ...options }: Options & { watch?: Pick<ProviderWatch, "pausedFor" | "told"> | undefined } = {},
): Promise<PushWay> {
  const opened = await Promise.all(
    credentials.map(async (credential) => {
      const provider = await openPushProvider(credential, options);
      return { ...credential, provider, underWay: 0, isAiling: false };
    }),
  );
  return {
    pollMs: 1_000,
    has: isAmong(credentials),
    // Two with one name are one provider to whoever pauses it.
    outlets: [...new Map(opened.map(({ provider }) => [provider.name, outletOf(provider)])).values()],
    async carry(push, { settings, notification }) {
      const { platform } = push;
      const wanted = settings[`${platform}CredentialSid`];
      const [one, ...others] = opened.filter(
        (each) => each.platform === platform && (wanted === null || each.sid === wanted),
      );
      if (!one || others.length > 0) return { status: "failed", errorCode: "no_credential" };
      const { name } = one.provider;
      const isPaused = (await watch?.pausedFor(notification.accountSid))?.has(name);
      if (isPaused) return { status: "retry", errorCode: "paused", isUntried: true };
      if (one.isAiling && one.underWay >= ailingMax) return { status: "retry", errorCode: "waiting", isUntried: true };
      one.underWay += 1;
      const pushed = await one.provider.deliver(push);
      one.underWay -= 1;
      one.isAiling = pushed.status === "retry";
      watch?.told(name, pushed);
      return { ...pushed, provider: name };
    },
    close() {
      for (const { provider } of opened) provider.close();
    },
  };
}

function outletOf({ name, probe }: PushProvider): Outlet {
  const deliver = async () => Promise.reject(new Error(`${name} carries no messages`));
  return { name, channels: ["push"], prefixes: [], probe, deliver };
}

/** Loads what speaks to the platform. */
export async function openPushProvider(credential: PushCredential, options: Options = {}): Promise<PushProvider> {
  if (credential.platform === "fcm") return (await import("./providers/fcm.ts")).openFcm(credential, options);
  return (await import("./providers/apn.ts")).openApn(credential, options);
}
