import { backOffMs } from "../../../kernel/back-off.ts";
import type { Delivered } from "../../routing.ts";

/**
 * Error codes of an SMS centre in the Attempts log: `smpp_` and the status of SMPP 3.4, 5.1.3 by its name, such as
 * `smpp_rthrottled`, or by its number, as most above 0x400 are a centre's own: `smpp_0x00000402`. They are not put into
 * the numbers of another service's catalogue, since an operator asks the centre about them.
 */
export function statusCode(status: number): string {
  return `smpp_${statusNames.get(status) ?? `0x${status.toString(16).padStart(8, "0")}`}`;
}

/** What a refusal of a submit means. Only one of the recipient or of the text itself ends the message. */
export function refusalOf(status: number): Delivered {
  return { status: permanent.has(status) ? "failed" : "retry", errorCode: statusCode(status) };
}

/** Throttled, or the queue is full. */
export function isThrottling(status: number): boolean {
  return status === 0x58 || status === 0x14;
}

/** Holds all messages back when the SMS centre says that they come too fast. */
interface SmppPace {
  /** What a message gets while they are held back. */
  held: () => Delivered | undefined;
  throttled: (status: number) => Delivered;
  accepted: () => void;
}

const backOff = { firstMs: 1_000, longestMs: 30_000, spread: 0 };

/** A second, and twice as long each time, until a message is taken again. */
export function openPace(clock: () => number): SmppPace {
  let pause: { until: number; errorCode: string } | undefined;
  let pauses = 0;

  function held(): Delivered | undefined {
    const leftMs = pause ? pause.until - clock() : 0;
    if (!pause || leftMs <= 0) return undefined;
    return { status: "retry", errorCode: pause.errorCode, retryAfterSeconds: Math.ceil(leftMs / 1000) };
  }

  return {
    held,
    throttled(status) {
      const errorCode = statusCode(status);
      const already = held();
      // One pause for all that were under way together.
      if (already) return already;
      pauses++;
      const lengthMs = backOffMs(backOff, pauses, 0);
      pause = { until: clock() + lengthMs, errorCode };
      return { status: "retry", errorCode, retryAfterSeconds: lengthMs / 1000 };
    },
    accepted() {
      // What was under way when the pause began says nothing of its length.
      if (!held()) pauses = 0;
    },
  };
}

const statusNames = new Map([
  [0x01, "rinvmsglen"],
  [0x02, "rinvcmdlen"],
  [0x03, "rinvcmdid"],
  [0x04, "rinvbndsts"],
  [0x05, "ralybnd"],
  [0x06, "rinvprtflg"],
  [0x07, "rinvregdlvflg"],
  [0x08, "rsyserr"],
  [0x0a, "rinvsrcadr"],
  [0x0b, "rinvdstadr"],
  [0x0d, "rbindfail"],
  [0x0e, "rinvpaswd"],
  [0x0f, "rinvsysid"],
  [0x14, "rmsgqful"],
  [0x15, "rinvsertyp"],
  [0x43, "rinvesmclass"],
  [0x45, "rsubmitfail"],
  [0x48, "rinvsrcton"],
  [0x49, "rinvsrcnpi"],
  [0x50, "rinvdstton"],
  [0x51, "rinvdstnpi"],
  [0x53, "rinvsystyp"],
  [0x58, "rthrottled"],
  [0x61, "rinvsched"],
  [0x62, "rinvexpiry"],
  [0x64, "rx_t_appn"],
  [0x65, "rx_p_appn"],
  [0x66, "rx_r_appn"],
  [0xfe, "rdeliveryfailure"],
  [0xff, "runknownerr"],
]);

const permanent = new Set([0x01, 0x0b, 0x65, 0x66, 0xfe]);
