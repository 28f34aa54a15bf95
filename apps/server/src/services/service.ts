/** A verification service: the settings that its verifications share. Times are milliseconds since 1970. */
export interface Service {
  accountSid: string;
  sid: string;
  settings: ServiceSettings;
  createdAt: number;
  updatedAt: number;
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
