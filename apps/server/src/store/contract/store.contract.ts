import { describe } from "vitest";
import type { Clock } from "../../kernel/clock.ts";
import type { Store } from "../store.ts";
import { accountContract } from "./accounts.contract.ts";
import { applicationContract } from "./applications.contract.ts";
import { attemptListContract } from "./attempt-lists.contract.ts";
import { attemptContract } from "./attempts.contract.ts";
import { decideContract } from "./decide.contract.ts";
import { factContract } from "./facts.contract.ts";
import { guardContract, guardProcessContract } from "./guard.contract.ts";
import { nonceContract } from "./nonces.contract.ts";
import { outboxContract } from "./outbox.contract.ts";
import { postContract } from "./posts.contract.ts";
import { processContract } from "./processes.contract.ts";
import { rateLimitContract } from "./rate-limits.contract.ts";
import { requestContract } from "./requests.contract.ts";
import { retentionContract } from "./retention.contract.ts";
import { serviceContract } from "./services.contract.ts";
import { given } from "./subject.ts";
import { unavailableContract } from "./unavailable.contract.ts";
import { verificationRulesContract } from "./verification-rules.contract.ts";

/** Opens a new and empty database. */
export type OpenStore = (clock: Clock) => Promise<Store>;

/**
 * Opens the database of an earlier store once more, as another process would. The earlier store may be closed (that is a
 * restart) or still open (that is a second server).
 */
export type ReopenStore = (earlier: Store, clock: Clock) => Promise<Store>;

/** What every adapter of the port `Store` must do. An adapter's test file calls it; each test gets a new database. */
export function storeContract(name: string, open: OpenStore, { reopen }: { reopen?: ReopenStore } = {}): void {
  const withSubject = given(open);
  describe(`the contract of Store: ${name}`, () => {
    decideContract(withSubject);
    verificationRulesContract(withSubject);
    serviceContract(withSubject);
    attemptContract(withSubject);
    attemptListContract(withSubject);
    outboxContract(withSubject);
    accountContract(withSubject);
    requestContract(withSubject);
    rateLimitContract(withSubject);
    guardContract(withSubject);
    applicationContract(withSubject);
    nonceContract(withSubject);
    postContract(withSubject);
    factContract(withSubject);
    retentionContract(withSubject);
    unavailableContract(withSubject);
    if (reopen) processContract(withSubject, reopen);
    if (reopen) guardProcessContract(withSubject, reopen);
  });
}
