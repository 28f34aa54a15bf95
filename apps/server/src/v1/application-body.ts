import type {
  V1AccessKey as AccessKeyBody,
  V1Application as ApplicationBody,
  V1DashboardApplication as DashboardApplicationBody,
  V1Webhook as WebhookBody,
} from "@countersign/types";
import { isoTime } from "../kernel/clock.ts";
import type { Service } from "../services/service.ts";
import type { CodeVault } from "../verifications/vault.ts";
import type { AccessKey, Application, Webhook } from "./application.ts";

/** An application as the phone calls answer it. */
export function applicationBody({ id, state }: Application, { settings }: Service): ApplicationBody {
  return {
    name: settings.friendlyName,
    plan: state.plan,
    sms_enabled: state.smsEnabled,
    phone_calls_enabled: state.phoneCallsEnabled,
    app_id: id,
    onetouch_enabled: state.oneTouchEnabled,
  };
}

/** An application as the Dashboard calls answer it. */
export function dashboardApplicationBody(application: Application, service: Service): DashboardApplicationBody {
  const { contact, oneTouchCallback } = application.state;
  return {
    ...applicationBody(application, service),
    phone_number: contact?.phoneNumber ?? null,
    country_code: contact?.countryCode ?? null,
    email: contact?.email ?? null,
    onetouch_callback_url: oneTouchCallback?.url ?? null,
    onetouch_callback_method: oneTouchCallback?.method ?? null,
  };
}

/** @param value the key itself, right after it was made */
export function accessKeyBody({ id, name, permission, createdAt }: AccessKey, value?: string): AccessKeyBody {
  return { id, name, permission, ...(value !== undefined && { value }), creation_date: isoTime(createdAt) };
}

export function webhookBody(
  { accountSid, id: applicationId }: Application,
  { id, name, url, events, sealedSigningKey, createdAt }: Webhook,
  { openText }: Pick<CodeVault, "openText">,
): WebhookBody {
  return {
    id,
    name,
    account_sid: accountSid,
    service_id: String(applicationId),
    url,
    signing_key: openText(sealedSigningKey),
    events,
    creation_date: isoTime(createdAt),
  };
}
