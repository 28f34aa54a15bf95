import { unwrap } from "@countersign/client";
import type { GuardCountry, GuardLimit, GuardPrefix, GuardVerdict } from "@countersign/types";
import { useState } from "preact/hooks";
import { doIfSure, useAct } from "../act.ts";
import { client } from "../api.ts";
import { channelName, channelOptions } from "../channels.ts";
import { duration } from "../clock.ts";
import { Badge, Status } from "../components/badge.tsx";
import { Change } from "../components/change.tsx";
import { Choice } from "../components/choice.tsx";
import { ErrorLink, Problem } from "../components/problem.tsx";
import { none, Table } from "../components/table.tsx";
import { Title } from "../components/title.tsx";
import { When } from "../components/when.tsx";
import { countryName } from "../countries.ts";
import { useLoad } from "../load.ts";
import type { Screen } from "../screens.ts";
import { SafeList, SafeListing } from "./safe-list.tsx";

export const guard: Screen = {
  path: "/guard",
  title: "Guard",
  modes: ["sandbox", "production"],
  group: "Operate",
  letter: "p",
  component: Guard,
};

const modes: Record<string, string> = {
  on: "It refuses what it suspects.",
  observe: "It watches: it says what it would refuse, and refuses nobody.",
  off: "It is off.",
};

/** What is sent no further, why, and how near the account is to its limits. */
function Guard() {
  const { data, error, reload } = useLoad((signal) => unwrap(client.GET("/console/guard", { signal })), [], 10);
  return (
    <>
      <Title>Guard</Title>
      <Problem error={error} />
      {data && (
        <div class="sections">
          <p>
            <Status status={data.mode} /> {modes[data.mode]}
          </p>
          <Ask reload={reload} />
          <section>
            <h2>Suspicious prefixes</h2>
            <Table
              caption="Suspicious prefixes"
              none="None. A prefix is suspected when far more is sent to it than approved."
              rows={data.prefixes}
              keyOf={({ prefix }) => prefix}
              columns={prefixColumns(reload)}
            />
          </section>
          <SafeList list={data.safe_list} reload={reload} />
          <section>
            <h2>Limits on sends</h2>
            <Table
              caption="Limits"
              none="None is set."
              rows={data.limits}
              keyOf={({ name, seconds }) => `${name} ${seconds}`}
              columns={limitColumns}
            />
          </section>
          <section>
            <h2>Countries</h2>
            <Countries countries={data.countries} />
          </section>
        </div>
      )}
    </>
  );
}

/** Asks what would become of a start, without one. */
function Ask({ reload }: { reload: () => void }) {
  const [verdict, setVerdict] = useState<GuardVerdict & { ask: () => Promise<unknown>; to: string }>();
  const { act, error } = useAct();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    const query = { to: String(given.get("to")).trim(), channel: given.get("channel") as "sms" | "call" | "whatsapp" };
    const ask = () =>
      act(async () => {
        const told = await unwrap(client.GET("/console/guard/verdict", { params: { query } }));
        setVerdict({ ...told, ask, to: query.to });
      });
    setVerdict(undefined);
    return ask();
  };
  return (
    <section class="stack">
      <h2>Would this number be sent to?</h2>
      <form class="filters ask" onSubmit={submit}>
        <label>
          Number
          <input name="to" required data-search autocomplete="off" placeholder="+12025550123" />
        </label>
        <Choice label="Channel" name="channel" options={channelOptions(["sms", "call", "whatsapp"])} />
        <button type="submit">Ask</button>
      </form>
      <div role="status">
        <Problem error={error} />
        {verdict && (
          <p class="actions">
            <Badge tone={verdict.would_send ? "good" : "bad"}>
              {verdict.would_send ? "would be sent to" : "refused"}
            </Badge>
            <span>{[verdict.country, verdict.line_type?.replaceAll("_", " ")].filter(Boolean).join(", ")}</span>
            {verdict.reason && <span>{verdict.reason}</span>}
            {verdict.retry_after_seconds && <span>Again in {duration(verdict.retry_after_seconds)}.</span>}
            {verdict.error_code && <ErrorLink code={verdict.error_code} />}
          </p>
        )}
      </div>
      {verdict && (
        <SafeListing
          code={verdict.error_code}
          to={verdict.to}
          onDone={() => {
            reload();
            void verdict.ask();
          }}
        />
      )}
    </section>
  );
}

