import type { DeliverableMessage } from "../verifications/composed-send.ts";
import type { OutboxMessage } from "./outbox.ts";

/** One way out: a mail server, an SMS centre, a gateway. */
export interface Provider {
  /** For the log and for metrics; it holds no secret. */
  name: string;
  /** Hands a message over. It does not throw: a failure is a result, too. */
  deliver: (message: OutboxMessage, content: DeliverableMessage) => Promise<Delivered>;
  /** Whether the other side answers and accepts the credentials. @throws Error with one line that says what is wrong. */
  probe: () => Promise<void>;
  /** Finishes what is under way. */
  close: () => Promise<void>;
}

/** How far a message came. `errorCode` is the Attempts log's: a code of this project's catalogue or of the provider. */
export type Delivered =
  /** The other side took it. `reference` is its name there, by which a later receipt is matched. */
  | { status: "sent" | "delivered"; reference?: string }
  /** Not now: the same provider again, or the next one. */
  | { status: "retry"; errorCode: string; retryAfterSeconds?: number }
  /** Never, by nobody: the recipient cannot be reached. */
  | { status: "failed"; errorCode: string };
