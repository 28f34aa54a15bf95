import type { Challenge } from "../challenges/challenge.ts";
import type { ChallengeStore } from "../challenges/store.ts";
import type { Which } from "../entities/entity.ts";
import { type EntityStore, ofEntities } from "../entities/store.ts";
import type { Reaction } from "../events/reactions.ts";
import type { Factor } from "../factors/factor.ts";
import type { PushConfig } from "../factors/push-factor.ts";
import type { FactorStore } from "../factors/store.ts";
import type { Clock } from "../kernel/clock.ts";
import { newSid } from "../kernel/random.ts";
import { queueOf } from "../sql/queue.ts";
import { table } from "../sql/table.ts";
import { parameters, run, type Sql, type Work } from "../sql/text.ts";
import { type Notification, newNotification, notificationRules, requestedNotification } from "./notification.ts";

export const notifications = table<Notification>({
  name: "notifications",
  owner: "service",
  key: ["service_sid", "sid"],
  fields: {
    ...{ serviceSid: "plain", sid: "plain", accountSid: "plain", entitySid: "plain", factorSid: "plain" },
    ...{ challengeSid: "plain", isRequested: "boolean", ttlSeconds: "plain", status: "plain", tries: "plain" },
    ...{ errorCode: "plain", createdAt: "plain", expiresAt: "plain" },
  },
  // When it is tried next; null once it is over.
  besides: ["due_at"],
  within: "entity",
  audited: { never: "what a challenge leads to stands with the challenge" },
  person: { as: "notifications", rows: ofEntities("entity_sid") },
  erased: { column: "created_at" },
});

export type NotificationStore = ReturnType<typeof notificationStore>;

/** What came of a try: it is over, or is tried again. */
export type NotificationResult =
  | { status: "sent"; errorCode: null }
  | { status: "failed"; errorCode: string }
  | { status: "queued"; errorCode: string | null; dueAt: number; isUntried?: boolean };

export function notificationStore(
  sql: Sql,
  {
    within,
    lockedChallenge,
    lockedFactor,
    saveFactor,
  }: Pick<EntityStore, "within"> &
    Pick<ChallengeStore, "lockedChallenge"> &
    Pick<FactorStore, "lockedFactor" | "saveFactor">,
  clock: Clock,
) {
  return {
    ...queueOf(sql, notifications),
    /** Under the lock of the entity, so that no two that come together are both the last. */
    create: (whose: Which, challengeSid: string, own: Pick<Notification, "sid" | "ttlSeconds">) =>
      within<ReturnType<typeof requestedNotification> | undefined>(whose, function* (entity) {
        const now = clock();
        const challenge = yield* lockedChallenge(entity, challengeSid);
        if (!challenge) return undefined;
        const factor = yield* lockedFactor(entity, challenge.factorSid, now);
        const { rows } = yield* run(countRequested, [entity.serviceSid, challengeSid]);
        const made = requestedNotification({ challenge, factor, requested: Number(rows[0]?.[0]) }, own, now);
        if (made.ok) yield* queued(made.value);
        return made;
      }),
    /** Records what came of a try, unless somebody else has taken it since. */
    settle({ serviceSid, sid, tries }: Notification, result: NotificationResult) {
      const { dueAt = null, isUntried = false } = result.status === "queued" ? result : {};
      return sql.run(
        `UPDATE notifications SET status = $4, error_code = $5, due_at = $6, tries = tries - $7
         WHERE service_sid = $1 AND sid = $2 AND tries = $3 AND due_at IS NOT NULL`,
        [serviceSid, sid, tries, result.status, result.errorCode, dueAt, Number(isUntried)],
      );
    },
    /** How many wait to be sent, those under way included. */
    async waiting(): Promise<number> {
      const [[count] = []] = await sql.read("SELECT count(*) FROM notifications WHERE due_at IS NOT NULL");
      return Number(count);
    },
    /** Keeps in mind that a device's token stands for nothing any more, unless the device has another by now. */
    tokenGone: ({ sid, ...whose }: Which & Pick<Factor, "sid">, token: string) =>
      within(whose, function* (entity) {
        const factor = yield* lockedFactor(entity, sid, clock());
        if (factor?.factorType !== "push" || factor.credential?.notificationToken !== token) return;
        yield* saveFactor({ ...factor, credential: { ...factor.credential, goneToken: token } });
      }),
  };
}

const countRequested =
  "SELECT count(*) FROM notifications WHERE service_sid = $1 AND challenge_sid = $2 AND is_requested";

/** Due at once. */
function queued(notification: Notification): Work<unknown> {
  return run(insert, [...notifications.row(notification), notification.createdAt]);
}
const insert = `INSERT INTO notifications (${notifications.fieldColumns}, due_at) VALUES (${parameters(14)})`;

/** A push challenge tells its device of itself, in its own transaction; and what was to be told of a factor goes with it. */
export function pushes(clock: Clock): Reaction {
  return {
    *resource({ table, kind, before, after }) {
      if (table === "factors" && kind === "deleted") {
        const { serviceSid, sid } = before as Factor;
        yield* run("DELETE FROM notifications WHERE service_sid = $1 AND factor_sid = $2", [serviceSid, sid]);
      }
      if (table !== "challenges" || kind !== "created") return;
      const challenge = after as Challenge;
      if (challenge.factorType !== "push") return;
      const { rows } = yield* run(config, [challenge.serviceSid, challenge.factorSid]);
      const { notificationPlatform } = JSON.parse(String(rows[0]?.[0] ?? "{}")) as Partial<PushConfig>;
      if (notificationPlatform === "none") return;
      const now = clock();
      const { ttlSeconds } = notificationRules;
      yield* queued(newNotification(challenge, { sid: newSid("NT", now), isRequested: false, ttlSeconds }, now));
    },
  };
}

const config = "SELECT config FROM factors WHERE service_sid = $1 AND sid = $2";
