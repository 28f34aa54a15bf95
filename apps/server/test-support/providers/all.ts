import { elksSms } from "./46elks.ts";
import type { Double } from "./double.ts";
import { gatewayApiSms } from "./gatewayapi.ts";
import { infobipCall, infobipSms } from "./infobip.ts";
import { plivoSms } from "./plivo.ts";
import { sinchSms } from "./sinch.ts";
import { telnyxSms } from "./telnyx.ts";
import { twilioCall, twilioSms } from "./twilio.ts";
import { vonageSms } from "./vonage.ts";

/** Every provider that is known by name, on every channel that it carries. */
export const doubles: readonly Double[] = [
  ...[elksSms, gatewayApiSms, infobipSms, infobipCall, plivoSms, sinchSms, telnyxSms, twilioSms, twilioCall, vonageSms],
];
