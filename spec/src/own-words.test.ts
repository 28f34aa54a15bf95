import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import openapi from "../dist/openapi.json" with { type: "json" };

/**
 * What the hosted service's documentation says of the check of a code and of the v1 errors, as hashes, so that this file
 * repeats none of it: each six words that follow one another in a sentence, and each whole sentence of four or five. The
 * messages of errors and the values of `status` are left out: they are data of the wire, and stay to the letter.
 */
const hosted = new Set(
  readFileSync(new URL("hosted-words.txt", import.meta.url), "utf8")
    .trim()
    .split("\n"),
);

test("the document is in our own words", () => {
  const copied = textsOf(openapi).flatMap(([path, text]) =>
    text
      .split(/(?<=[.!?:])\s+|\n\s*\n|\|/)
      .flatMap((sentence) => runsOf(sentence).filter((run) => hosted.has(hash(run))))
      .map((run) => `${path}: ${run}`),
  );
  expect(copied).toEqual([]);
});

test("copied words are noticed, whatever their capitals, punctuation and markup", () => {
  expect(runsOf("the given parameter  is `not` Valid").filter((run) => hosted.has(hash(run)))).toHaveLength(1);
});

/** The prose of the document, with where it stands: descriptions, summaries that are not an error's message, and remedies. */
function textsOf(node: unknown, path = ""): [string, string][] {
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, value]): [string, string][] => {
    const isProse = key === "description" || key === "x-remedy" || (key === "summary" && !path.includes("/examples/"));
    return typeof value === "string" && isProse ? [[`${path}/${key}`, value]] : textsOf(value, `${path}/${key}`);
  });
}

function runsOf(sentence: string): string[] {
  const words =
    sentence
      .replace(/\]\([^)]*\)/g, "")
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  if (words.length < 6) return words.length < 4 ? [] : [words.join(" ")];
  return words.slice(5).map((_, index) => words.slice(index, index + 6).join(" "));
}

function hash(run: string): string {
  return createHash("sha256").update(run).digest("hex").slice(0, 12);
}
