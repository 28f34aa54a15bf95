import { describe } from "vitest";
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
import { itWith, type OpenStore, type ReopenStore } from "./subject.ts";
import { unavailableContract } from "./unavailable.contract.ts";
import { verificationRulesContract } from "./verification-rules.contract.ts";

/** What every adapter of the port `Store` must do. An adapter's test file calls it; each test gets a new database. */
export function storeContract(name: string, open: OpenStore, { reopen }: { reopen?: ReopenStore } = {}): void {
  const it = itWith(open);
  describe(`the contract of Store: ${name}`, () => {
    decideContract(it);
    verificationRulesContract(it);
    serviceContract(it);
    attemptContract(it);
    attemptListContract(it);
    outboxContract(it);
    accountContract(it);
    requestContract(it);
    rateLimitContract(it);
    guardContract(it);
    applicationContract(it);
    nonceContract(it);
    postContract(it);
    factContract(it);
    retentionContract(it);
    unavailableContract(it);
    if (reopen) processContract(it, reopen);
    if (reopen) guardProcessContract(it, reopen);
  });
}
