import { accessTokenStore, accessTokensOfDeleted } from "../access-tokens/store.ts";
import { accountStore, requestStore } from "../accounts/store.ts";
import { attemptStore, unsentOfDeleted } from "../attempts/store.ts";
import { challengeStore, challengesOfDeleted } from "../challenges/store.ts";
import { figureStore } from "../console/figure-store.ts";
import { refusedStartStore } from "../console/refused-start.ts";
import { sessionStore } from "../console/session-store.ts";
import { auditStore, auditTrail } from "../console/trail.ts";
import { type VerificationRows, verificationLog } from "../console/verification-log.ts";
import { type OutboxWrites, outboxReads } from "../delivery/outbox.ts";
import { providerStore } from "../delivery/provider-states.ts";
import { entityStore } from "../entities/store.ts";
import { postStore } from "../events/posts.ts";
import { figuring, followChange, type Reaction } from "../events/reactions.ts";
import { factorStore, toldFactors } from "../factors/store.ts";
import { blockStore } from "../guard/blocks.ts";
import type { Clock } from "../kernel/clock.ts";
import { messagingConfigurationStore } from "../messaging-configurations/store.ts";
import { notificationStore, pushes } from "../notifications/store.ts";
import { bucketStore, rateLimitStore } from "../rate-limits/store.ts";
import { safeNumberStore } from "../safe-list/store.ts";
import { serviceStore } from "../services/store.ts";
import type { OnChange } from "../sql/resources.ts";
import type { Sql, Work } from "../sql/text.ts";
import { applicationStore } from "../v1/application-store.ts";
import { guessStore } from "../verifications/guess-store.ts";
import type { VerificationCommand, VerificationFact } from "../verifications/ledger.ts";
import { factorReports } from "../webhooks/factor-events.ts";
import { serviceWebhookStore } from "../webhooks/store.ts";
import type { DayKeyStore } from "./day-keys.ts";
import { createPersonEraser } from "./erasure.ts";
import type { Deciding } from "./fold.ts";
import { createEraser, resetTables } from "./retention.ts";
import { tables } from "./tables.ts";

/**
 * Everything durable. What a method promises is on disk when its promise resolves. A method that rejects changed nothing,
 * but for what `StoreUnavailableError` says.
 * @throws StoreUnavailableError from any method while the database cannot be reached.
 */
export interface Store extends FeatureStores {
  /**
   * Decides on one recipient's verification in one transaction: reads and locks, calls `decide`, writes, commits.
   * Commands that arrive together share a transaction, in the order of their arrival. `decide` may be called again when
   * the transaction is retried, so it has no effect of its own.
   */
  decide<T>(command: VerificationCommand<T>): Promise<T>;
  /** Has something follow from facts, from now on. */
  react(reaction: Reaction): void;
  /** What happened to a verification, oldest first. */
  facts(serviceSid: string, verificationSid: string): Promise<VerificationFact[]>;
  /**
   * Erases verifications that ended before the given time, with their facts, and deletes attempts, messages, posts and
   * counts older than it; of the guard, what is of no use any longer by the store's clock.
   */
  erase(before: number): Promise<void>;
  /**
   * Does what takes many steps in one transaction, on stores of its own: what they promise is on disk once this resolves, and
   * undone if it rejects. One such work is done after the other, whichever process asks; it may be begun anew.
   */
  atOnce<T>(work: (stores: FeatureStores) => Promise<T>): Promise<T>;
  /** Deletes everything but accounts. */
  reset(): Promise<void>;
  /** The time that all who share the database go by. */
  clock: Clock;
  /** By how much this machine's clock is ahead of the database's; 0 where they are the same. */
  aheadMs(): number;
  /** How many times in a row its log of writes could not be moved to its file, where it has one. */
  checkpointFailures(): number;
  close(): Promise<void>;
}

export type FeatureStores = ReturnType<typeof featureStores>;