function prefixColumns(reload: () => void) {
  const lift = async ({ prefix }: GuardPrefix) => {
    const question = {
      title: `Let ${prefix} go?`,
      text: "What was counted against it is forgotten. It is suspected again when the same goes on.",
      action: "Let it go",
    };
    const params = { path: { Prefix: prefix } };
    const call = () => client.DELETE("/console/guard/prefixes/{Prefix}", { params });
    if (await doIfSure(question, call, `${prefix} is let go`)) reload();
  };
  return [
    { name: "Prefix", cell: ({ prefix }: GuardPrefix) => <strong>{prefix}</strong> },
    { name: "Country", cell: ({ country }: GuardPrefix) => country ?? none },
    { name: "Starts", cell: ({ starts }: GuardPrefix) => starts, isNumber: true },
    { name: "Approvals", cell: ({ approvals }: GuardPrefix) => approvals, isNumber: true },
    { name: "Still pass", cell: ({ starts_left }: GuardPrefix) => starts_left, isNumber: true },
    { name: "Times", cell: ({ times }: GuardPrefix) => times, isNumber: true },
    { name: "Since", cell: ({ date_suspected }: GuardPrefix) => <When date={date_suspected} /> },
    { name: "Ends", cell: ({ date_ends }: GuardPrefix) => <When date={date_ends} /> },
    {
      name: "Change",
      cell: (row: GuardPrefix) => <Change run={() => lift(row)} label={`Let ${row.prefix} go`} action="Let go" />,
    },
  ];
}

const limitNames: Record<GuardLimit["name"], string> = {
  recipient: "to one recipient",
  account: "of the account",
  client: "for the device of one address",
};

const limitColumns = [
  { name: "Sends", cell: ({ name }: GuardLimit) => limitNames[name] },
  { name: "Within", cell: ({ seconds }: GuardLimit) => duration(seconds) },
  {
    name: "Used",
    cell: ({ used }: GuardLimit) => used?.toLocaleString("en") ?? <span class="faint">each its own</span>,
    isNumber: true,
  },
  { name: "Most", cell: ({ max }: GuardLimit) => max.toLocaleString("en"), isNumber: true },
  {
    name: "How near",
    cell: ({ name, used, max }: GuardLimit) =>
      used !== null && (
        <meter
          class="meter"
          aria-label={`${name}: ${used} of ${max}`}
          min={0}
          max={max}
          high={max * 0.8}
          value={used}
        />
      ),
  },
];

/** Countries that have the same rules stand together: nobody reads two hundred lines that say one thing. */
function Countries({ countries }: { countries: GuardCountry[] }) {
  const groups = new Map<string, string[]>();
  for (const { country, channels } of countries) {
    const rules = Object.entries(channels).map(([channel, rule]) => `${channelName(channel)} ${rule}`);
    groups.set(rules.join(", "), [...(groups.get(rules.join(", ")) ?? []), country]);
  }
  // The exceptions first.
  const sorted = [...groups].sort(([, a], [, b]) => a.length - b.length);
  return (
    <dl class="stack">
      {sorted.map(([rules, names]) => (
        <div key={rules}>
          <dt>
            <strong>{rules}</strong>
          </dt>
          <dd class="faint">
            {names.length > 12 ? (
              <details>
                <summary>{names.length} countries</summary>
                {names.map(countryName).join(", ")}
              </details>
            ) : (
              names.map(countryName).join(", ")
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
