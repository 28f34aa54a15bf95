import type { Attempt } from "../attempts/attempt.ts";
import type { DeliverableMessage } from "../verifications/composed-send.ts";
import type { OutboxMessage } from "./outbox.ts";

export type Delivery =
  /** Messages are kept in the memory of this process, as in the sandbox: what is committed is delivered. */
  | { to: "memory"; keep: (attempt: Attempt, content: DeliverableMessage) => void }
  /** Messages wait in the outbox, sealed, for a worker. Whoever started one hands it over itself at once if it can. */
  | { to: "outbox"; handOver?: (message: OutboxMessage, content: DeliverableMessage) => Promise<void> };
