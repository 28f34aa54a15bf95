import type { Caller } from "../caller.ts";
import { createVerification, createVerificationCheck, defaults } from "../generated/oazapfts.ts";

export const call: Caller = async ({ baseUrl, service, headers, to, code, refused }) => {
  Object.assign(defaults, { baseUrl, headers });
  const started = await createVerification(service, { To: to, Channel: "sms" });
  if (started.status !== 201) throw new Error(`${started.data.code}`);
  const checked = await createVerificationCheck(service, { To: to, Code: code });
  if (checked.status !== 200) throw new Error(`${checked.data.code}`);
  const wrong = await createVerification(service, { To: refused, Channel: "sms" });
  const isFull = wrong.status === 429 && wrong.data.code === 60203;
  return { started: started.data.status, checked: checked.data.status, isFull };
};
