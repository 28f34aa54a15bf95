import { isErrorFromAlias } from "@zodios/core";
import type { Caller } from "../caller.ts";
import { createApiClient } from "../generated/openapi-zod-client.ts";

export const call: Caller = async ({ baseUrl, service, headers, to, code, refused }) => {
  const client = createApiClient(baseUrl, { axiosConfig: { headers } });
  const place = { params: { ServiceSid: service } };
  const started = await client.createVerification({ To: to, Channel: "sms" }, place);
  const checked = await client.createVerificationCheck({ To: to, Code: code }, place);
  const isFull = await client.createVerification({ To: refused, Channel: "sms" }, place).then(
    () => false,
    (error) =>
      isErrorFromAlias(client.api, "createVerification", error) &&
      error.response.status === 429 &&
      error.response.data.code === 60203,
  );
  return { started: started.status, checked: checked.status, isFull };
};
