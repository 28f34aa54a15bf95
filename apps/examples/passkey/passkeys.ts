import { type Client, type RequestOf, unwrap } from "@countersign/client";

/** What a log-in with passkeys asks of the service. An identity is a random name for a person. */
export function passkeysOf(client: Client, ServiceSid: string) {
  const params = { path: { ServiceSid } };
  return {
    /** What the browser needs to make a passkey, which the person will find under that name. */
    async begin(identity: string, friendly_name: string) {
      const body = { identity, friendly_name };
      const { options } = await unwrap(client.POST("/v2/Services/{ServiceSid}/Passkeys/Factors", { params, body }));
      return options.publicKey;
    },
    /** Keeps the passkey that the browser has made. @returns the identity that it is of */
    async keep(body: RequestOf<"updatePasskeysFactor">) {
      const factor = await unwrap(client.POST("/v2/Services/{ServiceSid}/Passkeys/VerifyFactor", { params, body }));
      return factor.identity ?? "";
    },
    /** What the browser needs to log somebody in: that person, or whoever has a passkey on the device. */
    async ask(identity?: string) {
      const body = identity === undefined ? {} : { identity };
      const made = await unwrap(client.POST("/v2/Services/{ServiceSid}/Passkeys/Challenges", { params, body }));
      return { challenge: made.sid ?? "", entity: made.entity_sid ?? "", publicKey: made.options.publicKey };
    },
    /** Whom the browser's answer logs in. One that is not right is an error. */
    async logIn(body: RequestOf<"updateChallengePasskeys">) {
      const path = "/v2/Services/{ServiceSid}/Passkeys/ApproveChallenge";
      const { sid, identity } = await unwrap(client.POST(path, { params, body }));
      return { challenge: sid ?? "", identity: identity ?? "" };
    },
    /** The passkeys of a person, the newest first. */
    async list(Identity: string) {
      const path = "/v2/Services/{ServiceSid}/Entities/{Identity}/Factors";
      const { factors } = await unwrap(client.GET(path, { params: { path: { ServiceSid, Identity } } }));
      return factors.filter(({ factor_type, status }) => factor_type === "passkeys" && status === "verified");
    },
    /** Ends one. The device still has it: the page tells the browser. */
    async forget(Identity: string, Sid: string) {
      const path = { ServiceSid, Identity, Sid };
      await unwrap(client.DELETE("/v2/Services/{ServiceSid}/Entities/{Identity}/Factors/{Sid}", { params: { path } }));
    },
  };
}
