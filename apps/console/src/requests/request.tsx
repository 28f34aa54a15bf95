import type { ConsoleRequest } from "@countersign/client";
import { unwrap } from "@countersign/client";
import { laidOutIfJson } from "@countersign/docs/layout";
import { useState } from "preact/hooks";
import { useAct } from "../act.ts";
import { client, origin, sandboxAccount } from "../api.ts";
import { Block } from "../components/block.tsx";
import { Copy } from "../components/copy.tsx";
import { Empty } from "../components/empty.tsx";
import { Problem } from "../components/problem.tsx";
import { Title } from "../components/title.tsx";
import { UnderTitle } from "../components/under-title.tsx";
import { When } from "../components/when.tsx";
import { curlOf, isV1 } from "../curl.ts";
import { useLoad } from "../load.ts";
import { hrefTo } from "../router.ts";
import type { Screen } from "../screens.ts";
import { testOf } from "./as-test.ts";
import { HttpStatus } from "./requests.tsx";

export const request: Screen = {
  path: "/requests/:sid",
  title: "Request",
  modes: ["sandbox"],
  component: Request,
};

/** One request with its answer. */
function Request({ params: { sid = "" } }: { params: Record<string, string> }) {
  const load = async (signal: AbortSignal) => {
    const { requests } = await unwrap(client.GET("/console/requests", { signal }));
    return requests.find((each) => each.sid === sid) ?? null;
  };
  const { data, error, reload } = useLoad(load, [sid]);
  return (
    <>
      <Title
        actions={
          data && (
            <>
              <Copy text={curlOf({ ...data, contentType: data.content_type })} what="curl" />
              <Copy text={testOf(data)} what="Test" label="Copy as a test" />
            </>
          )
        }
      >
        Request
      </Title>
      <UnderTitle all="All requests" path="/requests" sid={sid} />
      <Problem error={error} retry={reload} />
      {data === null && <Empty title="This request is no longer among the last 1,000" />}
      {data && <Shown request={data} />}
    </>
  );
}

function Shown({ request }: { request: ConsoleRequest }) {
  const { method, path, status, error, milliseconds, date, operation_id, body, answer } = request;
  return (
    <div class="stack">
      <h2 class="request-line">
        <span class="request">
          {method} <code>{path}</code>
        </span>
      </h2>
      <p class="actions">
        <HttpStatus status={status} />
        <span class="faint">{milliseconds.toFixed(1)} ms</span>
        <When date={date} />
        {operation_id && <a href={`/docs/#operation/${operation_id}`}>{operation_id}</a>}
      </p>
      {error && <Problem error={error} />}
      <Replay request={request} />
      <div class="columns">
        <section>
          <h3>Sent</h3>
          <Block label="Sent" text={body ?? "no body"} />
        </section>
        <section>
          <h3>Answered</h3>
          <Block label="Answered" text={answer ? laidOutIfJson(answer) : "no body"} />
        </section>
      </div>
    </div>
  );
}

/** Sends it again, as this account. What was masked is not known any more. */
function Replay({ request: { method, path, body, content_type } }: { request: ConsoleRequest }) {
  const [answer, setAnswer] = useState<{ status: number; text: string; sid: string | null }>();
  const { act, error } = useAct();
  const isMasked = `${path}${body}`.includes("•");
  const replay = async () => {
    const { accountSid, authToken } = sandboxAccount;
    const headers = {
      ...(isV1(path)
        ? { "X-Authy-API-Key": "sandbox" }
        : { Authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}` }),
      ...(body && content_type && { "Content-Type": content_type }),
    };
    await act(async () => {
      const response = await fetch(origin + path, { method, headers, ...(body && { body }) });
      const sid = response.headers.get("Twilio-Request-Id");
      setAnswer({ status: response.status, text: await response.text(), sid });
    });
  };
  return (
    <section class="stack" aria-live="polite">
      <div class="actions">
        <button type="button" onClick={replay} disabled={isMasked}>
          Send it again
        </button>
        {isMasked && <span class="faint">A code or a secret in it was masked, so it cannot be sent again.</span>}
      </div>
      <Problem error={error} />
      {answer && (
        <>
          <p class="actions">
            <HttpStatus status={answer.status} />
            {answer.sid && <a href={hrefTo(`/requests/${answer.sid}`)}>Open this request</a>}
          </p>
          <Block label="Answered this time" text={laidOutIfJson(answer.text)} />
        </>
      )}
    </section>
  );
}
