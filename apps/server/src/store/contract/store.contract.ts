import { describe } from "vitest";
import { itWith, type OpenStore, type ReopenStore } from "../../../test-support/store-subject.ts";
import { accountContract } from "./accounts.contract.ts";
import { applicationContract } from "./applications.contract.ts";
import { atOnceContract, atOnceProcessContract } from "./at-once.contract.ts";
import { attemptContract } from "./attempts.contract.ts";
import { auditContract } from "./audit.contract.ts";
import { decideContract } from "./decide.contract.ts";
import { erasureContract } from "./erasure.contract.ts";
import { figureContract, figureProcessContract } from "./figures.contract.ts";
import { guardContract, guardProcessContract } from "./guard.contract.ts";
import {
  messagingConfigurationContract,
  messagingConfigurationProcessContract,
} from "./messaging-configurations.contract.ts";
import { notificationContract } from "./notifications.contract.ts";
import { outboxContract } from "./outbox.contract.ts";
import { parallelContract, processContract } from "./parallel.contract.ts";
import { postContract, postProcessContract } from "./posts.contract.ts";
import { rateLimitContract } from "./rate-limits.contract.ts";
import { refusedStartContract } from "./refused-starts.contract.ts";
import { retentionContract } from "./retention.contract.ts";
import { safeNumberContract } from "./safe-numbers.contract.ts";
import { serviceContract } from "./services.contract.ts";
import { unavailableContract } from "./unavailable.contract.ts";
import { verificationLogContract } from "./verification-log.contract.ts";

/** What every adapter of the port `Store` must do. An adapter's test file calls it; each test gets a new database. */
export function storeContract(name: string, open: OpenStore, { reopen }: { reopen?: ReopenStore } = {}): void {
  const it = itWith(open);
  describe(`the contract of Store: ${name}`, () => {
    decideContract(it);
    parallelContract(it);
    serviceContract(it);
    attemptContract(it);
    outboxContract(it);
    notificationContract(it);
    accountContract(it);
    rateLimitContract(it);
    messagingConfigurationContract(it);
    guardContract(it);
    safeNumberContract(it);
    applicationContract(it);
    auditContract(it);
    verificationLogContract(it);
    refusedStartContract(it);
    erasureContract(it);
    postContract(it);
    retentionContract(it);
    figureContract(it);
    atOnceContract(it);
    unavailableContract(it);
    if (reopen) processContract(it, reopen);
    if (reopen) atOnceProcessContract(it, reopen);
    if (reopen) guardProcessContract(it, reopen);
    if (reopen) messagingConfigurationProcessContract(it, reopen);
    if (reopen) postProcessContract(it, reopen);
    if (reopen) figureProcessContract(it, reopen);
  });
}
