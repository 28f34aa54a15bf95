import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { smppParts } from "./encoding.ts";

describe("GSM-7", () => {
  test.each([
    [0, 1],
    [1, 1],
    [160, 1],
    [161, 2],
    [306, 2],
    [307, 3],
    [459, 3],
    [460, 4],
  ])("%i septets are %i messages", (length, segments) => {
    expect(smsLength("a".repeat(length))).toEqual({ encoding: "GSM-7", units: length, segments });
  });

  test("characters of the extension table take two septets", () => {
    expect(smsLength("€".repeat(80))).toEqual({ encoding: "GSM-7", units: 160, segments: 1 });
    expect(smsLength("€".repeat(81))).toEqual({ encoding: "GSM-7", units: 162, segments: 2 });
    expect(smsLength("\f^{}\\[~]|€").units).toBe(20);
  });

  test("an extension character is not split between two messages", () => {
    // 152 + 1 leaves no room for the pair: it opens the second message, and pushes the last character into a third.
    expect(smsLength(`${"a".repeat(152)}€${"a".repeat(152)}`)).toEqual({ encoding: "GSM-7", units: 306, segments: 3 });
  });

  test("the whole basic table is known", () => {
    const table =
      "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    expect(smsLength(table)).toEqual({ encoding: "GSM-7", units: 127, segments: 1 });
  });

  test("the documented English message fits one SMS with the longest friendly name", () => {
    const text = `Your ${"n".repeat(30)} verification code is: 1234567890`;
    expect(smsLength(text)).toMatchObject({ encoding: "GSM-7", segments: 1 });
    expect(smsLength(`<#> ${text} He42w354ol9`).segments).toBe(1);
  });
});

describe("UCS-2", () => {
  test.each([
    [1, 1],
    [70, 1],
    [71, 2],
    [134, 2],
    [135, 3],
  ])("%i units are %i messages", (length, segments) => {
    expect(smsLength("я".repeat(length))).toEqual({ encoding: "UCS-2", units: length, segments });
  });

  test.each(["ç", "ó", "’", "`", "\t", "\u00a0", "\u001b"])("%j alone makes the whole text UCS-2", (character) => {
    expect(smsLength(`${"a".repeat(70)}${character}`)).toEqual({ encoding: "UCS-2", units: 71, segments: 2 });
  });

  test("a surrogate pair counts two and is not split between two messages", () => {
    expect(smsLength("😀".repeat(35))).toEqual({ encoding: "UCS-2", units: 70, segments: 1 });
    expect(smsLength("😀".repeat(67))).toEqual({ encoding: "UCS-2", units: 134, segments: 3 });
  });
});

test("segments hold the units, waste less than one unit each, and never shrink when the text grows", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "1", "€", "\n", "я", "😀"), maxLength: 600 });
  fc.assert(
    fc.property(text, (input) => {
      const { encoding, units, segments } = smsLength(input);
      const [single, part] = encoding === "GSM-7" ? [160, 153] : [70, 67];
      if (segments === 1) expect(units).toBeLessThanOrEqual(single);
      else expect(units).toBeGreaterThan(single);
      expect(units).toBeLessThanOrEqual(Math.max(single, segments * part));
      expect(segments).toBeLessThanOrEqual(Math.max(1, Math.ceil(units / (part - 1))));
      expect(smsLength(`${input}a`).segments).toBeGreaterThanOrEqual(segments);
    }),
  );
});

/** How an SMS is billed. Units are septets for GSM-7, and 16-bit units for UCS-2. */
function smsLength(text: string) {
  const parts = smppParts(text, 0, 8);
  const isGsm = parts.every(({ dataCoding }) => dataCoding === 0);
  const octets = parts.reduce((sum, { shortMessage, hasHeader }) => sum + shortMessage.length - (hasHeader ? 6 : 0), 0);
  return { encoding: isGsm ? "GSM-7" : "UCS-2", units: isGsm ? octets : octets / 2, segments: parts.length };
}
