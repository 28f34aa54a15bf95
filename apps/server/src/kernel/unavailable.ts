/**
 * The database cannot be reached, and the same call may succeed later. Nothing was changed, unless a database elsewhere
 * went away while it committed: then nobody knows. What was decided so is kept whole or not at all, and deciding again is
 * safe, since it starts from what was kept.
 */
export class StoreUnavailableError extends Error {
  override name = "StoreUnavailableError";
}
