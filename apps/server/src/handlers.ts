import { attemptHandlers } from "./attempts/attempts.ts";
import { processReceipt } from "./delivery/processReceipt.ts";
import type { Dependencies } from "./dependencies.ts";
import type { Handlers } from "./kernel/handler.ts";
import { advanceClock } from "./sandbox/advanceClock.ts";
import { fetchClock } from "./sandbox/fetchClock.ts";
import { fetchNextMessage } from "./sandbox/fetchNextMessage.ts";
import { listMessages } from "./sandbox/listMessages.ts";
import { resetClock } from "./sandbox/resetClock.ts";
import { resetSandbox } from "./sandbox/resetSandbox.ts";
import { serviceHandlers } from "./services/services.ts";
import { createVerification } from "./verifications/createVerification.ts";
import { createVerificationCheck } from "./verifications/createVerificationCheck.ts";
import { fetchVerification } from "./verifications/fetchVerification.ts";
import { openSnaUrl } from "./verifications/openSnaUrl.ts";
import { updateVerification } from "./verifications/updateVerification.ts";

/** A handler for every operation that is served. */
export function createHandlers(dependencies: Dependencies): Handlers {
  const { store, clock, newSid } = dependencies;
  const parts = { ...store, clock, newSid };
  return {
    ...serviceHandlers(parts),
    ...attemptHandlers(parts),
    createVerification: createVerification(dependencies),
    createVerificationCheck: createVerificationCheck(dependencies),
    fetchVerification: fetchVerification(dependencies),
    updateVerification: updateVerification(dependencies),
    openSnaUrl: openSnaUrl(dependencies),
    processReceipt: processReceipt(dependencies),
    listMessages: listMessages(dependencies),
    fetchNextMessage: fetchNextMessage(dependencies),
    fetchClock: fetchClock(dependencies),
    advanceClock: advanceClock(dependencies),
    resetClock: resetClock(dependencies),
    resetSandbox: resetSandbox(dependencies),
  };
}
