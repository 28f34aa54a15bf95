import { agree, isKept } from "./agreement.ts";
import type { KeptVerification, Request } from "./history.ts";
import { keyOf, type State, type Step, type Surroundings, stepsOf } from "./model.ts";
import type { ServerTime } from "./server-time.ts";

/** What the search needs to know beside the requests. */
export interface Circumstances extends Surroundings {
  time: ServerTime;
  /** Whether a request may have been done although nothing, or 503, was answered. */
  isUnknown: (request: Request) => boolean;
}

/** One order that explains all answers so far. */
interface Explanation {
  state: State;
  /** Requests under way, or never answered, that are done in this order. */
  done: ReadonlySet<number>;
}

/** Why there is no order. */
export interface Unexplained {
  /** The request whose answer no order gives; nothing when it is what the database holds in the end. */
  request: Request | undefined;
  /** What could have been held before it. */
  states: State[];
}

/**
 * Looks for an order of one recipient's requests in which the domain gives just the answers that were acknowledged. A
 * request takes effect at one moment between its begin and its answer; one without an answer at any moment after its
 * begin, or never. Each time that an answer comes, all orders that explain the answers so far are kept (just-in-time
 * linearization).
 */
export function explain(
  requests: readonly Request[],
  kept: readonly KeptVerification[] | undefined,
  circumstances: Circumstances,
): Unexplained | undefined {
  let explanations: Explanation[] = [{ state: [], done: new Set() }];
  let open: Request[] = [];
  for (const { request, isEnd } of momentsOf(requests, circumstances)) {
    if (!isEnd) {
      open.push(request);
      continue;
    }
    const search = { open, circumstances, at: request.end };
    const found = extend(explanations, search, ({ done }) => done.has(request.id));
    if (found.length === 0) return { request, states: explanations.map(({ state }) => state) };
    open = open.filter((each) => each !== request);
    explanations = unique(found.map(({ state, done }) => ({ state, done: without(done, request.id) })));
  }
  if (!kept) return undefined;
  const search = { open, circumstances, at: Number.POSITIVE_INFINITY };
  const [found] = extend(explanations, search, ({ state }) => isKept(state, kept));
  return found ? undefined : { request: undefined, states: explanations.map(({ state }) => state) };
}

interface Search {
  open: readonly Request[];
  circumstances: Circumstances;
  /** The moment until which a request without an answer may have been done. */
  at: number;
}

function momentsOf(requests: readonly Request[], { isUnknown }: Circumstances) {
  return requests
    .filter((request) => isUnknown(request) || (request.answer !== null && request.answer.status !== 503))
    .flatMap((request) => [
      { request, isEnd: false, at: request.begin },
      ...(isUnknown(request) ? [] : [{ request, isEnd: true, at: request.end }]),
    ])
    .sort((a, b) => a.at - b.at || Number(a.isEnd) - Number(b.isEnd));
}

/** Every explanation with as few requests done as make it a goal. */
function extend(from: readonly Explanation[], search: Search, isGoal: (explanation: Explanation) => boolean) {
  const goals: Explanation[] = [];
  const seen = new Set<string>();
  const rest = [...from];
  for (let explanation = rest.pop(); explanation; explanation = rest.pop()) {
    const key = keyOfExplanation(explanation);
    if (seen.size === seen.add(key).size) continue;
    if (isGoal(explanation)) goals.push(explanation);
    else rest.push(...successors(explanation, search));
  }
  return goals;
}

function successors({ state, done }: Explanation, { open, circumstances, at }: Search): Explanation[] {
  const tried = new Set<string>();
  const found: Explanation[] = [];
  for (const request of byUrgency(open, circumstances)) {
    if (done.has(request.id)) continue;
    // Of requests that are alike, the one that must be done first is done first.
    const isUnknown = circumstances.isUnknown(request);
    const likeness = likenessOf(request, isUnknown);
    if (tried.has(likeness)) continue;
    tried.add(likeness);
    const window = circumstances.time.during(
      request.begin,
      isUnknown ? Math.min(at, request.end + lateMs) : request.end,
    );
    const next = stepsOf(state, request, window, circumstances).flatMap((step) => agreed(step, request, isUnknown));
    const then = new Set(done).add(request.id);
    // Whatever changes nothing may as well be done at once.
    if (!isUnknown && next.length === 1 && next[0] === state) return [{ state, done: then }];
    for (const each of next) if (!isUnknown || each !== state) found.push({ state: each, done: then });
  }
  return found;
}

/** So long after its caller gave up, a request may take effect still. */
const lateMs = 20_000;

function agreed({ state, expected }: Step, { answer }: Request, isUnknown: boolean): State[] {
  if (isUnknown || !answer) return [state];
  const named = agree(state, expected, answer);
  return named ? [named] : [];
}

function byUrgency(open: readonly Request[], { isUnknown }: Circumstances): Request[] {
  const deadline = (request: Request) => (isUnknown(request) ? Number.POSITIVE_INFINITY : request.end);
  return open.toSorted((a, b) => deadline(a) - deadline(b) || a.begin - b.begin);
}

/** Requests without an answer are alike only when they may have taken effect at the same moments. */
function likenessOf({ action, answer, begin }: Request, isUnknown: boolean): string {
  return JSON.stringify([action, isUnknown ? Math.floor(begin / lateMs) : answer]);
}

function unique(explanations: readonly Explanation[]): Explanation[] {
  return [...new Map(explanations.map((each) => [keyOfExplanation(each), each])).values()];
}

function keyOfExplanation({ state, done }: Explanation): string {
  return `${keyOf(state)}|${[...done].sort((a, b) => a - b).join()}`;
}

function without(done: ReadonlySet<number>, id: number): Set<number> {
  const rest = new Set(done);
  rest.delete(id);
  return rest;
}
