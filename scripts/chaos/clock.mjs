// Loaded before a server whose clock is to step: there is no other way to move the wall clock of one process alone. The
// file holds the milliseconds by which the server is ahead, and is read each time that somebody asks for the time, so that
// a step is there at once in every process. Timers go on as they do when an administrator or NTP sets the clock.
import { openSync, readSync } from "node:fs";

const file = openSync(process.env.CHAOS_CLOCK, "r");
const bytes = Buffer.alloc(8);
const now = Date.now;

Date.now = () => {
  readSync(file, bytes, 0, 8, 0);
  return now() + Number(bytes.readBigInt64LE());
};
