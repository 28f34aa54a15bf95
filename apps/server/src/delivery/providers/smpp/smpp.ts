import { createHash } from "node:crypto";
import type { DeliveryReport } from "../../../attempts/attempt.ts";
import { createUnderWay } from "../../../kernel/under-way.ts";
import type { DeliverableMessage } from "../../../verifications/composed-send.ts";
import type { OutboxMessage } from "../../outbox.ts";
import type { Delivered, Provider } from "../../routing.ts";
import { createTurns } from "../../turns.ts";
import { type SmppPart, smppParts } from "./encoding.ts";
import { keepBound, type SmppLog } from "./link.ts";
import { type Arrived, messageId, readReceipt, referenceOf } from "./receipt.ts";
import {
  openSmppSession,
  realTimers,
  type SmppAnswer,
  type SmppOutcome,
  type SmppSession,
  type SmppTimers,
} from "./session.ts";
import { readSmppSettings, type SmppSettings } from "./settings.ts";
import { isThrottling, openPace, refusalOf } from "./status.ts";

export interface SmppOptions {
  log?: SmppLog | undefined;
  /**
   * Gets what a delivery receipt says of the message with that reference. It may come before `deliver` has answered,
   * and in another process than the one that sent. A throw or a rejection makes the SMS centre send the receipt again.
   */
  onReceipt?: (reference: string, report: DeliveryReport) => void | Promise<void>;
  timers?: SmppTimers;
  /** Certificates to trust instead of those that Node.js trusts; PEM. */
  ca?: string;
}

/** Messages and references that are remembered at once. */
const rememberedMax = 10_000;

/**
 * Opens an SMS centre that is reached by SMPP 3.4, bound as a transceiver: `smpp://user:password@host:2775?from=Acme`, or
 * `smpps:` with TLS (port 3550). It connects with the first message.
 *
 * Error codes are those of `statusCode`; `smpp_timeout`, `smpp_connection_lost` or the system's `smpp_econnrefused` and
 * the like where there was no answer; of receipts, the state and the network's error, `smpp_undeliv_001`.
 *
 * A part that the centre took is not sent again, even if its answer came late or another part was refused, as long as the
 * same process tries again. An answer that never comes leaves open whether the part was taken, and it is sent again,
 * under the same number of concatenation.
 * @throws Error with one line that says what is wrong with the URL.
 */
