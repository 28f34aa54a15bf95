import { unwrap } from "@countersign/client";
import type { GuardCountry, GuardLimit, GuardPrefix, GuardVerdict } from "@countersign/types";
import { useState } from "preact/hooks";
import { client, mayWrite } from "../api.ts";
import { duration } from "../clock.ts";
import { Badge, Status } from "../components/badge.tsx";
import { confirm } from "../components/dialog.tsx";
import { ErrorLink, Problem } from "../components/problem.tsx";
import { Table } from "../components/table.tsx";
import { Title } from "../components/title.tsx";
import { toast } from "../components/toast.tsx";
import { When } from "../components/when.tsx";
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
            <h2>Limits on sends</h2>
            {data.limits.length === 0 && <p>None is set.</p>}
            {data.limits.length > 0 && (
              <Table
                caption="Limits"
                rows={data.limits}
                keyOf={({ name, seconds }) => `${name} ${seconds}`}
                columns={limitColumns}
              />
            )}
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
function Ask() {
  const [verdict, setVerdict] = useState<GuardVerdict>();
  const [error, setError] = useState<unknown>();
  const ask = (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    const query = { to: String(given.get("to")).trim(), channel: given.get("channel") as "sms" | "call" | "whatsapp" };
    unwrap(client.GET("/console/guard/verdict", { params: { query } })).then(
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
      <form class="filters ask" onSubmit={ask}>
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
            {verdict.retry_after_seconds && <span>Again in {duration(verdict.retry_after_seconds)}.</span>}
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
    const { error } = await client.DELETE("/console/guard/prefixes/{Prefix}", {
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
    const rules = Object.entries(channels).map(([channel, rule]) => `${channelNames[channel] ?? channel} ${rule}`);
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

const named = new Intl.DisplayNames(["en"], { type: "region" });

function countryName(country: string): string {
  return /^[A-Z]{2}$/.test(country) ? `${named.of(country)} (${country})` : country;
}
