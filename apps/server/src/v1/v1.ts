import { accessKeyHandlers } from "./access-keys.ts";
import { applicationHandlers } from "./applications.ts";
import { createIntegrationAuthenticator, createSignatureAuthenticator } from "./dashboard-authentication.ts";
import { dashboardWebhookHandlers } from "./dashboard-webhooks.ts";
import { feedbackHandlers } from "./feedback.ts";
import type { V1Handlers } from "./handler.ts";
import { createApiKeyAuthenticator, type V1Authenticators } from "./http/authenticate.ts";
import { oneTouchHandlers } from "./one-touch.ts";
import { phoneHandlers } from "./phone.ts";

/** What the operations of v1 work with. */
export type V1Parts = Parameters<typeof phoneHandlers>[0] &
  Parameters<typeof accessKeyHandlers>[0] &
  Parameters<typeof applicationHandlers>[0] &
  Parameters<typeof dashboardWebhookHandlers>[0] &
  Parameters<typeof feedbackHandlers>[0] &
  Parameters<typeof oneTouchHandlers>[0];

/** The operations of the legacy v1. */
export function v1Handlers(parts: V1Parts): V1Handlers {
  return {
    ...phoneHandlers(parts),
    ...feedbackHandlers(parts),
    ...applicationHandlers(parts),
    ...accessKeyHandlers(parts),
    ...oneTouchHandlers(parts),
    ...dashboardWebhookHandlers(parts),
  };
}

/** How callers of v1 say who they are. */
export function v1Authenticators(parts: Pick<V1Parts, "applications" | "vault" | "clock">): V1Authenticators {
  return {
    apiKey: createApiKeyAuthenticator(parts.applications.byApiKey),
    signature: createSignatureAuthenticator(parts),
    integrationKey: createIntegrationAuthenticator(parts),
  };
}
