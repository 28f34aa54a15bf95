import type { AnyRecipe, GatewayChannel } from "./recipe.ts";
import { elksSms } from "./recipes/46elks.ts";
import { gatewayApiSms } from "./recipes/gatewayapi.ts";
import { infobipCall, infobipSms } from "./recipes/infobip.ts";
import { plivoSms } from "./recipes/plivo.ts";
import { sinchSms } from "./recipes/sinch.ts";
import { telnyxSms } from "./recipes/telnyx.ts";
import { twilioCall, twilioSms } from "./recipes/twilio.ts";
import { vonageSms } from "./recipes/vonage.ts";

/** The providers that are known by name, and the channels of each. A provider more is a line more. */
export const recipes: Readonly<Record<string, Partial<Record<GatewayChannel, AnyRecipe>>>> = {
  "46elks": { sms: elksSms },
  gatewayapi: { sms: gatewayApiSms },
  infobip: { sms: infobipSms, call: infobipCall },
  plivo: { sms: plivoSms },
  sinch: { sms: sinchSms },
  telnyx: { sms: telnyxSms },
  twilio: { sms: twilioSms, call: twilioCall },
  vonage: { sms: vonageSms },
};
