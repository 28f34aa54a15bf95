import type { Figure } from "../console/figure.ts";
import { addFigures, type Consequences, consequencesOf, type Reaction } from "../events/reactions.ts";
import { createGuardTally, type GuardAdditions, type GuardState, guardNames } from "../guard/counts.ts";
import type { Clock } from "../kernel/clock.ts";
import { createLimitTally, type KnownLimits, limitsNamed } from "../rate-limits/enforcement.ts";
import type { Service } from "../services/service.ts";
import type { Statement } from "../sql/text.ts";
import { addCheckCounts, addRefusedChecks, countWindow } from "../verifications/guess-store.ts";
import type { GuessState } from "../verifications/guesses.ts";
import type { Decision, VerificationCommand, VerificationState } from "../verifications/ledger.ts";
import { tagWrites, withTold } from "../verifications/tags.ts";
import type { DayKeys } from "../verifications/vault.ts";
import type { Verification } from "../verifications/verification.ts";
import type { ChangedVerification, Changes, Snapshot } from "./changes.ts";
import type { DayKeyStore } from "./day-keys.ts";

/** What whoever waits for a batch gets once it is committed. */
export type Answer = { outcome: unknown } | { error: unknown };

interface Waiting {
  resolve: (outcome: unknown) => void;
  reject: (error: unknown) => void;
}

export interface WaitingCommand extends Waiting {
  command: VerificationCommand<unknown>;
}

/** Gives each of those who wait its own answer. */
export function settle(batch: readonly Waiting[], answers: readonly Answer[]): void {
  for (const [index, { resolve, reject }] of batch.entries()) {
    const answer = answers[index];
    if (answer && "outcome" in answer) resolve(answer.outcome);
    else reject(answer?.error);
  }
}

/** What decisions need besides what a batch read. */
export interface Deciding {
  clock: Clock;
  /** Grows while the store is open. */
  reactions: readonly Reaction[];
  dayKeys: Pick<DayKeyStore, "keys" | "extend">;
}

/** Something within a service, as its recipient or a sid. */
export type Name = [serviceSid: string, name: string];

/** Recipients as keyed hashes within their accounts, and accounts. */
export interface GuessNames {
  recipients: Name[];
  accountSids: string[];
}

/** What the commands of a batch name, each once: what has to be read before they are decided. */
export function namesIn(commands: readonly VerificationCommand<unknown>[]) {
  const recipients = new Map<string, Name>();
  const sids = new Map<string, Name>();
  for (const { serviceSid, target } of commands) {
    if ("sid" in target) sids.set(keyOf(serviceSid, target.sid), [serviceSid, target.sid]);
    else recipients.set(keyOf(serviceSid, target.recipient), [serviceSid, target.recipient]);
  }
  return {
    serviceSids: [...new Set(commands.map(({ serviceSid }) => serviceSid))],
    recipients: [...recipients.values()],
    sids: [...sids.values()],
    guard: commands.some(({ guard }) => guard) ? guardNames(commands) : undefined,
    rateLimits: commands.some(({ rateLimits }) => rateLimits?.length) ? limitsNamed(commands) : [],
    guesses: commands.some(({ guesses }) => guesses) ? guessesNamed(commands) : undefined,
  };
}

