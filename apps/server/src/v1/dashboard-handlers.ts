import type { Dependencies } from "../dependencies.ts";
import { createAccessKey } from "./createAccessKey.ts";
import { createApplication } from "./createApplication.ts";
import { createApprovalRequest } from "./createApprovalRequest.ts";
import { createDashboardWebhook } from "./createDashboardWebhook.ts";
import { deleteAccessKey } from "./deleteAccessKey.ts";
import { deleteApplication } from "./deleteApplication.ts";
import { deleteDashboardWebhook } from "./deleteDashboardWebhook.ts";
import { enableOneTouch } from "./enableOneTouch.ts";
import { fetchAccessKey } from "./fetchAccessKey.ts";
import { fetchApplication } from "./fetchApplication.ts";
import type { V1Handlers } from "./handler.ts";
import { listAccessKeys } from "./listAccessKeys.ts";
import { listDashboardWebhooks } from "./listDashboardWebhooks.ts";
import { processAccounts } from "./processAccounts.ts";
import { updateApplication } from "./updateApplication.ts";
import { updateOneTouchCallback } from "./updateOneTouchCallback.ts";

/** A handler for every operation of v1 that manages applications. */
export function createV1DashboardHandlers(dependencies: Dependencies) {
  return {
    createApplication: createApplication(dependencies),
    fetchApplication: fetchApplication(dependencies),
    updateApplication: updateApplication(dependencies),
    deleteApplication: deleteApplication(dependencies),
    listAccessKeys: listAccessKeys(),
    createAccessKey: createAccessKey(dependencies),
    fetchAccessKey: fetchAccessKey(),
    deleteAccessKey: deleteAccessKey(dependencies),
    enableOneTouch: enableOneTouch(dependencies),
    updateOneTouchCallback: updateOneTouchCallback(dependencies),
    createApprovalRequest: createApprovalRequest(dependencies),
    createDashboardWebhook: createDashboardWebhook(dependencies),
    listDashboardWebhooks: listDashboardWebhooks(dependencies),
    deleteDashboardWebhook: deleteDashboardWebhook(dependencies),
    processAccounts: processAccounts(),
  } satisfies Partial<V1Handlers>;
}
