import { accepted, refused } from "../domain/refusal.ts";
import type { MovableClock } from "../sandbox-ports.ts";
import type { Dependencies } from "./dependencies.ts";
import type { Handler } from "./handler.ts";
import { isoTime } from "./wire.ts";

export function fetchClock({ sandbox }: Dependencies): Handler<"fetchClock"> {
  return async () => (sandbox ? accepted(clockBody(sandbox.clock)) : refused(20404));
}

export function clockBody(clock: MovableClock) {
  return { now: isoTime(clock.now()), advanced_seconds: clock.advancedSeconds() };
}
