import type { Caller } from "../caller.ts";
import { createClient } from "../generated/hey-api/client/index.ts";
import { createVerification, createVerificationCheck } from "../generated/hey-api/sdk.gen.ts";

export const call: Caller = async ({ baseUrl, service, headers, to, code, refused }) => {
  const client = createClient({ baseUrl, headers });
  const path = { ServiceSid: service };
  const started = await createVerification({ client, path, body: { To: to, Channel: "sms" }, throwOnError: true });
  const checked = await createVerificationCheck({ client, path, body: { To: to, Code: code }, throwOnError: true });
  const { error } = await createVerification({ client, path, body: { To: refused, Channel: "sms" } });
  return { started: started.data.status, checked: checked.data.status, isFull: error?.code === 60203 };
};
