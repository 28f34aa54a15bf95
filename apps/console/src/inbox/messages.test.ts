import { expect, test } from "vitest";
import { type Message, threadsOf } from "./messages.ts";

const message = (sid: string, to: string) => ({ sid, to }) as Message;

test("a person's messages are one thread, oldest first, and the newest thread is on top", () => {
  const messages = [message("MS3", "+1"), message("MS2", "+2"), message("MS1", "+1")];
  expect(threadsOf(messages, []).map(({ to, messages }) => [to, messages.map(({ sid }) => sid)])).toEqual([
    ["+1", ["MS1", "MS3"]],
    ["+2", ["MS2"]],
  ]);
});

test("threads stay where they were when a message comes, and go with their messages", () => {
  const messages = [message("MS5", "+3"), message("MS4", "+2"), message("MS3", "+1")];
  expect(threadsOf(messages, ["+1", "+0", "+2"]).map(({ to }) => to)).toEqual(["+3", "+1", "+2"]);
});
