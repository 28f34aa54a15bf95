import type { CreateServiceRequest, UpdateServiceRequest } from "@countersign/types";
import type { Recipient } from "../kernel/recipient.ts";
import { accepted, invalid, type Outcome, refused } from "../kernel/refusal.ts";
import { relyingPartyFault } from "../kernel/relying-party.ts";

/** A verification service: the settings that its verifications share. Times are milliseconds since 1970. */
export interface Service {
  accountSid: string;
  sid: string;
  settings: ServiceSettings;
  createdAt: number;
  updatedAt: number;
  /** Where it is read for a decision: the SMS routes of its messaging configurations, by country. */
  smsRoutes?: Readonly<Record<string, string>> | null;
}

/** The settings of a service. What no channel of this server uses is kept and returned. */
export interface ServiceSettings {
  friendlyName: string;
  codeLength: number;
  lookupEnabled: boolean;
  psd2Enabled: boolean;
  skipSmsToLandlines: boolean;
  dtmfInputRequired: boolean;
  ttsName: string | null;
  doNotShareWarningEnabled: boolean;
  customCodeEnabled: boolean;
  defaultTemplateSid: string | null;
  verifyEventSubscriptionEnabled: boolean;
  push: { includeDate: boolean | null; apnCredentialSid: string | null; fcmCredentialSid: string | null };
  totp: { issuer: string | null; timeStep: number | null; codeLength: number | null; skew: number | null };
  whatsapp: { msgServiceSid: string | null; from: string | null };
  passkeys: {
    relyingParty: { id: string | null; name: string | null; origins: string[] | null };
    authenticatorAttachment: string | null;
    discoverableCredentials: string | null;
    userVerification: string | null;
  };
}

/** The settings of a new service: what the request says, and the document's defaults. */
export function settingsOf(body: CreateServiceRequest): ServiceSettings {
  return changeSettings({ ...defaultSettings, friendlyName: body.FriendlyName }, body);
}

/** The settings with what the request names changed, unless they would be none together. */
export function changedSettings(
  before: ServiceSettings,
  body: UpdateServiceRequest,
): Outcome<ServiceSettings, 60200 | 60371 | 60372> {
  const after = changeSettings(before, body);
  // A landline is known by the lookup alone.
  if (isVain(after) && !isVain(before))
    return invalid(body.SkipSmsToLandlines ? "SkipSmsToLandlines" : "LookupEnabled");
  // What an earlier version took stays until somebody changes it.
  const isNamed = Object.keys(body).some((name) => name.startsWith("Passkeys.RelyingParty."));
  const fault = isNamed ? relyingPartyFault(after.passkeys.relyingParty) : undefined;
  if (!fault) return accepted(after);
  const member = fault.member === "id" ? "Id" : "Origins";
  return refused(fault.code, { details: { member: `Passkeys.RelyingParty.${member}` } });
}

/** An empty text unsets. */
function changeSettings(settings: ServiceSettings, body: UpdateServiceRequest): ServiceSettings {
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

/** The SMS route that a message leaves by: that of the number's country, else that of all. */
export function smsRouteTo({ smsRoutes }: Service, recipient: Recipient): string | undefined {
  const country = recipient.kind === "phone" ? recipient.country : null;
  return smsRoutes?.[country ?? "all"] ?? smsRoutes?.all;
}

/** Whether landlines are to be skipped, and nothing tells which they are. */
function isVain({ skipSmsToLandlines, lookupEnabled }: ServiceSettings): boolean {
  return skipSmsToLandlines && !lookupEnabled;
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