/** Decides on the commands of a batch in order; each sees what those before it changed, and what followed from that. */
export function fold(
  snapshot: Snapshot,
  commands: readonly VerificationCommand<unknown>[],
  reactions: readonly Reaction[],
  now: number,
  keys: DayKeys,
) {
  const state = stateOf(snapshot);
  let tally = snapshot.guard && createGuardTally(snapshot.guard);
  const limits = snapshot.rateLimits.length > 0 ? createLimitTally(snapshot.rateLimits) : undefined;
  const count = (accountSid: string, counted: GuardAdditions) => {
    if (!counted.counts?.length && !counted.blocks?.length && !counted.known?.length) return;
    tally ??= createGuardTally();
    tally.add(accountSid, counted);
  };
  const guesses = createGuessTally(snapshot.guesses, now);
  const written: Statement[] = [];
  const figures: Figure[] = [];
  const changes: Growing = { attempts: [], sends: [], converted: [], posts: [] };
  const answers = commands.map((command): Answer => {
    try {
      const current = currentOf(state, command);
      const guard = tally?.stateOf(command.accountSid) ?? nothingCounted;
      const rateLimits = limits?.knownTo(command.serviceSid) ?? noLimits;
      const known: VerificationState = {
        service: serviceOf(state, command),
        current: current?.verification,
        guard,
        rateLimits,
        guesses: guesses.stateOf(command),
      };
      const decided = command.decide(known, now);
      const decision = decided.told ? withTold(decided, keys) : decided;
      const take = (part: Decision<unknown>) => {
        const follows = consequencesOf(reactions, part, known, now);
        apply(state, changes, current, part, follows, now);
        count(command.accountSid, part);
        count(command.accountSid, follows);
        figures.push(...follows.figures);
        if (part.written) written.push(...part.written);
      };
      if (decision.before) take({ ...decision.before, outcome: undefined });
      take(decision);
      if (decision.bucketCounts) limits?.add(decision.bucketCounts);
      guesses.add(command.accountSid, decision);
      const { verification: tagged, tags } = decision;
      if (tagged && tags) written.push(...tagWrites(tagged, tags, tagged.sid !== current?.verification.sid, keys));
      return { outcome: decision.outcome };
    } catch (error) {
      return { error };
    }
  });
  const verifications = [...state.bySid.values()].filter(({ isChanged }) => isChanged);
  const bucketCounts = limits?.changes() ?? [];
  const counted = {
    guard: tally?.changes(),
    bucketCounts,
    others: [...written, ...guesses.changes(), ...addFigures(figures)],
  };
  return { answers, changes: { ...changes, verifications, ...counted } satisfies Changes };
}

/** What a command knows that did not ask. */
const nothingCounted: GuardState = {
  count: () => ({ used: 0, approved: 0 }),
  block: () => undefined,
  approvedAt: () => undefined,
  isSafe: () => false,
};
const noLimits: KnownLimits = () => undefined;

interface Entry extends ChangedVerification {
  isChanged: boolean;
}

interface State {
  services: Map<string, Service>;
  bySid: Map<string, Entry>;
  latest: Map<string, Entry>;
}

function stateOf({ services, verifications }: Snapshot): State {
  const state: State = { services: new Map(services.map((s) => [s.sid, s])), bySid: new Map(), latest: new Map() };
  for (const { verification, isLatest, revision, kept } of verifications) {
    remember(state, { verification, isLatest, revision, kept, facts: [], isChanged: false });
  }
  return state;
}

function remember(state: State, entry: Entry): void {
  const { serviceSid, sid, recipient } = entry.verification;
  state.bySid.set(keyOf(serviceSid, sid), entry);
  if (entry.isLatest) state.latest.set(keyOf(serviceSid, recipient), entry);
}

const keyOf = (serviceSid: string, name: string): string => `${serviceSid} ${name}`;

function serviceOf({ services }: State, { accountSid, serviceSid }: VerificationCommand<unknown>): Service | undefined {
  const service = services.get(serviceSid);
  return service?.accountSid === accountSid ? service : undefined;
}

function currentOf({ bySid, latest }: State, command: VerificationCommand<unknown>): Entry | undefined {
  const { accountSid, serviceSid, target } = command;
  const entry =
    "sid" in target ? bySid.get(keyOf(serviceSid, target.sid)) : latest.get(keyOf(serviceSid, target.recipient));
  return entry?.verification.accountSid === accountSid ? entry : undefined;
}

/** All but what is known only at the end. */
type Growing = Omit<Changes, "verifications" | "guard" | "bucketCounts" | "others">;

