/**
 * Loaded before every test file: whatever the service answers over HTTP in this process, to `inject`, to an SDK or to
 * another process, is compared with the document as it leaves, and a departure fails the test.
 */
import { afterAll, afterEach, expect } from "vitest";
import { takeDepartures } from "./departures.ts";

export { takeDepartures };

// What servers of an earlier file answered after its end is not this one's.
takeDepartures();
afterEach(expectNone);
afterAll(expectNone);

function expectNone(): void {
  expect(takeDepartures(), "answers that the document does not have").toEqual([]);
}
