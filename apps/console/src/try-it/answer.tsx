import { VerifyError } from "@countersign/client";
import type { FormOperation } from "../../document-part.ts";
import { client } from "../api.ts";
import { Badge } from "../components/badge.tsx";
import { Block } from "../components/block.tsx";
import { Problem } from "../components/problem.tsx";
import { hrefTo } from "../router.ts";
import { bodyOf, type Values } from "./request.ts";

/** How a call was answered. */
export type Outcome = Answer | { failure: unknown };

interface Answer {
  status: number;
  milliseconds: number;
  requestSid: string | null;
  body: unknown;
  error?: VerifyError;
}

/** Makes the call as any program would. */
export async function send(
  operation: FormOperation,
  { values, ServiceSid, signal }: { values: Values; ServiceSid: string; signal: AbortSignal },
): Promise<Outcome> {
  const path = operation.path as "/v2/Services/{ServiceSid}/Verifications";
  const body = bodyOf(operation.fields, values) as { To: string; Channel: "sms" };
  const begin = performance.now();
  try {
    const result = await client.POST(path, { params: { path: { ServiceSid } }, body, signal });
    const { data, error, response } = result;
    return {
      status: response.status,
      milliseconds: Math.round(performance.now() - begin),
      requestSid: response.headers.get("Twilio-Request-Id"),
      body: data ?? error,
      ...(result.error && { error: new VerifyError(result as ConstructorParameters<typeof VerifyError>[0]) }),
    };
  } catch (failure) {
    return { failure };
  }
}

/** What came back, with where to look next. */
export function Answered({ outcome }: { outcome: Outcome | undefined }) {
  return (
    <section class="stack" aria-live="polite" aria-label="Answer">
      {!outcome && <p class="faint">The answer appears here.</p>}
      {outcome && "failure" in outcome && <Problem error={outcome.failure} />}
      {outcome && "status" in outcome && <Shown outcome={outcome} />}
    </section>
  );
}

function Shown({ outcome: { status, milliseconds, requestSid, body, error } }: { outcome: Answer }) {
  const { sid, channel } = (body ?? {}) as { sid?: string; channel?: string };
  return (
    <>
      <p class="actions">
        <Badge tone={status < 400 ? "good" : "bad"}>{status}</Badge>
        <span class="faint">{milliseconds} ms</span>
        {!error && channel && <a href="#/inbox">See the inbox</a>}
        {!error && sid && <a href={hrefTo(`/verifications/${sid}`)}>Open the verification</a>}
        {requestSid && <a href={hrefTo(`/requests/${requestSid}`)}>Open the request</a>}
      </p>
      <Problem error={error} />
      <Block label="Answer" text={JSON.stringify(body, null, 2)} />
    </>
  );
}