/** What a store says by itself. */
export interface StoreLog {
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** What each database does in its own way. */
export interface Engine extends Deciding {
  kind: "sqlite" | "postgres";
  sql: Sql;
  /** See `Store.atOnce`. */
  alone: <T>(work: (sql: Sql) => Promise<T>) => Promise<T>;
  dayKeys: DayKeyStore;
  /** Those that every store begins with; `react` adds to them. */
  reactions: Reaction[];
  decide: Store["decide"];
  outbox: OutboxWrites;
  verificationRows: VerificationRows;
  /** SQL that tells of a verification whether it is pending at the time `$2`. */
  isPending: string;
  /** See `createPersonEraser`. */
  lockRecipient?: (serviceSids: readonly string[], hash: string) => Work<void>;
  /** So many rows are erased in one transaction, that nobody need wait long. */
  rowsPerStep: number;
  log?: StoreLog | undefined;
  aheadMs?: () => number;
  checkpointFailures?: () => number;
  /** Called when rows were erased. */
  erased?: () => Promise<void>;
  close: () => Promise<void>;
}

export function createStore(engine: Engine): Store {
  const { sql, reactions, verificationRows } = engine;
  const erase = createEraser(sql, tables, engine);
  const features = featureStores(engine);
  let closed: Promise<void> | undefined;
  reactions.push(
    figuring,
    unsentOfDeleted(engine.clock),
    challengesOfDeleted,
    accessTokensOfDeleted,
    pushes(engine.clock),
    auditTrail(tables, engine.clock),
    factorReports(engine.dayKeys.keys, engine.clock),
  );
  return {
    ...features,
    decide: engine.decide,
    react: (reaction) => void reactions.push(reaction),
    async facts(serviceSid, verificationSid) {
      const rows = await sql.read(
        `SELECT s.account_sid, v.events FROM verifications AS v JOIN services AS s ON s.sid = v.service_sid
         WHERE v.service_sid = $1 AND v.sid = $2`,
        [serviceSid, verificationSid],
      );
      return (rows as [string, string][]).flatMap(([accountSid, lines]) =>
        lines.split("\n").flatMap((line) => {
          return line ? { accountSid, serviceSid, verificationSid, ...verificationRows.factOf(line) } : [];
        }),
      );
    },
    async erase(before) {
      await engine.dayKeys.prepare();
      await erase(before);
      await features.figures.sumUp(engine.clock());
      await engine.dayKeys.forget(before);
      await engine.erased?.();
    },
    async atOnce(work) {
      // It could not be asked for while all others wait.
      await engine.dayKeys.prepare();
      return engine.alone((sql) => work(featureStores({ ...engine, sql })));
    },
    async reset() {
      features.refusedStarts.forget();
      await resetTables(sql, tables);
    },
    clock: engine.clock,
    aheadMs: engine.aheadMs ?? (() => 0),
    checkpointFailures: engine.checkpointFailures ?? (() => 0),
    close() {
      closed ??= features.refusedStarts.flush().then(engine.close);
      return closed;
    },
  };
}

/** The list of features: what each of them keeps. */
function featureStores({ sql, reactions, outbox, isPending, dayKeys, clock, ...engine }: Engine) {
  const { keys } = dayKeys;
  const ofPeople = withKeys(sql, dayKeys, clock);
  const refusedStarts = refusedStartStore(ofPeople, keys, engine.log);
  const onChange: OnChange = (fact) => followChange(reactions, fact);
  // What is decided within an entity reads what was told with challenges, which a day's key has sealed.
  const entities = entityStore(ofPeople, tables, onChange, keys, [toldFactors(keys, clock)]);
  const factors = factorStore(sql, entities, onChange, keys);
  const challenges = challengeStore(ofPeople, onChange, keys, { ...entities, ...factors }, entities, clock);
  return {
    services: serviceStore(sql, tables, onChange),
    rateLimits: rateLimitStore(sql, onChange),
    buckets: bucketStore(sql, onChange),
    messagingConfigurations: messagingConfigurationStore(sql, onChange),
    entities,
    factors,
    accessTokens: accessTokenStore(sql, onChange, keys),
    challenges,
    notifications: notificationStore(sql, { ...entities, ...factors, ...challenges }, clock),
    safeNumbers: safeNumberStore(sql, onChange, keys),
    serviceWebhooks: serviceWebhookStore(sql, onChange, keys),
    attempts: attemptStore(ofPeople, reactions, keys),
    accounts: accountStore(sql, onChange),
    requests: requestStore(sql),
    sessions: sessionStore(sql),
    outbox: { ...outboxReads(ofPeople, keys), ...outbox },
    providers: providerStore(sql),
    blocks: blockStore(sql),
    applications: applicationStore(sql, tables, onChange, isPending),
    posts: postStore(ofPeople, dayKeys),
    guesses: guessStore(sql, reactions, keys),
    audit: auditStore(sql),
    log: verificationLog(ofPeople, engine.verificationRows, keys),
    refusedStarts,
    erasePerson: createPersonEraser(ofPeople, tables, { ...engine, keys, clock, before: refusedStarts.flush }),
    figures: figureStore(sql),
  };
}

/** The same database for those who read what is sealed: another process may have made the keys. */
function withKeys(sql: Sql, { keys, load }: DayKeyStore, clock: Clock): Sql {
  const known = async () => (keys.covers(clock()) ? undefined : load());
  return {
    read: (text, values) => known().then(() => sql.read(text, values)),
    run: (text, values) => known().then(() => sql.run(text, values)),
    transact: (work) => known().then(() => sql.transact(work)),
  };
}
