import { unwrap } from "@countersign/client";
import { useState } from "preact/hooks";
import { mayWrite, unlisted } from "../api.ts";
import { duration } from "../clock.ts";
import { Badge, Status } from "../components/badge.tsx";
import { confirm } from "../components/dialog.tsx";
import { ErrorLink, Problem } from "../components/problem.tsx";
import { Table } from "../components/table.tsx";
import { Title } from "../components/title.tsx";
import { toast } from "../components/toast.tsx";
import { When } from "../components/when.tsx";
import type { GuardCountry, GuardLimit, GuardPrefix, GuardVerdict } from "../contract.ts";
import { channelNames } from "../inbox/message.tsx";
import { useLoad } from "../load.ts";
import type { Screen } from "../screens.ts";

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
  const { data, error, reload } = useLoad((signal) => unwrap(unlisted.GET("/console/guard", { signal })), [], 10);
  return (
    <>
      <Title>Guard</Title>
      <Problem error={error} />
      {data && (
        <div class="sections">
          <p>
            <Status status={data.mode} /> {modes[data.mode]}
          </p>
          <Ask />
          <section>
            <h2>Suspicious prefixes</h2>
            {data.prefixes.length === 0 && (
              <p>None. A prefix is suspected when far more is sent to it than approved.</p>
            )}
            {data.prefixes.length > 0 && (
              <Table
                caption="Suspicious prefixes"
                rows={data.prefixes}
                keyOf={({ prefix }) => prefix}
                columns={prefixColumns(reload)}
              />
            )}
          </section>
          <section>
            <h2>Limits of the account</h2>
            <Table
              caption="Limits"
              rows={data.limits}
              keyOf={({ name, seconds }) => `${name} ${seconds}`}
              columns={limitColumns}
            />
          </section>
          <section>
            <h2>Countries</h2>
            <p class="faint">What is not listed is allowed.</p>
            {data.countries.length > 0 && (
              <Table
                caption="Countries"
                rows={data.countries}
                keyOf={({ country }) => country}
                columns={countryColumns}
              />
            )}
          </section>
        </div>
      )}
    </>
  );
}

/** Asks what would become of a start, without one. */
function Ask() {
  const [verdict, setVerdict] = useState<GuardVerdict>();
  const [error, setError] = useState<unknown>();
  const ask = (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    const query = { to: String(given.get("to")).trim(), channel: String(given.get("channel")) };
    unwrap(unlisted.GET("/console/guard/verdict", { params: { query } })).then(
      (told) => {
        setVerdict(told);
        setError(undefined);
      },
      (refusal) => {
        setVerdict(undefined);
        setError(refusal);
      },
    );
  };
  return (
    <section>
      <h2>Would this number be sent to?</h2>
      <form class="filters" onSubmit={ask}>
        <label>
          Number
          <input name="to" required data-search autocomplete="off" placeholder="+12025550123" />
        </label>
        <label>
          Channel
          <select name="channel">
            {["sms", "call", "whatsapp"].map((channel) => (
              <option key={channel} value={channel}>
                {channelNames[channel]}
              </option>
            ))}
          </select>
        </label>
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
            {verdict.error_code && <ErrorLink code={verdict.error_code} />}
          </p>
        )}
      </div>
    </section>
  );
}

function prefixColumns(reload: () => void) {
  const lift = async ({ prefix }: GuardPrefix) => {
    const isSure = await confirm({
      title: `Let ${prefix} go?`,
      text: "What was counted against it is forgotten. It is suspected again when the same goes on.",
      action: "Let it go",
    });
    if (!isSure) return;
    const { error } = await unlisted.DELETE("/console/guard/prefixes/{Prefix}", {
      params: { path: { Prefix: prefix } },
    });
    toast(error ? error.message : `${prefix} is let go`);
    reload();
  };
  return [
    { name: "Prefix", cell: ({ prefix }: GuardPrefix) => <strong>{prefix}</strong> },
    { name: "Country", cell: ({ country }: GuardPrefix) => country ?? <span class="faint">none</span> },
    { name: "Starts", cell: ({ starts }: GuardPrefix) => starts, isNumber: true },
    { name: "Approvals", cell: ({ approvals }: GuardPrefix) => approvals, isNumber: true },
    { name: "Still pass", cell: ({ starts_left }: GuardPrefix) => starts_left, isNumber: true },
    { name: "Times", cell: ({ times }: GuardPrefix) => times, isNumber: true },
    { name: "Since", cell: ({ date_suspected }: GuardPrefix) => <When date={date_suspected} /> },
    { name: "Ends", cell: ({ date_ends }: GuardPrefix) => <When date={date_ends} /> },
    {
      name: "Change",
      cell: (row: GuardPrefix) =>
        mayWrite() ? (
          <button type="button" class="quiet" onClick={() => lift(row)} aria-label={`Let ${row.prefix} go`}>
            Let go
          </button>
        ) : (
          <span class="faint">read only</span>
        ),
    },
  ];
}

const limitColumns = [
  { name: "Limit", cell: ({ name }: GuardLimit) => name.replaceAll("_", " ") },
  { name: "Within", cell: ({ seconds }: GuardLimit) => duration(seconds) },
  { name: "Used", cell: ({ used }: GuardLimit) => used.toLocaleString("en"), isNumber: true },
  { name: "Most", cell: ({ max }: GuardLimit) => max.toLocaleString("en"), isNumber: true },
  {
    name: "How near",
    cell: ({ name, used, max }: GuardLimit) => (
      <meter class="meter" aria-label={`${name}: ${used} of ${max}`} min={0} max={max} high={max * 0.8} value={used} />
    ),
  },
];

const countryColumns = [
  { name: "Country", cell: ({ country }: GuardCountry) => country },
  {
    name: "Channels",
    cell: ({ channels }: GuardCountry) =>
      Object.entries(channels)
        .map(([channel, rule]) => `${channelNames[channel] ?? channel}: ${rule}`)
        .join(", "),
  },
];
