import { describe } from "vitest";
import type { Clock, Store } from "../ports.ts";
import { accountContract } from "./store-contract/accounts.ts";
import { applicationContract } from "./store-contract/applications.ts";
import { attemptListContract } from "./store-contract/attempt-lists.ts";
import { attemptContract } from "./store-contract/attempts.ts";
import { decideContract } from "./store-contract/decide.ts";
import { deliveryContract } from "./store-contract/deliveries.ts";
import { eventContract } from "./store-contract/events.ts";
import { guardContract, guardProcessContract } from "./store-contract/guard.ts";
import { nonceContract } from "./store-contract/nonces.ts";
import { outboxContract } from "./store-contract/outbox.ts";
import { processContract } from "./store-contract/processes.ts";
import { requestContract } from "./store-contract/requests.ts";
import { retentionContract } from "./store-contract/retention.ts";
import { serviceContract } from "./store-contract/services.ts";
import { given } from "./store-contract/subject.ts";
import { unavailableContract } from "./store-contract/unavailable.ts";
import { verificationRulesContract } from "./store-contract/verification-rules.ts";

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
    guardContract(withSubject);
    applicationContract(withSubject);
    nonceContract(withSubject);
    deliveryContract(withSubject);
    eventContract(withSubject);
    retentionContract(withSubject);
    unavailableContract(withSubject);
    if (reopen) processContract(withSubject, reopen);
    if (reopen) guardProcessContract(withSubject, reopen);
  });
}
