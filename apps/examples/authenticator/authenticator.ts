import { type Client, unwrap } from "@countersign/client";

/** What a log-in with an authenticator app asks of the service. An identity is a random name for a person. */
export function authenticatorOf(client: Client, ServiceSid: string) {
  return {
    /** A new factor, and what the app reads of it: this is the one time that the secret is told. */
    async enrol(Identity: string, FriendlyName: string) {
      const { sid, binding } = await unwrap(
        client.POST("/v2/Services/{ServiceSid}/Entities/{Identity}/Factors", {
          params: { path: { ServiceSid, Identity } },
          body: { FriendlyName, FactorType: "totp" },
        }),
      );
      return { factorSid: sid ?? "", uri: binding?.uri ?? "", secret: binding?.secret ?? "" };
    },
    /** Whether the app shows the right code, so that it can be asked for from then on. */
    async confirm(Identity: string, Sid: string, AuthPayload: string) {
      const { status } = await unwrap(
        client.POST("/v2/Services/{ServiceSid}/Entities/{Identity}/Factors/{Sid}", {
          params: { path: { ServiceSid, Identity, Sid } },
          body: { AuthPayload },
        }),
      );
      return status === "verified";
    },
    /** Whether a code is right at a log-in. A wrong one is no error: look at the status, never at 201 alone. */
    async isRight(Identity: string, FactorSid: string, AuthPayload: string) {
      const { status } = await unwrap(
        client.POST("/v2/Services/{ServiceSid}/Entities/{Identity}/Challenges", {
          params: { path: { ServiceSid, Identity } },
          body: { FactorSid, AuthPayload },
        }),
      );
      return status === "approved";
    },
    /** Ends it: the phone is lost, or the person wants no second step any more. */
    async forget(Identity: string, Sid: string) {
      const path = { ServiceSid, Identity, Sid };
      await unwrap(client.DELETE("/v2/Services/{ServiceSid}/Entities/{Identity}/Factors/{Sid}", { params: { path } }));
    },
  };
}
