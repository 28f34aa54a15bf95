import { unwrap } from "@countersign/client";
import type { Post, Provider, TestProviderRequest } from "@countersign/types";
import { useState } from "preact/hooks";
import { tell, useAct } from "../act.ts";
import { client, mayWrite } from "../api.ts";
import { channelName, channelOptions } from "../channels.ts";
import { duration } from "../clock.ts";
import { Status } from "../components/badge.tsx";
import { Choice } from "../components/choice.tsx";
import { Dialog } from "../components/dialog.tsx";
import { Filters } from "../components/filters.tsx";
import { Pager } from "../components/pager.tsx";
import { Problem } from "../components/problem.tsx";
import { Quiet } from "../components/quiet.tsx";
import { Raw } from "../components/raw.tsx";
import { none, Table } from "../components/table.tsx";
import { Title } from "../components/title.tsx";
import { toast } from "../components/toast.tsx";
import { made, When } from "../components/when.tsx";
import { useLoad } from "../load.ts";
import { hrefTo, place } from "../router.ts";
import type { Screen } from "../screens.ts";

export const deliveries: Screen = {
  path: "/deliveries",
  title: "Deliveries",
  modes: ["sandbox", "production"],
  group: "Operate",
  letter: "d",
  component: Deliveries,
};

/** The ways out: who carries messages, and what webhooks have taken. */
function Deliveries() {
  const { query } = place.value;
  const { data, error, reload } = useLoad(
    async (signal) => {
      const [{ providers, queue }, { posts, meta }] = await Promise.all([
        unwrap(client.GET("/console/providers", { signal })),
        unwrap(client.GET("/console/posts", { params: { query }, signal })),
      ]);
      return { providers, queue, posts, meta };
    },
    [JSON.stringify(query)],
    5,
  );
  const [shown, setShown] = useState<Post>();
  return (
    <>
      <Title>Deliveries</Title>
      <Problem error={error} />
      {data && (
        <div class="sections">
          <section>
            <h2>Providers</h2>
            <p class="faint">{waiting(data.queue)}</p>
            <Table
              caption="Providers"
              rows={data.providers}
              keyOf={({ name }) => name}
              columns={providerColumns(reload)}
            />
          </section>
          <section>
            <h2>Posts to webhooks</h2>
            <Filters
              label="Posts"
              filters={[
                {
                  name: "status",
                  label: "State",
                  options: ["pending", "retrying", "parked"].map((status) => [status, status]),
                },
              ]}
            />
            <Table
              caption="Posts to webhooks"
              none="None: what webhooks have taken is not kept."
              rows={data.posts}
              keyOf={({ sid }) => sid}
              columns={postColumns(reload, setShown)}
            />
            <Pager meta={data.meta} />
          </section>
        </div>
      )}
      {shown && <Raw title={`Post ${shown.sid}`} value={shown.payload} close={() => setShown(undefined)} />}
    </>
  );
}

function waiting({ messages, oldest_seconds }: { messages: number; oldest_seconds: number }): string {
  if (messages === 0) return "No message waits.";
  const waits = messages === 1 ? "1 message waits" : `${messages} messages wait`;
  return `${waits}, the oldest for ${duration(oldest_seconds)}.`;
}

function providerColumns(reload: () => void) {
  return [
    { name: "Provider", cell: ({ name }: Provider) => <strong>{name}</strong> },
    { name: "State", cell: ({ state }: Provider) => <Status status={state} /> },
    {
      name: "Channels",
      cell: ({ channels }: Provider) => channels.map(channelName).join(", "),
    },
    { name: "For", cell: ({ prefixes }: Provider) => (prefixes.length > 0 ? prefixes.join(", ") : "everybody") },
    {
      name: "Last success",
      cell: ({ date_last_success: date }: Provider) => (date ? <When date={date} /> : none),
    },
    {
      name: "Last failure",
      cell: ({ date_last_failure: date, last_error }: Provider) =>
        date ? (
          <>
            <When date={date} /> {last_error && <code>{last_error}</code>}
          </>
        ) : (
          none
        ),
    },
    { name: "Change", cell: (provider: Provider) => <ProviderActions provider={provider} reload={reload} /> },
  ];
}

