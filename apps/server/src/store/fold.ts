import type { Attempt } from "../attempts/attempt.ts";
import type { WebhookPost } from "../events/posts.ts";
import { type Consequences, consequencesOf, type Reaction } from "../events/reactions.ts";
import {
  createGuardTally,
  type GuardAdditions,
  type GuardChanges,
  type GuardSnapshot,
  type GuardState,
  guardNames,
} from "../guard/counts.ts";
import type { Clock } from "../kernel/clock.ts";
import {
  type BucketCount,
  createLimitTally,
  type KnownLimits,
  type LimitSnapshot,
  limitsNamed,
} from "../rate-limits/enforcement.ts";
import type { Service } from "../services/service.ts";
import type { Decision, LoggedFact, Send, VerificationCommand } from "../verifications/ledger.ts";
import type { Verification } from "../verifications/verification.ts";

/** What a batch read: the services and verifications that its commands name. */
export interface Snapshot {
  services: Service[];
  verifications: StoredVerification[];
  /** What was counted; absent where no command asks for it. */
  guard: GuardSnapshot | undefined;
  rateLimits: LimitSnapshot;
}

/** A verification as it is stored. */
export interface StoredVerification {
  verification: Verification;
  /** Whether it is its recipient's latest. */
  isLatest: boolean;
  /** How often it was written; 0 before the first time, and some number after that where nobody else can write. */
  revision: number;
}

/** What a batch writes. */
export interface Changes {
  verifications: ChangedVerification[];
  attempts: Attempt[];
  sends: Send[];
  /** Attempts of earlier batches that turn out converted. */
  converted: { serviceSid: string; sid: string; at: number }[];
  posts: WebhookPost[];
  /** Absent where nothing was counted. */
  guard: GuardChanges | undefined;
  bucketCounts: BucketCount[];
}

export interface ChangedVerification extends StoredVerification {
  /** Facts to append. */
  facts: LoggedFact[];
}

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
}

/** Something within a service, as its recipient or a sid. */
export type Name = [serviceSid: string, name: string];

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
  };
}

/** Decides on the commands of a batch in order; each sees what those before it changed, and what followed from that. */
export function fold(
  snapshot: Snapshot,
  commands: readonly VerificationCommand<unknown>[],
  reactions: readonly Reaction[],
  now: number,
) {
  const state = stateOf(snapshot);
  let tally = snapshot.guard && createGuardTally(snapshot.guard);
  const limits = snapshot.rateLimits.length > 0 ? createLimitTally(snapshot.rateLimits) : undefined;
  const count = (accountSid: string, counted: GuardAdditions) => {
    if (!counted.counts?.length && !counted.blocks?.length && !counted.known?.length) return;
    tally ??= createGuardTally();
    tally.add(accountSid, counted);
  };
  const changes: Growing = { attempts: [], sends: [], converted: [], posts: [] };
  const answers = commands.map((command): Answer => {
    try {
      const current = currentOf(state, command);
      const guard = tally?.stateOf(command.accountSid) ?? nothingCounted;
      const rateLimits = limits?.knownTo(command.serviceSid) ?? noLimits;
      const known = { service: serviceOf(state, command), current: current?.verification, guard, rateLimits };
      const decision = command.decide(known, now);
      const follows = consequencesOf(reactions, decision, current?.verification, now);
      apply(state, changes, current, decision, follows, now);
      count(command.accountSid, decision);
      count(command.accountSid, follows);
      if (decision.bucketCounts) limits?.add(decision.bucketCounts);
      return { outcome: decision.outcome };
    } catch (error) {
      return { error };
    }
  });
  const verifications = [...state.bySid.values()].filter(({ isChanged }) => isChanged);
  const bucketCounts = limits?.changes() ?? [];
  return { answers, changes: { ...changes, verifications, guard: tally?.changes(), bucketCounts } satisfies Changes };
}

/** What a command knows that did not ask. */
const nothingCounted: GuardState = {
  count: () => ({ used: 0, approved: 0 }),
  block: () => undefined,
  approvedAt: () => undefined,
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
  for (const stored of verifications) remember(state, { ...stored, facts: [], isChanged: false });
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
type Growing = Omit<Changes, "verifications" | "guard" | "bucketCounts">;

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
  const entry = { verification, isLatest: true, revision: 0, facts: [], isChanged: true };
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
