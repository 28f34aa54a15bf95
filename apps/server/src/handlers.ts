import { fetchAttempt } from "./attempts/fetchAttempt.ts";
import { fetchAttemptsSummary } from "./attempts/fetchAttemptsSummary.ts";
import { listAttempts } from "./attempts/listAttempts.ts";
import { processReceipt } from "./delivery/processReceipt.ts";
import type { Dependencies } from "./dependencies.ts";
import type { Handlers } from "./kernel/handler.ts";
import { advanceClock } from "./sandbox/advanceClock.ts";
import { fetchClock } from "./sandbox/fetchClock.ts";
import { fetchNextMessage } from "./sandbox/fetchNextMessage.ts";
import { listMessages } from "./sandbox/listMessages.ts";
import { resetClock } from "./sandbox/resetClock.ts";
import { resetSandbox } from "./sandbox/resetSandbox.ts";
import { createService } from "./services/createService.ts";
import { deleteService } from "./services/deleteService.ts";
import { fetchService } from "./services/fetchService.ts";
import { listServices } from "./services/listServices.ts";
import { updateService } from "./services/updateService.ts";
import { createVerification } from "./verifications/createVerification.ts";
import { createVerificationCheck } from "./verifications/createVerificationCheck.ts";
import { fetchVerification } from "./verifications/fetchVerification.ts";
import { openSnaUrl } from "./verifications/openSnaUrl.ts";
import { updateVerification } from "./verifications/updateVerification.ts";

/** A handler for every operation that is served. */
export function createHandlers(dependencies: Dependencies): Handlers {
  return {
    createVerification: createVerification(dependencies),
    createVerificationCheck: createVerificationCheck(dependencies),
    fetchVerification: fetchVerification(dependencies),
    updateVerification: updateVerification(dependencies),
    openSnaUrl: openSnaUrl(dependencies),
    listAttempts: listAttempts(dependencies),
    fetchAttempt: fetchAttempt(dependencies),
    fetchAttemptsSummary: fetchAttemptsSummary(dependencies),
    processReceipt: processReceipt(dependencies),
    listServices: listServices(dependencies),
    createService: createService(dependencies),
    fetchService: fetchService(dependencies),
    updateService: updateService(dependencies),
    deleteService: deleteService(dependencies),
    listMessages: listMessages(dependencies),
    fetchNextMessage: fetchNextMessage(dependencies),
    fetchClock: fetchClock(dependencies),
    advanceClock: advanceClock(dependencies),
    resetClock: resetClock(dependencies),
    resetSandbox: resetSandbox(dependencies),
  };
}
