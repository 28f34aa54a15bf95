import { operator } from "../sql/resources.ts";
import type { CodeVault } from "../verifications/vault.ts";
import type { ApplicationStore } from "./application-store.ts";

/**
 * Seals under the newest secret what outlives every code: the signing keys of v1 applications, and those of their
 * webhooks. Afterwards the previous secret is needed for codes alone. Safe beside servers that have both secrets, and as
 * often as one likes.
 * @returns how many applications had something sealed under an earlier secret, and how many keys cannot be read, since
 *   their secret is gone. They stay as they are.
 */
export async function resealKeys(
  { applications }: { applications: Pick<ApplicationStore, "reseal"> },
  vault: Pick<CodeVault, "resealText">,
): Promise<{ changed: number; unreadable: number }> {
  const unreadable = new Set<string>();
  const changed = await applications.reseal((application) => {
    let isSame = true;
    const resealed = <T extends { sealedSigningKey: string }>(holder: T): T => {
      const { sealedSigningKey } = holder;
      const sealed = vault.resealText(sealedSigningKey);
      if (sealed === undefined) unreadable.add(sealedSigningKey);
      isSame &&= (sealed ?? sealedSigningKey) === sealedSigningKey;
      return { ...holder, sealedSigningKey: sealed ?? sealedSigningKey };
    };
    const webhooks = application.state.webhooks.map(resealed);
    const parts = { ...resealed(application), state: { ...application.state, webhooks } };
    return isSame ? undefined : parts;
  }, operator);
  return { changed, unreadable: unreadable.size };
}
