import { type Client, unwrap } from "@countersign/client";
import { createChallenge, createNewFactor, deleteFactor, updateFactor } from "@countersign/client/operations";

/** What a log-in with an authenticator app asks of the service. An identity is a random name for a person. */
export function authenticatorOf(client: Client, ServiceSid: string) {
  return {
    /** A new factor, and what the app reads of it: this is the one time that the secret is told. */
    async enrol(Identity: string, FriendlyName: string) {
      const factor = { ServiceSid, Identity, FriendlyName, FactorType: "totp" } as const;
      const { sid, binding } = await unwrap(createNewFactor(client, factor));
      return { factorSid: sid ?? "", uri: binding?.uri ?? "", secret: binding?.secret ?? "" };
    },
    /** Whether the app shows the right code, so that it can be asked for from then on. */
    async confirm(Identity: string, Sid: string, AuthPayload: string) {
      const { status } = await unwrap(updateFactor(client, { ServiceSid, Identity, Sid, AuthPayload }));
      return status === "verified";
    },
    /** Whether a code is right at a log-in. A wrong one is no error: look at the status, never at 201 alone. */
    async isRight(Identity: string, FactorSid: string, AuthPayload: string) {
      const { status } = await unwrap(createChallenge(client, { ServiceSid, Identity, FactorSid, AuthPayload }));
      return status === "approved";
    },
    /** Ends it: the phone is lost, or the person wants no second step any more. */
    async forget(Identity: string, Sid: string) {
      await unwrap(deleteFactor(client, { ServiceSid, Identity, Sid }));
    },
  };
}
