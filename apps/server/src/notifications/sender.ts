import { isAmong, type PushCredential } from "./credentials.ts";
import type { PushProvider, PushWay } from "./push.ts";

/**
 * How pushes leave a production server: by the credential that the service names for the platform of the device, or where it
 * names none and there is one alone for that platform, by that.
 */
export async function openPushWay(
  credentials: readonly PushCredential[],
  options: { clock?: () => number } = {},
): Promise<PushWay> {
  const opened = await Promise.all(
    credentials.map(async (credential) => ({ ...credential, provider: await openPushProvider(credential, options) })),
  );
  return {
    pollMs: 1_000,
    has: isAmong(credentials),
    async carry(push, { settings }) {
      const { platform } = push;
      const wanted = settings[`${platform}CredentialSid`];
      const [one, ...others] = opened.filter(
        (each) => each.platform === platform && (wanted === null || each.sid === wanted),
      );
      if (!one || others.length > 0) return { status: "failed", errorCode: "no_credential" };
      return { ...(await one.provider.deliver(push)), provider: one.provider.name };
    },
    close() {
      for (const { provider } of opened) provider.close();
    },
  };
}

/** Loads what speaks to the platform. */
export async function openPushProvider(
  credential: PushCredential,
  options: { clock?: () => number } = {},
): Promise<PushProvider> {
  if (credential.platform === "fcm") return (await import("./providers/fcm.ts")).openFcm(credential, options);
  return (await import("./providers/apn.ts")).openApn(credential, options);
}
