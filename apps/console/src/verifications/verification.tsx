import { type ConsoleVerification, unwrap } from "@countersign/client";
import { useState } from "preact/hooks";
import { useAct } from "../act.ts";
import { client, isSandbox, mayWrite } from "../api.ts";
import { aheadSeconds, countdown, now } from "../clock.ts";
import { Status } from "../components/badge.tsx";
import { Block } from "../components/block.tsx";
import { Copy } from "../components/copy.tsx";
import { confirm } from "../components/dialog.tsx";
import { Facts } from "../components/facts.tsx";
import { Problem } from "../components/problem.tsx";
import { Recipient } from "../components/recipient.tsx";
import { Title } from "../components/title.tsx";
import { UnderTitle } from "../components/under-title.tsx";
import { When } from "../components/when.tsx";
import { curlOf } from "../curl.ts";
import { useLoad } from "../load.ts";
import { hrefTo } from "../router.ts";
import type { Screen } from "../screens.ts";
import { RefusedStart } from "./refused-start.tsx";
import { Timeline } from "./timeline.tsx";

export const verification: Screen = {
  path: "/verifications/:sid",
  title: "Verification",
  modes: ["sandbox", "production"],
  component: ({ params: { sid = "" } }) =>
    sid.startsWith("RQ") ? <RefusedStart sid={sid} /> : <Verification sid={sid} />,
};

const pendingSeconds = 2;

/** One verification from its start to its end. */
function Verification({ sid }: { sid: string }) {
  const params = { path: { Sid: sid } };
  const load = async (signal: AbortSignal) => {
    const [verification, { events }] = await Promise.all([
      unwrap(client.GET("/console/verifications/{Sid}", { params, signal })),
      unwrap(client.GET("/console/verifications/{Sid}/events", { params, signal })),
    ]);
    return { verification, events };
  };
  const [isPending, setPending] = useState(true);
  const loaded = useLoad(load, [sid, aheadSeconds.value], isPending ? pendingSeconds : undefined);
  const { data, error, reload } = loaded;
  if (data && (data.verification.status === "pending") !== isPending) setPending(!isPending);
  return (
    <>
      <Title actions={<Copy text={curlOf({ method: "GET", path: `/console/verifications/${sid}` })} what="curl" />}>
        Verification
      </Title>
      <UnderTitle all="All verifications" path="/verifications" sid={sid} />
      <Problem error={error} retry={reload} />
      {data && (
        <div class="columns">
          <section aria-labelledby="what-happened">
            <h2 id="what-happened">What happened</h2>
            <Timeline events={data.events} />
          </section>
          <section aria-labelledby="state" class="stack">
            <h2 id="state">State</h2>
            <State verification={data.verification} />
            <Actions verification={data.verification} onDone={reload} />
            <details>
              <summary>Raw answer</summary>
              <Block label="Raw answer" text={JSON.stringify({ ...data.verification, events: data.events }, null, 2)} />
            </details>
          </section>
        </div>
      )}
    </>
  );
}

function State({ verification }: { verification: ConsoleVerification }) {
  const { sid, to, is_masked, service_name, service_sid, channel, country, status, reason } = verification;
  const { sends, sends_left, checks, checks_left, tags, error_code, date_created, date_expires } = verification;
  return (
    <Facts
      facts={[
        ["Status", <Status status={status} />],
        [
          "Time left",
          status === "pending" && <span class="left">{countdown((Date.parse(date_expires) - now.value) / 1000)}</span>,
        ],
        ["Ended because", reason && (reasons[reason] ?? reason)],
        ["Recipient", <Recipient sid={sid} to={to} isMasked={is_masked} />],
        [
          "Service",
          <>
            {service_name} <code class="faint">{service_sid}</code>
          </>,
        ],
        ["Channel", channel],
        ["Country", country],
        ["Tags", Object.keys(tags).length > 0 && <Tags tags={tags} />],
        ["Sends", `${sends}, ${sends_left} left`],
        ["Wrong codes", `${checks}, ${checks_left} checks left`],
        ["Last error", error_code],
        ["Started", <When date={date_created} />],
        ["Window ends", <When date={date_expires} />],
      ]}
    />
  );
}

/** Each leads to all verifications that have it. */
function Tags({ tags }: Pick<ConsoleVerification, "tags">) {
  return (
    <ul>
      {Object.entries(tags).map(([key, value]) => (
        <li key={key}>
          <a href={hrefTo("/verifications", { tag: `${key}:${value}` })}>
            {key}: {value}
          </a>
        </li>
      ))}
    </ul>
  );
}

const reasons: Record<string, string> = {
  approved: "the right code came",
  canceled: "it was canceled",
  max_attempts_reached: "too many wrong codes came",
  expired: "its window ended without the right code",
};

function Actions({ verification, onDone }: { verification: ConsoleVerification; onDone: () => void }) {
  const { sid, status, to: To, channel, service_sid: ServiceSid } = verification;
  const acting = useAct();
  const act = (work: () => Promise<unknown>, done: string) => acting.act(work, done).then(onDone);
  const end = async (Status: "canceled" | "approved", text: string, action: string) => {
    if (!(await confirm({ title: `${action} this verification?`, text, action }))) return;
    const params = { path: { Sid: sid } };
    await act(() => unwrap(client.POST("/console/verifications/{Sid}", { params, body: { Status } })), Status);
  };
  const sendAgain = () => {
    const params = { path: { ServiceSid } };
    const body = { To, Channel: channel as "sms" };
    return act(() => unwrap(client.POST("/v2/Services/{ServiceSid}/Verifications", { params, body })), "Sent again");
  };
  if (status !== "pending" || !mayWrite()) return null;
  return (
    <>
      <div class="actions">
        {isSandbox() && (
          <button type="button" onClick={sendAgain}>
            Send again
          </button>
        )}
        <button type="button" onClick={() => end("approved", "It counts as proven, without a code.", "Approve")}>
          Approve
        </button>
        <button
          type="button"
          class="danger"
          onClick={() => end("canceled", "Its code is good for nothing then.", "Cancel")}
        >
          Cancel
        </button>
      </div>
      <Problem error={acting.error} />
    </>
  );
}
