import { unwrap } from "@countersign/client";
import type { CreateWebhookRequest } from "@countersign/types";
import { client, mayWrite } from "../api.ts";
import { Problem } from "../components/problem.tsx";
import { useLoad } from "../load.ts";
import { Editable } from "./editable.tsx";
import { Add } from "./form.tsx";

const all = "/v2/Services/{ServiceSid}/Webhooks";
const one = `${all}/{Sid}` as const;

/** Who hears of the factors and challenges of a service. */
export function Webhooks({ serviceSid }: { serviceSid: string }) {
  const path = { ServiceSid: serviceSid };
  const load = (signal: AbortSignal) => unwrap(client.GET(all, { params: { path }, signal }));
  const { data, error, reload } = useLoad(load, [serviceSid]);
  const create = async (body: object) => {
    await unwrap(client.POST(all, { params: { path }, body: body as CreateWebhookRequest }));
    reload();
  };
  return (
    <div class="stack">
      <Problem error={error} />
      <p>
        {data?.webhooks.length === 0 && "None. "}A webhook hears of factors and challenges. Its posts are signed with
        the account’s signing secret, and <a href="/docs/guides/webhooks/">the docs</a> say who knows it.{" "}
        <a href="#/deliveries">What was not taken</a> is kept.
      </p>
      <ul class="stack">
        {data?.webhooks.map((webhook) => {
          const params = { path: { ...path, Sid: webhook.sid ?? "" } };
          return (
            <Editable
              key={webhook.sid}
              name={`${webhook.friendly_name}, ${webhook.status}, ${webhook.version}: ${webhook.event_types?.join(", ")} to ${webhook.webhook_url}`}
              operationId="updateWebhook"
              resource={webhook}
              update={(body) => unwrap(client.POST(one, { params, body }))}
              removal="It hears of nothing more; what waits for it is dropped."
              remove={() => client.DELETE(one, { params })}
              removed="The webhook is deleted"
              reload={reload}
            />
          );
        })}
      </ul>
      {mayWrite() && (
        <Add summary="Make a webhook" operationId="createWebhook" action="Make the webhook" submit={create} />
      )}
    </div>
  );
}
