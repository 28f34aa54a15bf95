import type { Dependencies } from "../dependencies.ts";
import { checkPhoneVerification } from "./checkPhoneVerification.ts";
import { createFeedback } from "./createFeedback.ts";
import { fetchApplicationDetails } from "./fetchApplicationDetails.ts";
import { fetchPhoneInfo } from "./fetchPhoneInfo.ts";
import { fetchPhoneVerificationStatus } from "./fetchPhoneVerificationStatus.ts";
import type { V1Handlers } from "./handler.ts";
import { startPhoneVerification } from "./startPhoneVerification.ts";

type Ids =
  | "startPhoneVerification"
  | "checkPhoneVerification"
  | "fetchPhoneVerificationStatus"
  | "fetchPhoneInfo"
  | "createFeedback"
  | "fetchApplicationDetails";

/** A handler for every operation of v1 that an API key may call. */
export function createV1PhoneHandlers(dependencies: Dependencies): Pick<V1Handlers, Ids> {
  return {
    startPhoneVerification: startPhoneVerification(dependencies),
    checkPhoneVerification: checkPhoneVerification(dependencies),
    fetchPhoneVerificationStatus: fetchPhoneVerificationStatus(dependencies),
    fetchPhoneInfo: fetchPhoneInfo(dependencies),
    createFeedback: createFeedback(dependencies),
    fetchApplicationDetails: fetchApplicationDetails(dependencies),
  };
}