export function openSmppProvider(url: URL, options: SmppOptions = {}): Provider {
  const settings = readSmppSettings(url);
  const { log, onReceipt, timers = realTimers, ca } = options;
  const name = `smpp ${url.host}`;
  const references = openMemory<true>(rememberedMax);
  const turns = createTurns(settings.window);
  const pace = openPace(timers.clock);
  const underWay = createUnderWay<Delivered>();
  /** The parts of a message that the centre took: its names for them. */
  const taken = openMemory<(string | undefined)[]>(rememberedMax);
  const open = () => openSmppSession({ settings, timers, ca, arrived });
  const link = keepBound(name, open, timers, log);

  async function arrived(message: Arrived): Promise<void> {
    const receipt = readReceipt(message);
    const reference = receipt && referenceOf(receipt, references.has, settings.receiptId);
    if (receipt && reference !== undefined) await onReceipt?.(reference, receipt.report);
  }

  async function deliver(message: OutboxMessage, content: DeliverableMessage): Promise<Delivered> {
    if (!/^\+[1-9]\d{1,14}$/.test(content.to)) return refusalOf(0x0b);
    const { attemptSid } = message;
    const parts = smppParts(content.text, partReference(attemptSid), settings.partReferenceBits);
    const tookAll = () => parts.every((_, index) => taken.get(attemptSid)?.[index] !== undefined);
    if (tookAll()) return sent(attemptSid, parts.length, content.code);
    const held = pace.held();
    if (held) return held;
    const bound = await link.session();
    if ("errorCode" in bound) return { status: "retry", ...bound };

    const results = await Promise.all(
      parts.map((part, index) => {
        if (taken.get(attemptSid)?.[index] !== undefined) return undefined;
        const keep = (answer: SmppAnswer) => take(attemptSid, index, answer);
        const fields = submitFields(settings, message, content.to, part, index === parts.length - 1, timers.clock());
        return submitInTurn(bound, fields, keep);
      }),
    );
    const troubles = results.filter((result) => result !== undefined);
    if (troubles.length === 0) return sent(attemptSid, parts.length, content.code);
    return troubles.find(({ status }) => status === "failed") ?? (troubles[0] as Delivered);
  }

  async function submitInTurn(...what: Parameters<typeof submit>) {
    await turns.take();
    return submit(...what).finally(turns.release);
  }

  /** @returns undefined when the part was taken. */
  async function submit(session: SmppSession, fields: object, keep: (answer: SmppAnswer) => void) {
    const held = pace.held();
    if (held) return held;
    const outcome: SmppOutcome = await session.request("submit_sm", fields, keep);
    if ("errorCode" in outcome) return { status: "retry", errorCode: outcome.errorCode } as const;
    if (isThrottling(outcome.status)) return pace.throttled(outcome.status);
    if (outcome.status !== 0) return refusalOf(outcome.status);
    pace.accepted();
    keep(outcome);
    return undefined;
  }

  function take(attemptSid: string, index: number, answer: SmppAnswer): void {
    if (answer.status !== 0) return;
    const parts = taken.get(attemptSid) ?? [];
    parts[index] = messageId(answer.messageId) ?? "";
    taken.keep(attemptSid, parts);
    // A receipt may come with the next octets.
    if (parts[index]) references.keep(parts[index], true);
  }

  function sent(attemptSid: string, count: number, code: string): Delivered {
    const reference = taken.get(attemptSid)?.[count - 1];
    taken.forget(attemptSid);
    // What the other side calls a message is stored in clear.
    return reference && reference !== code ? { status: "sent", reference } : { status: "sent" };
  }

  return {
    name,
    deliver: (message, content) => underWay.follow(deliver(message, content)),
    async probe() {
      const live = link.current();
      if (live) {
        const outcome = await live.request("enquire_link", {});
        if ("errorCode" in outcome) throw new Error(`the SMS centre does not answer: ${outcome.errorCode}`);
        return;
      }
      const session = await open().catch((error: Error) => {
        throw new Error(`the SMS centre does not let us in: ${error.message}`);
      });
      await session.unbind();
    },
    async close() {
      await underWay.ended();
      await link.close();
    },
  };
}

/** The same in each try, in whatever process. */
function partReference(attemptSid: string): number {
  return createHash("sha256").update(attemptSid).digest().readUInt16BE(0);
}

function submitFields(
  { source, receipts, validity }: SmppSettings,
  { expiresAt }: OutboxMessage,
  to: string,
  part: SmppPart,
  isLast: boolean,
  now: number,
): object {
  return {
    source_addr_ton: source.ton,
    source_addr_npi: source.npi,
    source_addr: source.address,
    dest_addr_ton: 1,
    dest_addr_npi: 1,
    destination_addr: to.slice(1),
    esm_class: part.hasHeader ? 0x40 : 0,
    registered_delivery: receipts && isLast ? 1 : 0,
    data_coding: part.dataCoding,
    short_message: part.shortMessage,
    ...(validity && { validity_period: validityPeriod(expiresAt - now) }),
  };
}

/** SMPP 3.4, 7.1.1: years, months, days, hours, minutes and seconds from now; at least a minute. */
function validityPeriod(lifetimeMs: number): string {
  const seconds = Math.max(60, Math.ceil(lifetimeMs / 1000));
  const parts = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  return `0000${[...parts, seconds % 60].map((part) => String(part).padStart(2, "0")).join("")}000R`;
}

/** A map that forgets what is oldest. */
function openMemory<Value>(sizeMax: number) {
  const values = new Map<string, Value>();
  return {
    get: (key: string) => values.get(key),
    has: (key: string) => values.has(key),
    forget: (key: string) => void values.delete(key),
    keep(key: string, value: Value) {
      values.delete(key);
      values.set(key, value);
      const [oldest] = values.keys();
      if (values.size > sizeMax && oldest !== undefined) values.delete(oldest);
    },
  };
}
