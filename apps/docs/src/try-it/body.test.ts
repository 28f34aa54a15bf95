import { expect, test } from "vitest";
import { type Body, bodyOf, readBytes } from "./body.ts";

const json = "application/json; charset=utf-8";

async function shown(body: BodyInit | null, type = json): Promise<Body> {
  return bodyOf(await readBytes(new Response(body)), type);
}

test("of a huge answer the first 200 kB are shown, and how much is left out is told", async () => {
  const { text = "", note } = await shown(`[${"1.0,".repeat(6_500_000)}1]`);
  expect(text).toMatch(/^\[\n {2}1\.0,\n {2}1\.0,/);
  expect(text.replace(/\s/g, "")).toHaveLength(200_000);
  expect(note).toBe("Here are the first 200 kB; 25.8 MB are left out.");
});

test("an answer without an end is not read to its end", async () => {
  let isLeft = false;
  const chunk = new Uint8Array(10_000_000).fill(97);
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(chunk),
    cancel: () => {
      isLeft = true;
    },
  });
  const { text, note } = await shown(endless, "text/plain");
  expect(text).toBe("a".repeat(200_000));
  expect(note).toContain("more than ");
  expect(isLeft).toBe(true);
});

test("what cannot be laid out is shown as it came", async () => {
  for (const body of ["[".repeat(60_000), `${"[".repeat(60_000)}${"]".repeat(60_000)}`, "<a> 1.0 </a>", "{"])
    expect(await shown(body)).toEqual({ text: body });
});

test("a character that the cut is in is left out, and bytes that are no text are counted instead", async () => {
  const { text = "" } = await shown(`a${"é".repeat(200_000)}`, "text/plain");
  expect(text).toBe(`a${"é".repeat(99_999)}`);
  expect(await shown(new Uint8Array([137, 80, 78, 71, 0, 255]), "image/png")).toEqual({
    text: undefined,
    note: "It is no text of UTF-8, and not shown: 6 bytes of image/png.",
  });
  expect(await shown(null)).toEqual({ text: "", note: "It has no body." });
});

test("an error is named as its page is, and what has no number names none", async () => {
  const errors = ['{"code":60203}', '{"error_code":"60022","code":1}', "null", "[]", '"a"', '{"to":"+1"}'];
  const named = await Promise.all(errors.map((body) => shown(body)));
  expect(named.map(({ error }) => error)).toEqual(["60203", "v1/60022", ...Array(4).fill(undefined)]);
});
