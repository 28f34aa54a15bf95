import { smsPieces } from "../../../kernel/sms.ts";

/** One SMS of a text. */
export interface SmppPart {
  dataCoding: number;
  shortMessage: Buffer;
  /** Whether it begins with a user data header. */
  hasHeader: boolean;
}

/**
 * The SMS, one or several, that a text takes.
 * @param reference Joins the parts at the recipient's: the same in each try, so that a part that comes twice counts once.
 */
export function smppParts(text: string, reference: number, referenceBits: 8 | 16): SmppPart[] {
  const { isGsm, pieces } = smsPieces(text, referenceBits);
  const dataCoding = isGsm ? 0 : 8;
  return pieces.map((octets, index) => {
    if (pieces.length === 1) return { dataCoding, shortMessage: octets, hasHeader: false };
    const header = headerOf(reference, referenceBits, pieces.length, index + 1);
    return { dataCoding, shortMessage: Buffer.concat([header, octets]), hasHeader: true };
  });
}

/** Concatenation of 3GPP TS 23.040, 9.2.3.24.1 and 9.2.3.24.8. */
function headerOf(reference: number, bits: 8 | 16, total: number, number: number): Buffer {
  return bits === 8
    ? Buffer.from([5, 0, 3, reference & 0xff, total, number])
    : Buffer.from([6, 8, 4, (reference >> 8) & 0xff, reference & 0xff, total, number]);
}
