import { visible } from "@countersign/document";
import type {
  V1Application as ApplicationBody,
  V1DashboardApplication as DashboardApplicationBody,
} from "@countersign/types";
import type { Clock } from "../kernel/clock.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import { type Service, settingsOf } from "../services/service.ts";
import type { ServiceStore } from "../services/store.ts";
import { isPlainName } from "../verifications/callers-texts.ts";
import type { CodeVault } from "../verifications/vault.ts";
import { type Application, newApplication, newApplicationKeys } from "./application.ts";
import type { ApplicationStore } from "./application-store.ts";
import type { V1Handlers } from "./handler.ts";
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
  vault: CodeVault;
}

/** The operations on an application, which is a service too. */
export function applicationHandlers({ applications, services, clock, newSid, vault }: Parts): Pick<V1Handlers, Ids> {
  return {
    async createApplication({ accountSid, by, parameters }) {
      const { name, phone_number: phoneNumber, country_code: countryCode, email } = parameters;
      if (!isName(name)) return refused("60070");
      const number = parseNationalNumber(countryCode, phoneNumber);
      if (!number.ok) return number;
      const now = clock();
      const settings = settingsOf({ FriendlyName: name });
      const service = { accountSid, sid: newSid("VA"), settings, createdAt: now, updatedAt: now };
      const contact = { phoneNumber, countryCode, email };
      const keys = newApplicationKeys();
      const application = newApplication(vault, { accountSid, serviceSid: service.sid, contact, now }, keys);
      await applications.create(application, by, service);
      return accepted({
        app: dashboardApplicationBody(application, service),
        credentials: {
          api_key: keys.apiKey,
          app_api_key: keys.appApiKey,
          access_key: keys.accessKey,
          api_signing_key: keys.signingKey,
        },
        message: "Application created",
        success: true,
      });
    },

    async fetchApplication({ accountSid, application }) {
      const service = await services.fetch(accountSid, application.serviceSid);
      // It was deleted a moment ago, and its application with it.
      if (!service) return refused("60073");
      const app = dashboardApplicationBody(application, service);
      return accepted({ app, message: "Application information.", success: true });
    },

    /** The same for whoever has the API key alone. */
    async fetchApplicationDetails({ accountSid, application }) {
      const service = await services.fetch(accountSid, application.serviceSid);
      if (!service) return refused("60001");
      const app = applicationBody(application, service);
      return accepted({ app, message: "Application information.", success: true });
    },

    /** Renames the service that the application is. */
    async updateApplication({ accountSid, by, application, parameters: { name } }) {
      if (!isName(name)) return refused("60070");
      const service = await services.update(
        accountSid,
        application.serviceSid,
        (settings) => accepted({ ...settings, friendlyName: name }),
        clock(),
        by,
      );
      if (!service?.ok) return refused("60073");
      const app = dashboardApplicationBody(application, service.value);
      return accepted({ app, message: "Application updated", success: true });
    },

    /** Deletes the application and the service that it is. */
    async deleteApplication({ accountSid, by, application }) {
      const result = await applications.delete(accountSid, application.serviceSid, clock(), by);
      if (result === "in use") return refused("60075");
      if (result === "unknown") return refused("60073");
      return accepted({ message: "Application deleted", success: true });
    },
  };
}

/** Whether messages may carry it, and people see some of it. */
function isName(name: string): boolean {
  return visible(name) !== undefined && isPlainName(name);
}

/** An application as the phone calls answer it. */
function applicationBody({ id, state }: Application, { settings }: Service): ApplicationBody {
  return {
    name: settings.friendlyName,
    plan: state.plan,
    sms_enabled: state.smsEnabled,
    phone_calls_enabled: state.phoneCallsEnabled,
    app_id: id,
    onetouch_enabled: state.oneTouchEnabled,
  };
}

/** An application as the Dashboard calls answer it. */
function dashboardApplicationBody(application: Application, service: Service): DashboardApplicationBody {
  const { contact, oneTouchCallback } = application.state;
  return {
    ...applicationBody(application, service),
    phone_number: contact?.phoneNumber ?? null,
    country_code: contact?.countryCode ?? null,
    email: contact?.email ?? null,
    onetouch_callback_url: oneTouchCallback?.url ?? null,
    onetouch_callback_method: oneTouchCallback?.method ?? null,
  };
}
