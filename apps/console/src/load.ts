import { useCallback, useEffect, useRef, useState } from "preact/hooks";

export interface Loaded<T> {
  /** What was loaded last; it stays while it is loaded anew, so that nothing jumps. */
  data: T | undefined;
  /** Why the last load failed. */
  error: unknown;
  isLoading: boolean;
  reload: () => void;
}

/**
 * Loads what a screen shows: at once, whenever one of `causes` changes, and, where `everySeconds` is given, again and again
 * while somebody looks: a hidden tab asks for nothing, and asks at once when it is looked at again.
 * @param load gets a signal that ends when its answer is no longer wanted.
 */
export function useLoad<T>(
  load: (signal: AbortSignal) => Promise<T>,
  causes: unknown[],
  everySeconds?: number,
): Loaded<T> {
  const [state, setState] = useState<Omit<Loaded<T>, "reload">>({ data: undefined, error: undefined, isLoading: true });
  const [round, setRound] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    const abort = new AbortController();
    setState((before) => ({ ...before, isLoading: true }));
    latest.current(abort.signal).then(
      (data) => !abort.signal.aborted && setState({ data, error: undefined, isLoading: false }),
      (error) => !abort.signal.aborted && setState(({ data }) => ({ data, error, isLoading: false })),
    );
    return () => abort.abort();
  }, [...causes, round]);
  const reload = useCallback(() => setRound((before) => before + 1), []);
  useEvery(everySeconds, reload);
  return { ...state, reload };
}

/** Does it every so many seconds while the page is looked at, and when it is looked at again. */
export function useEvery(seconds: number | undefined, act: () => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    if (seconds === undefined) return undefined;
    const actIfSeen = () => {
      if (!document.hidden) latest.current();
    };
    const timer = setInterval(actIfSeen, seconds * 1000);
    document.addEventListener("visibilitychange", actIfSeen);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", actIfSeen);
    };
  }, [seconds]);
}
