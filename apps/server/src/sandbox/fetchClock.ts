import type { Dependencies } from "../dependencies.ts";
import type { Handler } from "../kernel/handler.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import { isoTime } from "../kernel/wire.ts";
import type { MovableClock } from "./movable-clock.ts";

export function fetchClock({ sandbox }: Dependencies): Handler<"fetchClock"> {
  return async () => (sandbox ? accepted(clockBody(sandbox.clock)) : refused(20404));
}

export function clockBody(clock: MovableClock) {
  return { now: isoTime(clock.now()), advanced_seconds: clock.advancedSeconds() };
}
