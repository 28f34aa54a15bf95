import { accessTokens } from "../access-tokens/store.ts";
import { accounts, credentials, requestCounts } from "../accounts/store.ts";
import { attempts } from "../attempts/store.ts";
import { challenges } from "../challenges/store.ts";
import { figureTable } from "../console/figure.ts";
import { refusedStarts } from "../console/refused-start.ts";
import { consoleSessions } from "../console/session-store.ts";
import { auditEntries } from "../console/trail.ts";
import { outbox } from "../delivery/outbox.ts";
import { providerStates } from "../delivery/provider-states.ts";
import { entities } from "../entities/store.ts";
import { posts } from "../events/posts.ts";
import { factors } from "../factors/store.ts";
import { guardCounts, knownRecipients, prefixBlocks } from "../guard/blocks.ts";
import { messagingConfigurations } from "../messaging-configurations/store.ts";
import { notifications } from "../notifications/store.ts";
import { bucketCounts, buckets, rateLimits } from "../rate-limits/store.ts";
import { safeNumbers } from "../safe-list/store.ts";
import { services } from "../services/store.ts";
import type { Keeping } from "../sql/table.ts";
import { applications, integrationKeys, signatureNonces } from "../v1/application-store.ts";
import { checkCounts, refusedChecks, sprays } from "../verifications/guess-store.ts";
import { verificationTags } from "../verifications/tags.ts";
import { signingSecrets } from "../webhooks/signing-secrets.ts";
import { webhooks } from "../webhooks/store.ts";
import { dayKeys } from "./day-keys.ts";

const ofAccount = "service_sid IN (SELECT sid FROM services WHERE account_sid = $1) AND recipient = $2";

/** Kept by each database in its own way: the columns are for finding one in SQLite, and all that it is in PostgreSQL. */
const verifications: Keeping = {
  name: "verifications",
  owner: "service",
  key: ["service_sid", "sid"],
  columns: {
    sqlite: [
      "service_sid",
      "sid",
      "recipient",
      "sealed_recipient",
      "is_latest",
      "created_at",
      "ended_at",
      "state",
      "events",
      "former_sid",
      "country",
    ],
    postgres: [
      ...[
        "service_sid",
        "sid",
        "account_sid",
        "recipient",
        "sealed_recipient",
        "lock_key",
        "is_latest",
        "revision",
        "channel",
        "status",
      ],
      ...["code", "amount", "payee", "attempts", "checks", "sna", "lookup", "events", "created_at", "updated_at"],
      "expires_at",
      "former_sid",
      "country",
    ],
  },
  erased: {
    column: "created_at",
    // An approved or cancelled one ended when it was last changed, any other ends with its window.
    and: {
      sqlite: "ended_at < $1",
      postgres: "CASE WHEN status IN ('approved', 'canceled') THEN updated_at ELSE expires_at END < $1",
    },
  },
  person: {
    as: "verifications",
    rows: ({ accountSid, hash }) => [{ where: `${ofAccount} AND is_latest`, values: [accountSid, hash] }],
    sought: ({ accountSid, hash }) => ({ where: ofAccount, values: [accountSid, hash] }),
  },
};

/** Every table that there is, but the list of migrations. What is missing here is found by a test. */
export const tables: readonly Keeping[] = [
  dayKeys,
  accounts,
  credentials,
  integrationKeys,
  services,
  verifications,
  verificationTags,
  rateLimits,
  buckets,
  bucketCounts,
  messagingConfigurations,
  entities,
  factors,
  challenges,
  accessTokens,
  notifications,
  webhooks,
  signingSecrets,
  attempts,
  refusedStarts,
  outbox,
  providerStates,
  applications,
  signatureNonces,
  posts,
  requestCounts,
  consoleSessions,
  guardCounts,
  prefixBlocks,
  knownRecipients,
  safeNumbers,
  refusedChecks,
  checkCounts,
  sprays,
  auditEntries,
  figureTable,
];