function ProviderActions({ provider, reload }: { provider: Provider; reload: () => void }) {
  const { name, channels, state } = provider;
  const [isTesting, setTesting] = useState(false);
  if (!mayWrite()) return <span class="faint">read only</span>;
  // A push is for a challenge alone.
  const ofMessages = channels.filter((channel) => channel !== "push");
  const params = { path: { Name: name } };
  const isPaused = state === "paused";
  const change = async () => {
    const body = { Status: isPaused ? "active" : "paused" } as const;
    const done = `${name} is ${isPaused ? "used again" : "passed over"}`;
    await tell(client.POST("/console/providers/{Name}", { params, body }), done);
    reload();
  };
  return (
    <span class="actions">
      <Quiet onClick={change} label={`${isPaused ? "Resume" : "Pause"} ${name}`}>
        {isPaused ? "Resume" : "Pause"}
      </Quiet>
      {ofMessages.length > 0 && (
        <Quiet onClick={() => setTesting(true)} label={`Test ${name}`}>
          Test
        </Quiet>
      )}
      {isTesting && <TestMessage name={name} channels={ofMessages} close={() => setTesting(false)} />}
    </span>
  );
}

function TestMessage({ name, channels, close }: { name: string; channels: string[]; close: () => void }) {
  const { act, error } = useAct();
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    const body = { To: String(given.get("to")), Channel: given.get("channel") as TestProviderRequest["Channel"] };
    const params = { path: { Name: name } };
    return act(async () => {
      const { status, error_code } = await unwrap(client.POST("/console/providers/{Name}/test", { params, body }));
      toast(error_code ? `${name}: ${status}, ${error_code}` : `${name}: ${status}`);
      close();
    });
  };
  return (
    <Dialog title={`Send a test message by ${name}`} onClose={close}>
      <form class="stack" onSubmit={send}>
        <p>A real message, without a code. The audit trail keeps that you sent it, and not to whom.</p>
        <Problem error={error} />
        <label>
          To
          <input name="to" required autocomplete="off" />
        </label>
        <Choice label="Channel" name="channel" options={channelOptions(channels)} />
        <div class="actions end">
          <button type="button" onClick={close}>
            Send none
          </button>
          <button type="submit" class="main">
            Send
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function postColumns(reload: () => void, show: (post: Post) => void) {
  const retry = async ({ sid }: Post) => {
    await tell(client.POST("/console/posts/{Sid}", { params: { path: { Sid: sid } } }), `${sid} is tried again`);
    reload();
  };
  return [
    made,
    {
      name: "Webhook",
      cell: ({ webhook_id, webhook_name, service_sid }: Post) =>
        webhook_name ? (
          <a href={hrefTo(`/services/${service_sid}`, { tab: "Webhooks" })}>{webhook_name}</a>
        ) : (
          <code>{webhook_id}</code>
        ),
    },
    { name: "State", cell: ({ status }: Post) => <Status status={status} /> },
    { name: "Tries", cell: ({ tries }: Post) => tries, isNumber: true },
    { name: "Error", cell: ({ error }: Post) => error ?? none },
    { name: "Next try", cell: ({ date_next_try: date }: Post) => (date ? <When date={date} /> : none) },
    {
      name: "See",
      cell: (post: Post) => (
        <span class="actions">
          <Quiet onClick={() => show(post)} label={`Payload of ${post.sid}`}>
            Payload
          </Quiet>
          {mayWrite() && post.status === "parked" && (
            <Quiet onClick={() => retry(post)} label={`Retry ${post.sid}`}>
              Retry
            </Quiet>
          )}
        </span>
      ),
    },
  ];
}
