import { type Client, unwrap } from "@countersign/client";

/** What a log-in that a phone approves asks of the service. An identity is a random name for a person. */
export function phonesOf(client: Client, ServiceSid: string) {
  const factors = "/v2/Services/{ServiceSid}/Entities/{Identity}/Factors";
  const challenges = "/v2/Services/{ServiceSid}/Entities/{Identity}/Challenges";
  return {
    /** What the app on the person's phone enrols it with: once, and within five minutes. */
    async invite(Identity: string, FactorFriendlyName: string) {
      const params = { path: { ServiceSid } };
      const body = { Identity, FactorType: "push", FactorFriendlyName, Ttl: 300 } as const;
      const { token } = await unwrap(client.POST("/v2/Services/{ServiceSid}/AccessTokens", { params, body }));
      return token ?? "";
    },
    /** The phones of a person that have shown that they have their keys. */
    async list(Identity: string) {
      const { data, error } = await client.GET(factors, { params: { path: { ServiceSid, Identity } } });
      if (error?.code === 20404) return [];
      if (error) throw new Error(error.message);
      return data.factors.filter(({ factor_type, status }) => factor_type === "push" && status === "verified");
    },
    /** Asks on a phone. The person sees the message, and the fields below it. */
    async ask(Identity: string, FactorSid: string, message: string, fields: { label: string; value: string }[]) {
      const params = { path: { ServiceSid, Identity } };
      const body = { FactorSid, "Details.Message": message, "Details.Fields": fields };
      return (await unwrap(client.POST(challenges, { params, body }))).sid ?? "";
    },
    /** What the phone has said so far, and what its app has told besides. */
    async answer(Identity: string, Sid: string) {
      const params = { path: { ServiceSid, Identity, Sid } };
      const { status, metadata } = await unwrap(client.GET(`${challenges}/{Sid}`, { params }));
      return { status, metadata: metadata ?? {} };
    },
    /** Has the phone ring once more, three times at most. */
    async remind(Identity: string, ChallengeSid: string) {
      const params = { path: { ServiceSid, Identity, ChallengeSid } };
      await unwrap(client.POST(`${challenges}/{ChallengeSid}/Notifications`, { params, body: {} }));
    },
    /** Ends it: the phone is lost, or the person has another one. */
    async forget(Identity: string, Sid: string) {
      await unwrap(client.DELETE(`${factors}/{Sid}`, { params: { path: { ServiceSid, Identity, Sid } } }));
    },
  };
}
