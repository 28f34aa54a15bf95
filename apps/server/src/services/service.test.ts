import { isFriendlyName } from "@countersign/document";
import openapi from "@countersign/spec/openapi.json" with { type: "json" };
import { expect, test } from "vitest";

const { pattern } = openapi.components.schemas.CreateServiceRequest.properties.FriendlyName;

test("a name is of letters of any script, digits, spaces, - and _", () => {
  for (const name of ["Acme", "Café-Müller_2", "株式会社", "𠮷野家", "हिन्दी"])
    expect([name, isFriendlyName(name)]).toEqual([name, true]);
  for (const name of ["Acme!", "a/b", "<b>", "Acme 😀", "Ac\u202eme", "Ac\u200bme", "١٢٣٤٥", "＜b＞", "a\nb"]) {
    expect([name, isFriendlyName(name)]).toEqual([name, false]);
  }
});

test("the document's pattern refuses no name that is taken, whether or not a tool reads it as Unicode", () => {
  const readings = [new RegExp(pattern), new RegExp(pattern, "u")];
  const refused: string[] = [];
  for (let point = 0x20; point <= 0x10ffff; point += 1) {
    const name = String.fromCodePoint(point);
    if (isFriendlyName(name) && readings.some((reading) => !reading.test(name))) refused.push(point.toString(16));
  }
  expect(refused).toEqual([]);
  for (const name of ["Acme!", "a/b", "<b>", "Ac\u202eme", "12345", "a1b2c3d4e5"]) {
    expect(readings.map((reading) => reading.test(name))).toEqual([false, false]);
  }
});
