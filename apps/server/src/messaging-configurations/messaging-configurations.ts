import type { MessagingConfiguration as Body } from "@countersign/types";
import type { Handlers } from "../kernel/handler.ts";
import { listed, type PageRequest } from "../kernel/page.ts";
import { accepted, invalid, refused } from "../kernel/refusal.ts";
import { found, gone, onWire } from "../kernel/wire.ts";
import type { WithinService } from "../services/store.ts";
import { countryOf, type MessagingConfiguration } from "./messaging-configuration.ts";
import type { MessagingConfigurationStore } from "./store.ts";

type Ids = "listMessagingConfigurations" | `${"create" | "fetch" | "update" | "delete"}MessagingConfiguration`;

interface Parts extends WithinService {
  messagingConfigurations: MessagingConfigurationStore;
  /** What the operator has set up. */
  outlets: { smsRoutes(): readonly { sid: string }[] };
}

/** The operations of the tag Messaging configurations. */
export function messagingConfigurationHandlers(parts: Parts): Pick<Handlers, Ids> {
  const { services, messagingConfigurations, outlets, clock, newSid } = parts;
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

    fetchMessagingConfiguration: async ({ accountSid, path, base }) =>
      found(await messagingConfigurations.fetch(which(accountSid, path)), (each) => bodyOf(each, base)),

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
      gone(await messagingConfigurations.delete(which(accountSid, path), by)),
  };
}

/** What is no country finds none. */
function which(accountSid: string, { ServiceSid, Country }: { ServiceSid: string; Country: string }) {
  return { accountSid, serviceSid: ServiceSid, country: countryOf(Country) ?? "" };
}

function bodyOf(configuration: MessagingConfiguration, base: string): Body {
  const url = `${base}/v2/Services/${configuration.serviceSid}/MessagingConfigurations/${configuration.country}`;
  const owners = onWire(configuration, "accountSid", "serviceSid");
  return { ...owners, ...onWire(configuration, "country", "messagingServiceSid", "createdAt", "updatedAt"), url };
}
