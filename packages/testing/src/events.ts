import {
  type AccountEvent,
  type AttemptEvent,
  type Client,
  type FactorEvent,
  type StreamedAccountEvent,
  type StreamedAttemptEvent,
  type StreamedVerificationEvent,
  unwrap,
  type VerificationEvent,
} from "@countersign/client";
import { createWebhook, sendTestEvent, setSandboxWebhook } from "@countersign/client/operations";
import { type Receiver, startReceiver } from "./receiver.ts";

/** What the operator's webhook hears, as this server or as Event Streams has it. */
type ToldEvent =
  | VerificationEvent
  | AttemptEvent
  | AccountEvent
  | StreamedVerificationEvent
  | StreamedAttemptEvent
  | StreamedAccountEvent;

/** What is heard: of verifications and, where that is asked for, of factors and challenges. */
export type SandboxEvent = ToldEvent | FactorEvent;

/** The event of a type. */
export type EventOf<Type extends SandboxEvent["type"]> = SandboxEvent extends infer Event
  ? Event extends { type: infer Known }
    ? Type extends Known
      ? Event
      : never
    : never
  : never;

/** A receiver of the sandbox's events, on a free port of this machine, which takes none whose signature is wrong. */
export interface SandboxEvents {
  /**
   * Has the sandbox post its events here from now on, in place of any other webhook. A reset does not end it. `next` does
   * the same, but what happened before is not heard.
   */
  listen(options?: ListenOptions): Promise<void>;
  /**
   * The first event, or the first of a type, that was not given yet. Waits for one when there is none.
   *
   * @throws Error when none comes in time, or when the sandbox is closed.
   */
  next<Type extends SandboxEvent["type"] = SandboxEvent["type"]>(
    options?: NextEventOptions<Type>,
  ): Promise<EventOf<Type>>;
  /** Every event that came, the oldest first, those that `next` has given, too. */
  all(): SandboxEvent[];
  /** Has the sandbox post an event that did not happen. Its verification and its attempt are made up. */
  test(type: ToldEvent["type"]): Promise<void>;
}

export interface ListenOptions {
  /**
   * How events are written: `event-streams` as Event Streams has them, of services whose `VerifyEventSubscriptionEnabled`
   * is on. As before, or `countersign`.
   */
  schema?: "countersign" | "event-streams";
  /**
   * Whether factors and challenges of the first Service are heard, too. It has a webhook for that from then on, until a
   * reset. As before, or not.
   */
  factors?: boolean;
}

export interface NextEventOptions<Type extends SandboxEvent["type"]> {
  type?: Type;
  /** How long to wait, in seconds of the real time (4). */
  timeoutSeconds?: number;
}

/** Less than the time that test runners give a test, so that it fails with a word on what is missing. */
const patienceSeconds = 4;

interface Waiting {
  type: SandboxEvent["type"] | undefined;
  take(event: SandboxEvent): void;
}

/**
 * @param signing Whose factors are heard, and what tells that it is they.
 * @param closed Ends all waiting, and the receiver.
 */
export function createEvents(
  client: Client,
  signing: { serviceSid: string; secret: string },
  closed: AbortSignal,
): SandboxEvents & { forget(): Promise<void> } {
  let receiver: Promise<Receiver> | undefined;
  let schema: ListenOptions["schema"] = "countersign";
  let hearsFactors = false;
  let all: SandboxEvent[] = [];
  let fresh: SandboxEvent[] = [];
  let waiting: Waiting[] = [];

  function take(event: SandboxEvent): void {
    all.push(event);
    const first = waiting.find(({ type }) => isOf(type, event));
    if (first) first.take(event);
    else fresh.push(event);
  }

  async function register({ url, secret }: Receiver): Promise<void> {
    await unwrap(setSandboxWebhook(client, { Url: url, Secret: secret, Schema: schema }));
  }

  async function hearFactors({ url }: Receiver): Promise<void> {
    const all = { FriendlyName: "@countersign/testing", EventTypes: ["*" as const], WebhookUrl: url };
    await unwrap(createWebhook(client, { ServiceSid: signing.serviceSid, ...all }));
    hearsFactors = true;
  }

  async function open(): Promise<Receiver> {
    const started = await startReceiver(take, signing.secret);
    if (closed.aborted) started.close();
    closed.addEventListener("abort", started.close, { once: true });
    await register(started);
    return started;
  }

  async function listen(options: ListenOptions = {}): Promise<void> {
    closed.throwIfAborted();
    const isOther = receiver !== undefined && (options.schema ?? schema) !== schema;
    schema = options.schema ?? schema;
    receiver ??= open();
    const opened = await receiver;
    if (isOther) await register(opened);
    if (options.factors && !hearsFactors) await hearFactors(opened);
  }

  function wait(type: SandboxEvent["type"] | undefined, seconds: number): Promise<SandboxEvent> {
    return new Promise((resolve, reject) => {
      const finish = () => {
        clearTimeout(timer);
        closed.removeEventListener("abort", end);
        waiting = waiting.filter((other) => other !== own);
      };
      const own: Waiting = {
        type,
        take(event) {
          finish();
          resolve(event);
        },
      };
      const end = () => {
        finish();
        reject(closed.reason);
      };
      const timer = setTimeout(() => {
        finish();
        reject(new Error(`No event${type ? ` ${type}` : ""} came within ${seconds} seconds. ${summaryOf(all)}`));
      }, seconds * 1000);
      closed.addEventListener("abort", end);
      waiting.push(own);
    });
  }

  return {
    listen,
    async next<Type extends SandboxEvent["type"]>(options: NextEventOptions<Type> = {}) {
      const { type, timeoutSeconds = patienceSeconds } = options;
      await listen();
      closed.throwIfAborted();
      const index = fresh.findIndex((event) => isOf(type, event));
      const [event] = index < 0 ? [] : fresh.splice(index, 1);
      return (event ?? (await wait(type, timeoutSeconds))) as EventOf<Type>;
    },
    all: () => [...all],
    async test(type) {
      await listen();
      await unwrap(sendTestEvent(client, { Type: type }));
    },
    /** After a reset, which also ends that the sandbox posts here. */
    async forget() {
      all = [];
      fresh = [];
      hearsFactors = false;
      if (receiver) await register(await receiver);
    },
  };
}

function isOf(type: SandboxEvent["type"] | undefined, event: SandboxEvent): boolean {
  return type === undefined || event.type === type;
}

function summaryOf(all: SandboxEvent[]): string {
  if (all.length > 0) return `There were ${[...new Set(all.map(({ type }) => type))].join(", ")}.`;
  return "There was none. Before what is to be heard happens, call events.listen().";
}
