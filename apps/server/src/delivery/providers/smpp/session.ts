import { randomFraction } from "../../../kernel/random.ts";
import { openConnection, type Pdu } from "./connection.ts";
import type { Arrived } from "./receipt.ts";
import type { SmppSettings } from "./settings.ts";
import { statusCode } from "./status.ts";

/** Time and chance of a connection: the real ones, whatever the sandbox's clock says. */
export interface SmppTimers {
  /** Milliseconds since 1970. */
  clock: () => number;
  /** From 0 to 1. */
  random: () => number;
  /** Runs once, unless the returned function is called before. */
  after: (ms: number, run: () => void) => () => void;
}

export const realTimers: SmppTimers = {
  clock: Date.now,
  random: randomFraction,
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** A bound connection. */
export interface SmppSession {
  /** @param late Gets an answer that comes after its time. */
  request: (command: string, fields: object, late?: (answer: SmppAnswer) => void) => Promise<SmppOutcome>;
  /** Says goodbye, and closes. */
  unbind: () => Promise<void>;
  /** When the connection is gone: why, as an error code. */
  closed: Promise<string>;
}

export interface SmppAnswer {
  status: number;
  messageId: string;
}

/** An answer, or the error code of its absence. */
export type SmppOutcome = SmppAnswer | { errorCode: string };

interface SmppSessionOptions {
  settings: SmppSettings;
  timers: SmppTimers;
  ca?: string | undefined;
  /** Takes what the SMS centre delivers; a rejection makes it come again. */
  arrived: (message: Arrived) => Promise<void>;
}

interface Waiting {
  answered: (answer: SmppOutcome) => void;
  late: ((answer: SmppAnswer) => void) | undefined;
  cancel: () => void;
  isLate: boolean;
}

/** A stop is no longer held up by a centre that does not answer. */
const unbindMs = 2_000;
/** Far above any window: only requests that were never answered can be that many. */
const waitingMax = 1000;

/**
 * Connects and binds as a transceiver.
 * @throws Error whose message is an error code, such as `smpp_rbindfail`, `smpp_timeout` or `smpp_econnrefused`.
 */
export async function openSmppSession({ settings, timers, ca, arrived }: SmppSessionOptions): Promise<SmppSession> {
  const waiting = new Map<number, Waiting>();
  const { promise: closed, resolve: setClosed } = promiseOf<string>();
  const { promise: opened, resolve: setOpened } = promiseOf<undefined>();
  let sequence = 0;
  let isClosing = false;

  const connection = openConnection(settings, ca, {
    opened: () => setOpened(undefined),
    closed(reason) {
      const errorCode = `smpp_${reason.toLowerCase()}`;
      for (const each of waiting.values()) {
        each.cancel();
        each.answered({ errorCode });
      }
      waiting.clear();
      cancelEnquiry();
      setClosed(errorCode);
    },
    pdu(pdu) {
      if (pdu.isResponse) answer(pdu);
      else void serve(pdu);
    },
  });

  function answer(pdu: Pdu): void {
    const request = waiting.get(pdu.sequence);
    if (!request) return;
    waiting.delete(pdu.sequence);
    request.cancel();
    const answer = { status: pdu.status, messageId: pdu.text("message_id") };
    if (request.isLate) request.late?.(answer);
    else request.answered(answer);
  }

  async function serve(pdu: Pdu): Promise<void> {
    switch (pdu.command) {
      case "deliver_sm":
      case "data_sm":
        // "Temporary application error" makes the centre try again.
        return arrived(arrivedOf(pdu)).then(
          () => pdu.answer(0),
          () => pdu.answer(0x64),
        );
      case "enquire_link":
        return pdu.answer(0);
      case "unbind":
        pdu.answer(0);
        return connection.end();
      case "alert_notification":
      case "outbind":
        return undefined;
      default:
        return pdu.answer(0x03);
    }
  }

  function request(command: string, fields: object, late?: (answer: SmppAnswer) => void): Promise<SmppOutcome> {
    sequence = (sequence % 0x7fffffff) + 1;
    const own = sequence;
    return new Promise((answered) => {
      if (!connection.send(command, own, fields)) return answered({ errorCode: "smpp_connection_lost" });
      const cancel = timers.after(settings.timeoutMs, () => {
        const unanswered = waiting.get(own);
        if (unanswered) unanswered.isLate = true;
        answered({ errorCode: "smpp_timeout" });
        if (command === "submit_sm") void enquire();
      });
      waiting.set(own, { answered, late, cancel, isLate: false });
      const [oldest] = waiting.keys();
      if (waiting.size > waitingMax && oldest !== undefined) waiting.delete(oldest);
    });
  }

  /** A connection whose other end is gone without a word is found out so. */
  async function enquire(): Promise<void> {
    cancelEnquiry();
    const outcome = await request("enquire_link", {});
    if ("errorCode" in outcome) connection.destroy("timeout");
    else if (!isClosing) cancelEnquiry = timers.after(settings.enquireMs, () => void enquire());
  }

  let cancelEnquiry = timers.after(settings.timeoutMs, () => connection.destroy("timeout"));
  const failed = await Promise.race([opened, closed]);
  cancelEnquiry();
  if (failed !== undefined) throw new Error(failed);
  const bound = await request("bind_transceiver", bindFields(settings));
  if ("errorCode" in bound || bound.status !== 0) {
    connection.destroy("refused");
    await closed;
    throw new Error("errorCode" in bound ? bound.errorCode : statusCode(bound.status));
  }
  cancelEnquiry = timers.after(settings.enquireMs, () => void enquire());

  return {
    request,
    closed,
    async unbind() {
      isClosing = true;
      cancelEnquiry();
      const cancel = timers.after(unbindMs, () => connection.destroy("timeout"));
      await request("unbind", {});
      cancel();
      connection.destroy("connection_lost");
      await closed;
    },
  };
}

function bindFields({ systemId, password, systemType }: SmppSettings): object {
  return { system_id: systemId, password, system_type: systemType, interface_version: 0x34 };
}

function arrivedOf(pdu: Pdu): Arrived {
  return {
    esmClass: pdu.number("esm_class") ?? 0,
    text: pdu.text("short_message") || pdu.text("message_payload"),
    receiptedId: pdu.text("receipted_message_id") || undefined,
    messageState: pdu.number("message_state"),
  };
}

function promiseOf<Value>() {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
