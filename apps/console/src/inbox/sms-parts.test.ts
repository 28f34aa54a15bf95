import { expect, test } from "vitest";
import { smsPieces } from "../../../server/src/kernel/sms.ts";
import { smsParts } from "./sms-parts.ts";

test("parts are counted as the server cuts them", () => {
  const beginnings = ["", "a", "é", "ç", "€", "[€]", "😀", "ab😀", "код", "\n", "©"];
  for (const beginning of beginnings) {
    for (const length of [1, 34, 35, 67, 70, 71, 80, 133, 134, 153, 159, 160, 161, 305, 306, 307, 400]) {
      for (const filling of ["a", "€", "д", "😀"]) {
        const text = beginning + filling.repeat(length);
        const { isGsm, pieces } = smsPieces(text, 8);
        expect(smsParts(text), text).toMatchObject({ parts: pieces.length, alphabet: isGsm ? "GSM-7" : "UCS-2" });
      }
    }
  }
});

test("it says how much of them is filled", () => {
  expect(smsParts("Your Acme verification code is: 123456")).toEqual({
    parts: 1,
    alphabet: "GSM-7",
    used: 38,
    room: 160,
  });
  expect(smsParts("д".repeat(71))).toMatchObject({ parts: 2, used: 71, room: 134 });
});
