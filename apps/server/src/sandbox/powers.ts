import type { Inbox } from "./inbox-port.ts";
import type { MovableClock } from "./movable-clock.ts";

export interface SandboxPowers {
  inbox: Inbox;
  clock: MovableClock;
  /** Brings everything to the state of the start. */
  reset: () => Promise<void>;
  /** Erases what is too old by the clock. */
  sweep: () => Promise<void>;
  /** The error that a recipient is made to answer, if the operation documents it. */
  isDocumented: (operationId: string, code: number) => boolean;
}
