import type { Clock } from "../kernel/clock.ts";
import { settingsOf } from "../services/service.ts";
import type { ServiceStore } from "../services/store.ts";
import type { CodeVault } from "../verifications/vault.ts";
import { newApplication, newApplicationKeys } from "./application.ts";
import { applicationBody, dashboardApplicationBody } from "./application-body.ts";
import type { ApplicationStore } from "./application-store.ts";
import { type V1Handlers, v1Refused } from "./handler.ts";
import { parseNationalNumber } from "./national-number.ts";

type Ids =
  | "createApplication"
  | "fetchApplication"
  | "fetchApplicationDetails"
  | "updateApplication"
  | "deleteApplication";

interface Parts {
  applications: ApplicationStore;
  services: ServiceStore;
  clock: Clock;
  newSid: (prefix: string) => string;
  newKey: () => string;
  vault: CodeVault;
}

/** The operations on an application, which is a service too. */
export function applicationHandlers(parts: Parts): Pick<V1Handlers, Ids> {
  const { applications, services, clock, newSid } = parts;
  return {
    async createApplication({ accountSid, parameters }) {
      const { name, phone_number: phoneNumber, country_code: countryCode, email } = parameters;
      if (name.trim() === "") return v1Refused("60070");
      const number = parseNationalNumber(countryCode, phoneNumber);
      if (!number.ok) return number;
      const now = clock();
      const settings = settingsOf({ FriendlyName: name });
      const service = { accountSid, sid: newSid("VA"), settings, createdAt: now, updatedAt: now };
      const contact = { phoneNumber, countryCode, email };
      const keys = newApplicationKeys(parts);
      const application = newApplication(parts, { accountSid, serviceSid: service.sid, contact, now }, keys);
      await applications.create(application, service);
      return {
        ok: true,
        value: {
          app: dashboardApplicationBody(application, service),
          credentials: {
            api_key: keys.apiKey,
            app_api_key: keys.appApiKey,
            access_key: keys.accessKey,
            api_signing_key: keys.signingKey,
          },
          message: "Application created",
          success: true,
        },
      };
    },

    async fetchApplication({ accountSid, application }) {
      const service = await services.fetch(accountSid, application.serviceSid);
      // It was deleted a moment ago, and its application with it.
      if (!service) return v1Refused("60073");
      const app = dashboardApplicationBody(application, service);
      return { ok: true, value: { app, message: "Application information.", success: true } };
    },

    /** The same for whoever has the API key alone. */
    async fetchApplicationDetails({ accountSid, application }) {
      const service = await services.fetch(accountSid, application.serviceSid);
      if (!service) return v1Refused("60001");
      const app = applicationBody(application, service);
      return { ok: true, value: { app, message: "Application information.", success: true } };
    },

    /** Renames the service that the application is. */
    async updateApplication({ accountSid, application, parameters: { name } }) {
      if (name.trim() === "") return v1Refused("60070");
      const service = await services.update(
        accountSid,
        application.serviceSid,
        (settings) => ({ ...settings, friendlyName: name }),
        clock(),
      );
      if (!service) return v1Refused("60073");
      const app = dashboardApplicationBody(application, service);
      return { ok: true, value: { app, message: "Application updated", success: true } };
    },

    /** Deletes the application and the service that it is. */
    async deleteApplication({ accountSid, application }) {
      const result = await applications.delete(accountSid, application.serviceSid, clock());
      if (result === "in use") return v1Refused("60075");
      if (result === "unknown") return v1Refused("60073");
      return { ok: true, value: { message: "Application deleted", success: true } };
    },
  };
}
