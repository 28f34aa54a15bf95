import type { Clock } from "../kernel/clock.ts";
import { everybody, type Heard, type ProviderState, type ProviderStore } from "./provider-states.ts";
import type { ProviderWatch } from "./routing.ts";

/** So long what was read of pauses holds, and so long what is heard of providers waits to be written. */
const [pausesMs, writingMs] = [500, 1_000];

interface Log {
  warn(details: object, message: string): void;
}

/** Reads and writes little, however many messages there are. A database that is gone holds up no message. */
export function watchProviders(
  store: Pick<ProviderStore, "paused" | "hear">,
  { clock, log }: { clock: Clock; log?: Log | undefined },
): ProviderWatch {
  let known: Promise<readonly ProviderState[]> = Promise.resolve([]);
  let readAt = Number.NEGATIVE_INFINITY;
  const heard = new Map<string, Heard>();
  let timer: NodeJS.Timeout | undefined;

  async function write(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const all = [...heard.values()];
    heard.clear();
    if (all.length === 0) return;
    await store.hear(all).catch((error: unknown) => log?.warn({ err: error }, "how providers are was not recorded"));
  }

  return {
    async pausedFor(accountSid) {
      if (performance.now() - readAt > pausesMs) {
        readAt = performance.now();
        const before = known;
        known = store.paused().catch(() => before);
      }
      const paused = (await known).filter((state) => [accountSid, everybody].includes(state.accountSid));
      return new Set(paused.map(({ name }) => name));
    },
    told(name, { status, errorCode = null }) {
      const isFailure = status === "retry";
      const before = heard.get(name) ?? { name, succeededAt: null, failedAt: null, lastError: null };
      const now = clock();
      const news = isFailure ? { failedAt: now, lastError: errorCode } : { succeededAt: now };
      heard.set(name, { ...before, ...news });
      timer ??= setTimeout(() => void write(), writingMs).unref();
    },
    refresh() {
      readAt = Number.NEGATIVE_INFINITY;
    },
    close: write,
  };
}
