import type { Caller } from "../caller.ts";
import { createVerification, createVerificationCheck } from "../generated/orval.ts";

export const call: Caller = async ({ service, headers, to, code, refused }) => {
  const started = await createVerification(service, { To: to, Channel: "sms" }, { headers });
  if (started.status !== 201) throw new Error(`${started.data.code}`);
  const checked = await createVerificationCheck(service, { To: to, Code: code }, { headers });
  if (checked.status !== 200) throw new Error(`${checked.data.code}`);
  const wrong = await createVerification(service, { To: refused, Channel: "sms" }, { headers });
  const isFull = wrong.status === 429 && wrong.data.code === 60203;
  return { started: started.data.status, checked: checked.data.status, isFull };
};
