import type { Store } from "../store/store.ts";

/** Whether a server can take requests. */
export interface Readiness {
  /** False while the database cannot be reached, and from the moment on at which the server stops. */
  isReady(): Promise<boolean>;
  /** Makes it unready for good. */
  stop(): void;
}

const freshMs = 1_000;
const patienceMs = 3_000;

/** Whoever asks often costs the database no more than a look a second, since nobody needs a password to ask. */
export function createReadiness({ outbox }: Pick<Store, "outbox">): Readiness {
  let isStopping = false;
  let askedAt = Number.NEGATIVE_INFINITY;
  let answer = Promise.resolve(false);

  async function look(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), patienceMs).unref();
    });
    const isReachable = outbox.nextDueAt().then(
      () => true,
      () => false,
    );
    return Promise.race([isReachable, tooLate]).finally(() => clearTimeout(timer));
  }

  return {
    async isReady() {
      if (performance.now() - askedAt > freshMs) {
        askedAt = performance.now();
        answer = look();
      }
      return (await answer) && !isStopping;
    },
    stop() {
      isStopping = true;
    },
  };
}
