import type { Caller } from "../caller.ts";
import { Api, type Error60203, type HttpResponse, type Verification } from "../generated/swagger-typescript-api.ts";

export const call: Caller = async ({ baseUrl, service, headers, to, code, refused }) => {
  const { v2 } = new Api({ baseUrl, baseApiParams: { headers } });
  const started = await v2.createVerification(service, { To: to, Channel: "sms" });
  const checked = await v2.createVerificationCheck(service, { To: to, Code: code });
  const isFull = await v2.createVerification(service, { To: refused, Channel: "sms" }).then(
    () => false,
    ({ error }: HttpResponse<Verification, Error60203>) => error.code === 60203,
  );
  return { started: started.data.status, checked: checked.data.status, isFull };
};
