import type { Service as ServiceBody, UpdateServiceRequest } from "@countersign/types";
import { type Clock, isoTime } from "../kernel/clock.ts";
import type { Handlers } from "../kernel/handler.ts";
import { listed } from "../kernel/page.ts";
import { accepted, invalid, refused } from "../kernel/refusal.ts";
import { changedSettings, type Service, type ServiceSettings, settingsOf } from "./service.ts";
import type { ServiceStore } from "./store.ts";

type Ids = "createService" | "fetchService" | "listServices" | "updateService" | "deleteService";

interface Parts {
  services: ServiceStore;
  templates: { find(sid: string): object | undefined };
  /** What the operator has set up to tell phones of challenges. */
  pushes: { has(platform: "apn" | "fcm", sid: string): boolean };
  clock: Clock;
  newSid: (prefix: string) => string;
}

/** The operations of the tag Services. */
export function serviceHandlers({ services, templates, pushes, clock, newSid }: Parts): Pick<Handlers, Ids> {
  /** The parameter that names what the operator has not set up. */
  const unknownIn = (body: UpdateServiceRequest) => {
    const { DefaultTemplateSid: template, "Push.ApnCredentialSid": apn, "Push.FcmCredentialSid": fcm } = body;
    if (template && !templates.find(template)) return "DefaultTemplateSid";
    if (apn && !pushes.has("apn", apn)) return "Push.ApnCredentialSid";
    return fcm && !pushes.has("fcm", fcm) ? "Push.FcmCredentialSid" : undefined;
  };
  return {
    async createService({ by, accountSid, body, base }) {
      const unknown = unknownIn(body);
      if (unknown) return invalid(unknown);
      const settings = changedSettings(settingsOf({ FriendlyName: body.FriendlyName }), body);
      if (!settings.ok) return settings;
      const now = clock();
      const service = { accountSid, sid: newSid("VA"), settings: settings.value, createdAt: now, updatedAt: now };
      await services.create(service, by);
      return accepted(serviceBody(service, base));
    },

    async fetchService({ accountSid, path, base }) {
      const service = await services.fetch(accountSid, path.Sid);
      return service ? accepted(serviceBody(service, base)) : refused(20404);
    },

    listServices: ({ accountSid, base, ...request }) =>
      listed(
        "services",
        request,
        (page) => services.list(accountSid, page),
        (each) => serviceBody(each, base),
      ),

    async updateService({ by, accountSid, path, body, base }) {
      const unknown = unknownIn(body);
      if (unknown) return invalid(unknown);
      const change = (settings: ServiceSettings) => changedSettings(settings, body);
      const service = await services.update(accountSid, path.Sid, change, clock(), by);
      if (!service) return refused(20404);
      return service.ok ? accepted(serviceBody(service.value, base)) : service;
    },

    deleteService: async ({ by, accountSid, path }) =>
      (await services.delete(accountSid, path.Sid, by)) ? accepted(undefined) : refused(20404),
  };
}

/** A service as every operation answers it. */
function serviceBody({ accountSid, sid, settings, createdAt, updatedAt }: Service, base: string): ServiceBody {
  const url = `${base}/v2/Services/${sid}`;
  return {
    sid,
    account_sid: accountSid,
    friendly_name: settings.friendlyName,
    code_length: settings.codeLength,
    lookup_enabled: settings.lookupEnabled,
    psd2_enabled: settings.psd2Enabled,
    skip_sms_to_landlines: settings.skipSmsToLandlines,
    dtmf_input_required: settings.dtmfInputRequired,
    tts_name: settings.ttsName,
    do_not_share_warning_enabled: settings.doNotShareWarningEnabled,
    custom_code_enabled: settings.customCodeEnabled,
    push: {
      include_date: settings.push.includeDate,
      apn_credential_sid: settings.push.apnCredentialSid,
      fcm_credential_sid: settings.push.fcmCredentialSid,
    },
    totp: {
      issuer: settings.totp.issuer,
      time_step: settings.totp.timeStep,
      code_length: settings.totp.codeLength,
      skew: settings.totp.skew,
    },
    default_template_sid: settings.defaultTemplateSid,
    whatsapp: { msg_service_sid: settings.whatsapp.msgServiceSid, from: settings.whatsapp.from },
    passkeys: passkeysBody(settings.passkeys),
    verify_event_subscription_enabled: settings.verifyEventSubscriptionEnabled,
    date_created: isoTime(createdAt),
    date_updated: isoTime(updatedAt),
    url,
    links: {
      verification_checks: `${url}/VerificationCheck`,
      verifications: `${url}/Verifications`,
      rate_limits: `${url}/RateLimits`,
      messaging_configurations: `${url}/MessagingConfigurations`,
      entities: `${url}/Entities`,
      webhooks: `${url}/Webhooks`,
      access_tokens: `${url}/AccessTokens`,
    },
  };
}

function passkeysBody(passkeys: ServiceSettings["passkeys"]): ServiceBody["passkeys"] {
  return {
    relying_party: passkeys.relyingParty,
    authenticator_attachment: passkeys.authenticatorAttachment,
    discoverable_credentials: passkeys.discoverableCredentials,
    user_verification: passkeys.userVerification,
  } as ServiceBody["passkeys"];
}
