import type { Store } from "../store/store.ts";
import type { CodeVault } from "../verifications/vault.ts";
import type { Application } from "./application.ts";
import type { SealedParts } from "./application-store.ts";

export interface Resealed {
  /** How many applications had something sealed under an earlier secret. */
  changed: number;
  /** How many keys cannot be read, since their secret is gone. They stay as they are. */
  unreadable: number;
}

/**
 * Seals under the newest secret what outlives every code: the signing keys of v1 applications, and those of their
 * webhooks. Afterwards the previous secret is needed for codes alone. Safe beside servers that have both secrets, and as
 * often as one likes.
 */
export async function resealKeys(
  { applications }: Pick<Store, "applications">,
  vault: Pick<CodeVault, "resealText">,
): Promise<Resealed> {
  const unreadable = new Set<string>();
  const resealText = (sealed: string): string => {
    try {
      return vault.resealText(sealed);
    } catch {
      unreadable.add(sealed);
      return sealed;
    }
  };
  const changed = await applications.reseal((application) => resealedParts(application, resealText));
  return { changed, unreadable: unreadable.size };
}

function resealedParts(
  { sealedSigningKey, state }: Application,
  resealText: (sealed: string) => string,
): SealedParts | undefined {
  const parts = {
    sealedSigningKey: resealText(sealedSigningKey),
    state: {
      ...state,
      webhooks: state.webhooks.map((webhook) => ({
        ...webhook,
        sealedSigningKey: resealText(webhook.sealedSigningKey),
      })),
    },
  };
  const isSame =
    parts.sealedSigningKey === sealedSigningKey &&
    parts.state.webhooks.every(
      (webhook, index) => webhook.sealedSigningKey === state.webhooks[index]?.sealedSigningKey,
    );
  return isSame ? undefined : parts;
}
