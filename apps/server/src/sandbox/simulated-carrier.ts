import type { Recipient } from "../kernel/recipient.ts";
import type { AskCarrier } from "../verifications/sna.ts";
import { outcomeOf } from "./outcome-number.ts";

const descriptions = new Map([
  [60500, "SNA Phone Number Mismatch"],
  [60510, "SNA Error"],
  [60511, "SNA Downstream Error"],
  [60517, "SNA User-Agent Mismatch Error"],
  [60519, "SNA Verification Result Pending"],
  [60520, "SNA URL Failed"],
  [60531, "SNA Carrier Not Detected"],
  [60532, "SNA Potential Dual SIM Detected"],
  [60533, "SNA Carrier Header Error"],
  [60534, "SNA Downstream Carrier Error"],
  [60540, "SNA Carrier Identified Invalid Phone Number"],
]);

/** The sandbox's carrier: it vouches for every number but an outcome number of silent network authentication. */
export const simulatedCarrier: AskCarrier = async (recipient: Recipient) => {
  const code = outcomeOf(recipient) ?? 0;
  const description = descriptions.get(code);
  return description
    ? { code, description, carrier: null }
    : { code: 0, description: "Success", carrier: "Example Wireless" };
};
