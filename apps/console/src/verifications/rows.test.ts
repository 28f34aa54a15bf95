import { expect, test } from "vitest";
import { isHoldingUp, merged, pageAfter, type Row, type Stream } from "./rows.ts";

const next = { Page: 1, PageToken: "PT1" };
const stream = (dates: string[], goesOn = false): Stream => ({
  rows: dates.map((date) => ({ sid: date, date }) as Row),
  next: goesOn ? next : undefined,
});
const shown = (streams: Stream[]) => merged(streams).map(({ date }) => date);

test("two lists are one, newest first", () => {
  expect(shown([stream(["5", "3"]), stream(["4", "2"])])).toEqual(["5", "4", "3", "2"]);
});

test("what is older than the end of a list that goes on waits, for others of that list may come before it", () => {
  const streams = [stream(["9", "7"], true), stream(["8", "2"])];
  expect(shown(streams)).toEqual(["9", "8", "7"]);
  expect(streams.map((each) => isHoldingUp(each, streams))).toEqual([true, false]);
});

test("where both go on, the one that ends later has to", () => {
  const streams = [stream(["9", "7"], true), stream(["8", "2"], true)];
  expect(shown(streams)).toEqual(["9", "8", "7"]);
  expect(streams.map((each) => isHoldingUp(each, streams))).toEqual([true, false]);
});

test("an empty page that has a next one holds everything up", () => {
  const streams = [stream([], true), stream(["8"])];
  expect(shown(streams)).toEqual([]);
  expect(isHoldingUp(streams[0] as Stream, streams)).toBe(true);
});

test("the next page is asked for by its token, wherever the server believes itself to be", () => {
  expect(pageAfter({ next_page_url: "https://elsewhere/x?Page=2&PageToken=PT2" })).toEqual({
    Page: 2,
    PageToken: "PT2",
  });
  expect(pageAfter({ next_page_url: null })).toBeUndefined();
});
