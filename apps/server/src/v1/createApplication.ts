import type { Dependencies } from "../dependencies.ts";
import { settingsOf } from "../services/service.ts";
import { dashboardApplicationBody } from "./application-body.ts";
import type { V1Handler } from "./handler.ts";
import { parseNationalNumber } from "./national-number.ts";
import { newApplication, newApplicationKeys } from "./new-application.ts";
import { v1Refused } from "./refusal.ts";

/** Creates a service and the application that it is. */
export function createApplication(dependencies: Dependencies): V1Handler<"createApplication"> {
  const { store, clock, newSid } = dependencies;
  return async ({ accountSid, parameters }) => {
    const { name, phone_number: phoneNumber, country_code: countryCode, email } = parameters;
    if (name.trim() === "") return v1Refused("60070");
    const number = parseNationalNumber(countryCode, phoneNumber);
    if (!number.ok) return number;
    const now = clock();
    const service = {
      accountSid,
      sid: newSid("VA"),
      settings: settingsOf({ FriendlyName: name }),
      createdAt: now,
      updatedAt: now,
    };
    const contact = { phoneNumber, countryCode, email };
    const keys = newApplicationKeys(dependencies);
    const application = newApplication(dependencies, { accountSid, serviceSid: service.sid, contact, now }, keys);
    await store.applications.create(application, service);
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
  };
}
