import type { Client } from "@kubb/plugin-client/clients/fetch";
import type { Caller } from "../caller.ts";
import { createVerification, createVerificationCheck } from "../generated/kubb/client.ts";
import type { CreateVerification429 } from "../generated/kubb/types.ts";

export const call: Caller = async ({ baseUrl, service, headers, to, code, refused }) => {
  const config = { baseURL: baseUrl, headers, client: formClient };
  const started = await createVerification(service, { To: to, Channel: "sms" }, config);
  const checked = await createVerificationCheck(service, { To: to, Code: code }, config);
  const isFull = await createVerification(service, { To: refused, Channel: "sms" }, config).then(
    () => false,
    (error: CreateVerification429) => error.code === 60203,
  );
  return { started: started.status, checked: checked.status, isFull };
};

/** Kubb's own client sends JSON whatever the type, and takes an error for a success. */
const formClient: Client = async ({ baseURL, url, method = "GET", data, headers }) => {
  const body = new URLSearchParams(data as Record<string, string>);
  const response = await fetch(`${baseURL}${url}`, { method, body, headers: headers ?? {} });
  const answer = await response.json();
  if (!response.ok) throw answer;
  return { data: answer, status: response.status, statusText: response.statusText, headers: response.headers };
};
