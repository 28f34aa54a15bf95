import { type Client, type RequestOf, unwrap } from "@countersign/client";
import {
  createChallengePasskeys,
  createNewFactorPasskey,
  deleteFactor,
  listFactors,
  updateChallengePasskeys,
  updatePasskeysFactor,
} from "@countersign/client/operations";

/** What a log-in with passkeys asks of the service. An identity is a random name for a person. */
export function passkeysOf(client: Client, ServiceSid: string) {
  return {
    /** What the browser needs to make a passkey, which the person will find under that name. */
    async begin(identity: string, friendly_name: string) {
      const { options } = await unwrap(createNewFactorPasskey(client, { ServiceSid, identity, friendly_name }));
      return options.publicKey;
    },
    /** Keeps the passkey that the browser has made. @returns the identity that it is of */
    async keep(made: RequestOf<"updatePasskeysFactor">) {
      // The page chooses no service: what is its own comes first.
      return (await unwrap(updatePasskeysFactor(client, { ...made, ServiceSid }))).identity ?? "";
    },
    /** What the browser needs to log somebody in: that person, or whoever has a passkey on the device. */
    async ask(identity?: string) {
      const made = await unwrap(createChallengePasskeys(client, { ServiceSid, identity }));
      return { challenge: made.sid ?? "", entity: made.entity_sid ?? "", publicKey: made.options.publicKey };
    },
    /** Whom the browser's answer logs in. One that is not right is an error. */
    async logIn(signed: RequestOf<"updateChallengePasskeys">) {
      const { sid, identity } = await unwrap(updateChallengePasskeys(client, { ...signed, ServiceSid }));
      return { challenge: sid ?? "", identity: identity ?? "" };
    },
    /** The passkeys of a person, the newest first. */
    async list(Identity: string) {
      const { factors } = await unwrap(listFactors(client, { ServiceSid, Identity }));
      return factors.filter(({ factor_type, status }) => factor_type === "passkeys" && status === "verified");
    },
    /** Ends one. The device still has it: the page tells the browser. */
    async forget(Identity: string, Sid: string) {
      await unwrap(deleteFactor(client, { ServiceSid, Identity, Sid }));
    },
  };
}