function apply(
  state: State,
  changes: Growing,
  current: Entry | undefined,
  decision: Decision<unknown>,
  { posts, isConverted }: Required<Consequences>,
  now: number,
): void {
  const entry = decision.verification ? put(state, decision.verification) : current;
  for (const type of decision.facts ?? []) {
    if (!entry || typeof type !== "string") continue;
    entry.facts.push({ at: now, type });
    entry.isChanged = true;
  }
  for (const send of decision.sends ?? []) {
    changes.attempts.push(send.attempt);
    changes.sends.push(send);
  }
  changes.posts.push(...posts);
  if (isConverted && entry) convert(changes, entry.verification, now);
}

function put(state: State, verification: Verification): Entry {
  const known = state.bySid.get(keyOf(verification.serviceSid, verification.sid));
  if (known) return Object.assign(known, { verification, isChanged: true });
  const former = state.latest.get(keyOf(verification.serviceSid, verification.recipient));
  if (former) Object.assign(former, { isLatest: false, isChanged: true });
  const formerSid = former?.verification.sid;
  const entry = { verification, isLatest: true, revision: 0, facts: [], formerSid, isChanged: true };
  remember(state, entry);
  return entry;
}

function convert(changes: Growing, { serviceSid, attempts }: Verification, now: number): void {
  const sid = attempts.at(-1)?.sid;
  if (!sid) return;
  const index = changes.attempts.findIndex((attempt) => attempt.serviceSid === serviceSid && attempt.sid === sid);
  const attempt = changes.attempts[index];
  if (attempt) changes.attempts[index] = { ...attempt, isConverted: true, updatedAt: now };
  else changes.converted.push({ serviceSid, sid, at: now });
}

function guessesNamed(commands: readonly VerificationCommand<unknown>[]): GuessNames {
  const asking = commands.filter(({ guesses }) => guesses);
  return {
    accountSids: [...new Set(asking.map(({ accountSid }) => accountSid))],
    recipients: asking.flatMap(({ accountSid, guesses = [] }) => guesses.map((hash): Name => [accountSid, hash])),
  };
}

/** What is guessed while a batch is decided: each decision sees the refused checks before it. */
function createGuessTally(read: Snapshot["guesses"], now: number) {
  const times = new Map(read);
  const refused = new Map<string, [...Name, times: string]>();
  const ended = new Map<string, { refused: number; approved: number }>();
  const end = (accountSid: string, how: "refused" | "approved") => {
    const count = ended.get(accountSid) ?? { refused: 0, approved: 0 };
    ended.set(accountSid, { ...count, [how]: count[how] + 1 });
  };
  return {
    stateOf: ({ accountSid, guesses = [] }: VerificationCommand<unknown>): GuessState => ({
      refusedAt: () => guesses.flatMap((hash) => timesIn(times.get(keyOf(accountSid, hash)))),
      isSprayed: () => timesIn(times.get(accountSid)).some((endsAt) => now < endsAt),
    }),
    add(accountSid: string, { facts = [], refusedCheck: hash }: Decision<unknown>): void {
      if (facts.includes("approved")) end(accountSid, "approved");
      if (hash === undefined) return;
      end(accountSid, "refused");
      const key = keyOf(accountSid, hash);
      times.set(key, `${now}${times.get(key) ?? ""}`);
      refused.set(key, [accountSid, hash, `${now}${refused.get(key)?.[2] ?? ""}`]);
    },
    /** In one order, so that no two batches wait for each other's rows. */
    changes(): Statement[] {
      const inOrder = <T>(rows: Map<string, T>) => [...rows].sort(([one], [other]) => (one < other ? -1 : 1));
      const [opensAt, part] = [now - (now % countWindow.ms), now % countWindow.parts];
      return [
        ...inOrder(refused).map(([, row]) => ({
          name: "refused-checks",
          text: addRefusedChecks,
          values: [...row, now],
        })),
        ...inOrder(ended).map(([accountSid, { refused: count, approved }]) => ({
          name: "check-counts",
          text: addCheckCounts,
          values: [accountSid, opensAt, part, count, approved],
        })),
      ];
    },
  };
}

function timesIn(text = ""): number[] {
  return (text.match(/\d{13}/g) ?? []).map(Number);
}

/** How long work of many steps waits for such work of others. */
export const aloneWaitMs = 60_000;
