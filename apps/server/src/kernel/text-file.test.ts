import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readText } from "./text-file.ts";

test("a file in another encoding than UTF-8 is refused, and not read as other characters", () => {
  const folder = mkdtempSync(join(tmpdir(), "countersign-text-"));
  const file = join(folder, "file");
  const read = (bytes: string | Buffer) => {
    writeFileSync(file, bytes);
    return readText(file);
  };
  expect(read("\ufeffGrüße")).toMatchObject({ text: "\ufeffGrüße" });
  const why = { why: "it is not in UTF-8" };
  expect(read(Buffer.from("Grüße", "latin1"))).toEqual(why);
  expect(read(Buffer.from("\ufeffservices: []", "utf16le"))).toEqual(why);
  expect(read(Buffer.from("\ufeffservices: []", "utf16le").swap16())).toEqual(why);
  rmSync(folder, { recursive: true });
});
