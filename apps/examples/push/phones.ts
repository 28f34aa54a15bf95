import { type Client, unwrap } from "@countersign/client";
import {
  createAccessToken,
  createChallenge,
  createNotification,
  deleteFactor,
  fetchChallenge,
  listFactors,
} from "@countersign/client/operations";

/** What a log-in that a phone approves asks of the service. An identity is a random name for a person. */
export function phonesOf(client: Client, ServiceSid: string) {
  return {
    /** What the app on the person's phone enrols it with: once, and within five minutes. */
    async invite(Identity: string, FactorFriendlyName: string) {
      const invited = { ServiceSid, Identity, FactorType: "push", FactorFriendlyName, Ttl: 300 } as const;
      return (await unwrap(createAccessToken(client, invited))).token ?? "";
    },
    /** The phones of a person that have shown that they have their keys. */
    async list(Identity: string) {
      const { data, error } = await listFactors(client, { ServiceSid, Identity });
      if (error?.code === 20404) return [];
      if (error) throw new Error(error.message);
      return data.factors.filter(({ factor_type, status }) => factor_type === "push" && status === "verified");
    },
    /** Asks on a phone. The person sees the message, and the fields below it. */
    async ask(Identity: string, FactorSid: string, message: string, fields: { label: string; value: string }[]) {
      const asked = { ServiceSid, Identity, FactorSid, "Details.Message": message, "Details.Fields": fields };
      return (await unwrap(createChallenge(client, asked))).sid ?? "";
    },
    /** What the phone has said so far, and what its app has told besides. */
    async answer(Identity: string, Sid: string) {
      const { status, metadata } = await unwrap(fetchChallenge(client, { ServiceSid, Identity, Sid }));
      return { status, metadata: metadata ?? {} };
    },
    /** Has the phone ring once more, three times at most. */
    async remind(Identity: string, ChallengeSid: string) {
      await unwrap(createNotification(client, { ServiceSid, Identity, ChallengeSid }));
    },
    /** Ends it: the phone is lost, or the person has another one. */
    async forget(Identity: string, Sid: string) {
      await unwrap(deleteFactor(client, { ServiceSid, Identity, Sid }));
    },
  };
}
