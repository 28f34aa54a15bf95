import type { CreateServiceRequest, Service as ServiceBody, UpdateServiceRequest } from "@countersign/types";
import { isoTime } from "../kernel/wire.ts";
import type { Service, ServiceSettings } from "./service.ts";

/** A service as every operation answers it. */
export function serviceBody({ accountSid, sid, settings, createdAt, updatedAt }: Service, base: string): ServiceBody {
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

/** The settings of a new service: what the request says, and the document's defaults. */
export function settingsOf(body: CreateServiceRequest): ServiceSettings {
  return changeSettings({ ...defaultSettings, friendlyName: body.FriendlyName }, body);
}

/** The settings with what the request names changed; an empty text unsets. */
export function changeSettings(settings: ServiceSettings, body: UpdateServiceRequest): ServiceSettings {
  return {
    friendlyName: body.FriendlyName ?? settings.friendlyName,
    codeLength: body.CodeLength ?? settings.codeLength,
    lookupEnabled: body.LookupEnabled ?? settings.lookupEnabled,
    psd2Enabled: body.Psd2Enabled ?? settings.psd2Enabled,
    skipSmsToLandlines: body.SkipSmsToLandlines ?? settings.skipSmsToLandlines,
    dtmfInputRequired: body.DtmfInputRequired ?? settings.dtmfInputRequired,
    ttsName: textOr(body.TtsName, settings.ttsName),
    doNotShareWarningEnabled: body.DoNotShareWarningEnabled ?? settings.doNotShareWarningEnabled,
    customCodeEnabled: body.CustomCodeEnabled ?? settings.customCodeEnabled,
    defaultTemplateSid: textOr(body.DefaultTemplateSid, settings.defaultTemplateSid),
    verifyEventSubscriptionEnabled: body.VerifyEventSubscriptionEnabled ?? settings.verifyEventSubscriptionEnabled,
    push: {
      includeDate: body["Push.IncludeDate"] ?? settings.push.includeDate,
      apnCredentialSid: textOr(body["Push.ApnCredentialSid"], settings.push.apnCredentialSid),
      fcmCredentialSid: textOr(body["Push.FcmCredentialSid"], settings.push.fcmCredentialSid),
    },
    totp: {
      issuer: textOr(body["Totp.Issuer"], settings.totp.issuer),
      timeStep: body["Totp.TimeStep"] ?? settings.totp.timeStep,
      codeLength: body["Totp.CodeLength"] ?? settings.totp.codeLength,
      skew: body["Totp.Skew"] ?? settings.totp.skew,
    },
    whatsapp: {
      msgServiceSid: textOr(body["Whatsapp.MsgServiceSid"], settings.whatsapp.msgServiceSid),
      from: textOr(body["Whatsapp.From"], settings.whatsapp.from),
    },
    passkeys: changePasskeys(settings.passkeys, body),
  };
}

const defaultSettings: ServiceSettings = {
  friendlyName: "",
  codeLength: 6,
  lookupEnabled: false,
  psd2Enabled: false,
  skipSmsToLandlines: false,
  dtmfInputRequired: true,
  ttsName: null,
  doNotShareWarningEnabled: false,
  customCodeEnabled: false,
  defaultTemplateSid: null,
  verifyEventSubscriptionEnabled: false,
  push: { includeDate: null, apnCredentialSid: null, fcmCredentialSid: null },
  totp: { issuer: null, timeStep: null, codeLength: null, skew: null },
  whatsapp: { msgServiceSid: null, from: null },
  passkeys: {
    relyingParty: { id: null, name: null, origins: null },
    authenticatorAttachment: null,
    discoverableCredentials: null,
    userVerification: null,
  },
};

function textOr(text: string | undefined, before: string | null): string | null {
  return text === undefined ? before : text || null;
}

function changePasskeys(before: ServiceSettings["passkeys"], body: UpdateServiceRequest): ServiceSettings["passkeys"] {
  const origins = body["Passkeys.RelyingParty.Origins"];
  return {
    relyingParty: {
      id: textOr(body["Passkeys.RelyingParty.Id"], before.relyingParty.id),
      name: textOr(body["Passkeys.RelyingParty.Name"], before.relyingParty.name),
      origins: origins === undefined ? before.relyingParty.origins : listOf(origins),
    },
    authenticatorAttachment: textOr(body["Passkeys.AuthenticatorAttachment"], before.authenticatorAttachment),
    discoverableCredentials: textOr(body["Passkeys.DiscoverableCredentials"], before.discoverableCredentials),
    userVerification: textOr(body["Passkeys.UserVerification"], before.userVerification),
  };
}

/** The form has the origins in one text with commas. */
function listOf(text: string): string[] | null {
  const items = text.split(",").flatMap((item) => item.trim() || []);
  return items.length > 0 ? items : null;
}

function passkeysBody(passkeys: ServiceSettings["passkeys"]): ServiceBody["passkeys"] {
  return {
    relying_party: passkeys.relyingParty,
    authenticator_attachment: passkeys.authenticatorAttachment,
    discoverable_credentials: passkeys.discoverableCredentials,
    user_verification: passkeys.userVerification,
  } as ServiceBody["passkeys"];
}
