import type { MessagingConfiguration as Body } from "@countersign/types";
import { type Clock, isoTime } from "../kernel/clock.ts";
import type { Handlers } from "../kernel/handler.ts";
import { listed, type PageRequest } from "../kernel/page.ts";
import { accepted, invalid, refused } from "../kernel/refusal.ts";
import type { ServiceStore } from "../services/store.ts";
import { countryOf, type MessagingConfiguration } from "./messaging-configuration.ts";
import type { MessagingConfigurationStore } from "./store.ts";

type Ids = "listMessagingConfigurations" | `${"create" | "fetch" | "update" | "delete"}MessagingConfiguration`;

interface Parts {
  services: Pick<ServiceStore, "fetch">;
  messagingConfigurations: MessagingConfigurationStore;
  /** What the operator has set up. */
  outlets: { smsRoutes(): readonly { sid: string }[] };
  clock: Clock;
  newSid: (prefix: string) => string;
}

/** The operations of the tag Messaging configurations. */
export function messagingConfigurationHandlers({
  services,
  messagingConfigurations,
  outlets,
  clock,
  newSid,
}: Parts): Pick<Handlers, Ids> {
  const isRoute = (wanted: string) => outlets.smsRoutes().some(({ sid }) => sid === wanted);
  return {
    async createMessagingConfiguration({ by, accountSid, path, body, base }) {
      if (!(await services.fetch(accountSid, path.ServiceSid))) return refused(20404);
      const country = countryOf(body.Country);
      if (country === undefined) return invalid("Country");
      if (!isRoute(body.MessagingServiceSid)) return invalid("MessagingServiceSid");
      const now = clock();
      const configuration: MessagingConfiguration = {
        ...{ accountSid, serviceSid: path.ServiceSid, sid: newSid("MC"), country },
        ...{ messagingServiceSid: body.MessagingServiceSid, createdAt: now, updatedAt: now },
      };
      const created = await messagingConfigurations.create(configuration, by);
      if (created === "no parent") return refused(20404);
      return created === "exists" ? refused(60213) : accepted(bodyOf(configuration, base));
    },

    async listMessagingConfigurations({ accountSid, path, base, ...request }) {
      const { ServiceSid: serviceSid } = path;
      if (!(await services.fetch(accountSid, serviceSid))) return refused(20404);
      const read = (page: PageRequest) => messagingConfigurations.list({ accountSid, serviceSid }, page);
      return listed("messaging_configurations", request, read, (each) => bodyOf(each, base));
    },

    async fetchMessagingConfiguration({ accountSid, path, base }) {
      const configuration = await messagingConfigurations.fetch(which(accountSid, path));
      return configuration ? accepted(bodyOf(configuration, base)) : refused(20404);
    },

    async updateMessagingConfiguration({ by, accountSid, path, body, base }) {
      const { MessagingServiceSid: messagingServiceSid } = body;
      if (!(await messagingConfigurations.fetch(which(accountSid, path)))) return refused(20404);
      if (!isRoute(messagingServiceSid)) return invalid("MessagingServiceSid");
      const change = (before: MessagingConfiguration) => ({ ...before, messagingServiceSid, updatedAt: clock() });
      const configuration = await messagingConfigurations.update(which(accountSid, path), change, by);
      // Its country does not change, so that no other can have it.
      return configuration && configuration !== "exists" ? accepted(bodyOf(configuration, base)) : refused(20404);
    },

    deleteMessagingConfiguration: async ({ by, accountSid, path }) =>
      (await messagingConfigurations.delete(which(accountSid, path), by)) ? accepted(undefined) : refused(20404),
  };
}

/** What is no country finds none. */
function which(accountSid: string, { ServiceSid, Country }: { ServiceSid: string; Country: string }) {
  return { accountSid, serviceSid: ServiceSid, country: countryOf(Country) ?? "" };
}

function bodyOf({ accountSid, serviceSid, country, ...configuration }: MessagingConfiguration, base: string): Body {
  return {
    account_sid: accountSid,
    service_sid: serviceSid,
    country,
    messaging_service_sid: configuration.messagingServiceSid,
    date_created: isoTime(configuration.createdAt),
    date_updated: isoTime(configuration.updatedAt),
    url: `${base}/v2/Services/${serviceSid}/MessagingConfigurations/${country}`,
  };
}
