import { setTimeout as wait } from "node:timers/promises";

/** Asks four times a second, for a minute. @throws Error after that */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let asked = 0; asked < 240; asked += 1) {
    if (await isSo()) return;
    await wait(250);
  }
  throw new Error(`It did not come about in a minute: ${isSo}`);
}
