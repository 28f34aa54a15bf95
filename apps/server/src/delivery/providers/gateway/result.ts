import type { DeliverableMessage } from "../../../verifications/composed-send.ts";
import type { Delivered } from "../../routing.ts";
import type { GatewayShape } from "./settings.ts";

/** The gateway's answer; of its body, as much as was read. */
interface GatewayAnswer {
  status: number;
  retryAfter: string | undefined;
  body: string;
}

/** What came of it: an answer, or a word that says why there is none, and names neither address nor recipient. */
export type Exchange = { answer: GatewayAnswer } | { reason: string };

/**
 * What a gateway's answer says of a message. Only a refusal of the message itself ends it: one of our credentials or of
 * the address is the gateway's trouble, and another provider may carry the message.
 */
export function resultOf(
  shape: GatewayShape,
  exchange: Exchange,
  content: Pick<DeliverableMessage, "to" | "code">,
  now: number,
): Delivered {
  if ("reason" in exchange) return { status: "retry", errorCode: exchange.reason };
  const { answer } = exchange;
  const { status } = answer;
  const { id, errors, taken, isRefusal } = rulesOf(shape);
  const body = parse(answer.body);
  const isTaken = !taken || at(body, taken.at) === undefined || taken.is.includes(textAt(body, taken.at) ?? "");
  if (status >= 200 && status < 300 && isTaken) {
    const reference = id === undefined ? undefined : word(textAt(body, id), content);
    return reference === undefined ? { status: "sent" } : { status: "sent", reference };
  }
  const errorCode = errors.flatMap((path) => word(textAt(body, path), content) ?? [])[0] ?? `http_${status}`;
  if (isRefusal(status, errorCode)) return { status: "failed", errorCode };
  const retryAfterSeconds = retryAfter(answer, now);
  return { status: "retry", errorCode, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
}

/** Where answers of a shape say what, and which refuse the message itself. */
interface Rules {
  /** Where the answer has the gateway's own name for the message, if that is of use. */
  id?: string;
  errors: readonly string[];
  taken?: { at: string; is: readonly string[] } | undefined;
  isRefusal: (status: number, errorCode: string) => boolean;
}

function rulesOf(shape: GatewayShape): Rules {
  switch (shape.preset) {
    case "signed":
      return { errors: ["code"], isRefusal: isOfTheMessage };
    case "sms":
      return { id: shape.id, errors: ["code"], isRefusal: isOfTheMessage };
    case "whatsapp-cloud": {
      const isRefusal: Rules["isRefusal"] = (status, code) => !whatsappPasses.has(code) && isOfTheMessage(status);
      return { id: "messages.0.id", errors: ["error.code"], isRefusal };
    }
    case "recipe": {
      const { id, errors, taken, refusals } = shape.recipe;
      return { id, errors, taken, isRefusal: (_status, code) => refusals.includes(code) };
    }
  }
}

/** Statuses of 400 to 499 that say nothing of the message: credentials, address, pace. */
const notOfTheMessage = new Set([401, 403, 404, 405, 407, 408, 425, 429]);

/** The Cloud API answers 400 where a limit is reached or the service is down, as well. */
const whatsappPasses = new Set([
  "1",
  "2",
  "4",
  "10",
  "190",
  "80007",
  "130429",
  "131000",
  "131016",
  "131048",
  "131056",
  "133004",
]);

function isOfTheMessage(status: number): boolean {
  return status >= 400 && status < 500 && !notOfTheMessage.has(status);
}

function parse(text: string): unknown {
  // Most gateways of one's own say nothing beside the status, and what throws takes as long as all else of a delivery.
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param path keys and positions, parted by dots */
function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((inner, key) => {
    return typeof inner === "object" && inner !== null && Object.hasOwn(inner, key)
      ? (inner as Record<string, unknown>)[key]
      : undefined;
  }, value);
}

/** What stands at a place, if it is a text or a number: a list or an object says nothing there. */
export function textAt(value: unknown, path: string): string | undefined {
  const found = at(value, path);
  return typeof found === "string" || typeof found === "number" ? String(found) : undefined;
}

/** A name or a number that may be stored and logged: short, plain, and without the recipient or the code in it. */
function word(text: string | undefined, { to, code }: Pick<DeliverableMessage, "to" | "code">): string | undefined {
  if (text === undefined || !/^[\w.:=+/@-]{1,200}$/.test(text)) return undefined;
  return text.includes(code) || text.includes(to.replace(/^\+/, "")) ? undefined : text;
}

const retryAfterSecondsMax = 86_400;

/** RFC 9110, 10.2.3: seconds, or a date. */
function retryAfter({ retryAfter: value }: GatewayAnswer, now: number): number | undefined {
  if (value === undefined) return undefined;
  const seconds = /^\d+$/.test(value) ? Number(value) : Math.ceil((Date.parse(value) - now) / 1000);
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 0), retryAfterSecondsMax);
}
