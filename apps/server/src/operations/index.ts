import { advanceClock } from "./advanceClock.ts";
import { createService } from "./createService.ts";
import { createVerification } from "./createVerification.ts";
import { createVerificationCheck } from "./createVerificationCheck.ts";
import { deleteService } from "./deleteService.ts";
import type { Dependencies } from "./dependencies.ts";
import { fetchAttempt } from "./fetchAttempt.ts";
import { fetchAttemptsSummary } from "./fetchAttemptsSummary.ts";
import { fetchClock } from "./fetchClock.ts";
import { fetchNextMessage } from "./fetchNextMessage.ts";
import { fetchService } from "./fetchService.ts";
import { fetchVerification } from "./fetchVerification.ts";
import type { Handlers } from "./handler.ts";
import { listAttempts } from "./listAttempts.ts";
import { listMessages } from "./listMessages.ts";
import { listServices } from "./listServices.ts";
import { openSnaUrl } from "./openSnaUrl.ts";
import { processReceipt } from "./processReceipt.ts";
import { resetClock } from "./resetClock.ts";
import { resetSandbox } from "./resetSandbox.ts";
import { updateService } from "./updateService.ts";
import { updateVerification } from "./updateVerification.ts";

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
