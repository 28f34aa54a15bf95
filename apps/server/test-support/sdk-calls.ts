import type { Twilio } from "twilio";
import { codeOf } from "./authenticator.ts";
import { newDeviceKey, signedBy } from "./device.ts";
import { createAuthenticator, origin, config as passkeys } from "./passkeys.ts";

/**
 * Every operation of v2 by the official SDK, in an order in which each finds what it needs. Whatever an answer tells stands in `known`, by the name
 * of what it is about.
 */
export function sdkCalls({ verify: { v2 } }: Twilio): Record<string, () => Promise<unknown>> {
  const known: Record<string, string> = {};
  const its = (name: string) => known[name] ?? "";
  const keep = async (name: string, made: Promise<{ sid: string }>) => {
    known[name] = (await made).sid;
  };
  // What a browser gives is no text, and an SDK takes it as it is.
  const browser = createAuthenticator();
  // biome-ignore lint/suspicious/noExplicitAny: the SDK's types are classes with a constructor of their own.
  const given: Record<"registered" | "loggedIn", any> = { registered: undefined, loggedIn: undefined };
  const service = () => v2.services(its("service"));
  const limit = () => service().rateLimits(its("limit"));
  const entity = () => service().entities("person-0057");
  const to = "+12025550123";
  const phoneNumber = "+12025550124";
  const messagingServiceSid = "MG00000000000000000000000000000001";

  return {
    createService: () => keep("service", v2.services.create({ friendlyName: "Owl Books" })),
    listServices: () => v2.services.list(),
    fetchService: () => service().fetch(),
    updateService: () => service().update({ "totp.issuer": "Owl Books" }),

    createVerification: () => keep("verification", service().verifications.create({ to, channel: "sms" })),
    fetchVerification: () => service().verifications(its("verification")).fetch(),
    createVerificationCheck: () => service().verificationChecks.create({ to, code: "000000" }),
    updateVerification: () => service().verifications(to).update({ status: "canceled" }),
    listAttempts: () => v2.verificationAttempts.list().then(([first]) => (known.attempt = first?.sid ?? "")),
    fetchAttempt: () => v2.verificationAttempts(its("attempt")).fetch(),
    fetchAttemptsSummary: () => v2.verificationAttemptsSummary().fetch(),

    createRateLimit: () => keep("limit", service().rateLimits.create({ uniqueName: "ip" })),
    listRateLimits: () => service().rateLimits.list(),
    fetchRateLimit: () => limit().fetch(),
    updateRateLimit: () => limit().update({ description: "By address" }),
    createBucket: () => keep("bucket", limit().buckets.create({ max: 4, interval: 60 })),
    listBuckets: () => limit().buckets.list(),
    fetchBucket: () => limit().buckets(its("bucket")).fetch(),
    updateBucket: () => limit().buckets(its("bucket")).update({ max: 5 }),
    deleteBucket: () => limit().buckets(its("bucket")).remove(),
    deleteRateLimit: () => limit().remove(),

    createMessagingConfiguration: () =>
      service().messagingConfigurations.create({ country: "DE", messagingServiceSid }),
    listMessagingConfigurations: () => service().messagingConfigurations.list(),
    fetchMessagingConfiguration: () => service().messagingConfigurations("DE").fetch(),
    updateMessagingConfiguration: () => service().messagingConfigurations("DE").update({ messagingServiceSid }),
    deleteMessagingConfiguration: () => service().messagingConfigurations("DE").remove(),

    listTemplates: () => v2.templates.list(),
    createSafeNumber: () => v2.safelist.create({ phoneNumber }),
    fetchSafeNumber: () => v2.safelist(phoneNumber).fetch(),
    deleteSafeNumber: () => v2.safelist(phoneNumber).remove(),
    fetchForm: () => v2.forms("form-push").fetch(),

    createAccessToken: () =>
      keep("accessToken", service().accessTokens.create({ identity: "person-0057", factorType: "push" })),
    fetchAccessToken: () => service().accessTokens(its("accessToken")).fetch(),
    createEntity: () => service().entities.create({ identity: "person-0057" }),
    listEntities: () => service().entities.list(),
    fetchEntity: () => entity().fetch(),
    createNewFactor: async () => {
      const made = await entity().newFactors.create({ friendlyName: "Ana’s phone", factorType: "totp" });
      Object.assign(known, { factor: made.sid, code: codeOf(made.binding.uri) });
    },
    listFactors: () => entity().factors.list(),
    fetchFactor: () => entity().factors(its("factor")).fetch(),
    updateFactor: () =>
      entity()
        .factors(its("factor"))
        .update({ authPayload: its("code") }),
    createChallenge: () => keep("challenge", entity().challenges.create({ factorSid: its("factor") })),
    listChallenges: () => entity().challenges.list(),
    fetchChallenge: () => entity().challenges(its("challenge")).fetch(),
    updateChallenge: () =>
      entity()
        .challenges(its("challenge"))
        .update({ authPayload: its("code") }),
    createNotification: async () => {
      const { privateKey, publicKey } = newDeviceKey();
      const phone = await entity().newFactors.create({
        ...{ friendlyName: "Ana’s phone", factorType: "push", "binding.alg": "ES256", "binding.publicKey": publicKey },
        ...{ "config.appId": "com.example.app", "config.sdkVersion": "1.0.0", "config.notificationPlatform": "fcm" },
        "config.notificationToken": "0".repeat(64),
      });
      await entity()
        .factors(phone.sid)
        .update({ authPayload: signedBy(privateKey, phone.sid) });
      const asked = { factorSid: phone.sid, "details.message": "Sign in to Owl Books?" };
      const { sid } = await entity().challenges.create(asked);
      const { ttl, challengeSid } = await entity().challenges(sid).notifications.create();
      if (ttl !== 300 || challengeSid !== sid) throw new Error("the notification is of another challenge");
      for (const wanted of [60, 0]) await entity().challenges(sid).notifications.create({ ttl: wanted });
      const fourth = await entity()
        .challenges(sid)
        .notifications.create()
        .catch((error: object) => error);
      if (!("code" in fourth) || fourth.code !== 60309) throw new Error("a fourth notification was not refused");
    },
    createNewFactorPasskey: () =>
      service()
        .newFactors.create({ friendlyName: "Ana’s laptop", identity: "person-0057", config: passkeys as object })
        .then(({ options }) => (given.registered = browser.create(options.publicKey, origin))),
    updatePasskeysFactor: () => service().newVerifyFactors.update(given.registered),
    createChallengePasskeys: async () => {
      const { options } = await service().newChallenge().create({ identity: "person-0057" });
      given.loggedIn = browser.get((options as unknown as Asked).publicKey, origin);
    },
    updateChallengePasskeys: () => service().approveChallenge.update(given.loggedIn),
    deleteFactor: () => entity().factors(its("factor")).remove(),
    deleteEntity: () => entity().remove(),

    createWebhook: () =>
      keep(
        "webhook",
        service().webhooks.create({
          friendlyName: "Events",
          eventTypes: ["*"],
          webhookUrl: "https://hooks.example.com/events",
        }),
      ),
    listWebhooks: () => service().webhooks.list(),
    fetchWebhook: () => service().webhooks(its("webhook")).fetch(),
    updateWebhook: () => service().webhooks(its("webhook")).update({ status: "disabled" }),
    deleteWebhook: () => service().webhooks(its("webhook")).remove(),
    deleteService: () => service().remove(),
  };
}

interface Asked {
  publicKey: Parameters<ReturnType<typeof createAuthenticator>["get"]>[0];
}
