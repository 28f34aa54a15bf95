import { expect, test } from "vitest";
import { isGsmText, smsParts, smsPieces } from "./sms.ts";

test("a text has as many parts as pieces are made of it, whatever its characters take", () => {
  for (const character of ["a", "€", "ф", "😀"]) {
    for (const length of [0, 1, 35, 36, 69, 70, 71, 79, 80, 81, 134, 135, 152, 153, 160, 161, 306, 307]) {
      const text = character.repeat(length);
      expect(smsParts(text), `${length} of ${character}`).toBe(smsPieces(text, 8).pieces.length);
    }
  }
});

test("GSM-7 has its own characters, those that its syntax could mean otherwise too, and no others", () => {
  for (const text of ["", "Code: 123-456", "^{}\\[~]|€", "@£$¥\n\r\f_ΦΓ\"'()*+,-./", "[a-z]"])
    expect(isGsmText(text), text).toBe(true);
  for (const text of ["`", "ç", "’", "\t", "ф", "😀", "\u{1b}"]) expect(isGsmText(`a${text}`), text).toBe(false);
});
