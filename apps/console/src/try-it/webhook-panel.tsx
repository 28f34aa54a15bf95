import { type SandboxWebhook, unwrap } from "@countersign/client";
import { useState } from "preact/hooks";
import { useAct } from "../act.ts";
import { client } from "../api.ts";
import { Copy } from "../components/copy.tsx";
import { Facts } from "../components/facts.tsx";
import { Problem } from "../components/problem.tsx";
import { Quiet } from "../components/quiet.tsx";
import { toast } from "../components/toast.tsx";
import { SettingsForm } from "../services/form.tsx";

/** Where events go, and one that did not happen, to see whether a program hears it. */
export function WebhookPanel() {
  const [webhook, setWebhook] = useState<SandboxWebhook>();
  const { act, error } = useAct();
  // None is answered as not found.
  const look = () => act(async () => setWebhook((await client.GET("/sandbox/webhook")).data));
  const set = async (body: object) => {
    setWebhook(await unwrap(client.POST("/sandbox/webhook", { body: body as { Url: string } })));
    toast("Events go there from now on");
  };
  const send = async (body: object) => {
    await unwrap(client.POST("/sandbox/webhook/test", { body: body as { Type: "verification.approved" } }));
    toast("The event is about to be posted");
  };
  const remove = () =>
    act(async () => {
      await unwrap(client.DELETE("/sandbox/webhook"));
      setWebhook(undefined);
    }, "Nobody is told of events");
  return (
    <section class="panel" aria-labelledby="webhook">
      <h2 id="webhook">Webhook</h2>
      <p class="about">What your program hears of verifications, messages and accounts, signed as in production.</p>
      <details onToggle={({ currentTarget }) => currentTarget.open && look()}>
        <summary>Set a webhook, or send a test event</summary>
        <div class="stack">
          <Problem error={error} />
          {webhook && (
            <Facts
              facts={[
                [
                  "Events go to",
                  <>
                    {webhook.url} <Quiet onClick={remove}>Remove</Quiet>
                  </>,
                ],
                ["Schema", webhook.schema],
                [
                  "Signed with",
                  <>
                    <code>{webhook.secret}</code> <Copy text={webhook.secret} what="Secret" label="Copy" />
                  </>,
                ],
              ]}
            />
          )}
          <SettingsForm operationId="setSandboxWebhook" action="Set the webhook" submit={set} />
          {webhook && <SettingsForm operationId="sendTestEvent" action="Send a test event" submit={send} />}
          <p>
            <a href="#/deliveries">See what was posted</a>
          </p>
        </div>
      </details>
    </section>
  );
}
