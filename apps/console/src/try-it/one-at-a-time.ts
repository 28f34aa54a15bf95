/** Has one piece of work under way: what begins later ends what was before, of whose outcome nobody is told. */
export function oneAtATime<T>(tell: (outcome: T) => void) {
  let underWay: AbortController | undefined;
  return async (begin: (signal: AbortSignal) => Promise<T>): Promise<void> => {
    underWay?.abort();
    const own = new AbortController();
    underWay = own;
    const outcome = await begin(own.signal);
    if (!own.signal.aborted) tell(outcome);
  };
}
