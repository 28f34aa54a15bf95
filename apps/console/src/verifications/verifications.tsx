import { Status } from "../components/badge.tsx";
import { Copy } from "../components/copy.tsx";
import { Empty } from "../components/empty.tsx";
import { type Filter, Filters } from "../components/filters.tsx";
import { ErrorLink, Problem } from "../components/problem.tsx";
import { Recipient } from "../components/recipient.tsx";
import { type Column, nothing, Table } from "../components/table.tsx";
import { Title } from "../components/title.tsx";
import { When } from "../components/when.tsx";
import { curlOf } from "../curl.ts";
import { hrefTo, place } from "../router.ts";
import type { Screen } from "../screens.ts";
import { useServices } from "../service-choices.ts";
import { csvOf, download } from "./csv.ts";
import { type LogFilters, useLog } from "./log.ts";
import type { Row } from "./rows.ts";
import { Search } from "./search.tsx";

export const verifications: Screen = {
  path: "/verifications",
  title: "Verifications",
  modes: ["sandbox", "production"],
  group: "Verify",
  letter: "v",
  component: Verifications,
};

/** What became of every start, those that were refused included. */
function Verifications() {
  const filters = logFilters(place.value.query);
  const { rows, error, waiting, showNewest, showOlder } = useLog(filters);
  const path = `/console/verifications?${new URLSearchParams(filters)}`.replace(/\?$/, "");
  return (
    <>
      <Title
        actions={
          <>
            <Copy text={curlOf({ method: "GET", path })} what="curl" />
            <button type="button" onClick={() => rows && download("verifications.csv", csvOf(rows))} disabled={!rows}>
              Export CSV
            </button>
          </>
        }
      >
        Verifications
      </Title>
      <Search />
      <Filters label="Filter the verifications" filters={useFilters()} />
      <Problem error={error} retry={showNewest} />
      <p role="status" class="news">
        {waiting > 0 && (
          <button type="button" onClick={showNewest}>
            {waiting} new
          </button>
        )}
      </p>
      {rows && rows.length > 0 && (
        <Table caption="Verifications, newest first" rows={rows} columns={columns} keyOf={keyOf} hrefOf={hrefOf} />
      )}
      {rows?.length === 0 && !showOlder && (
        <Empty title={Object.keys(filters).length > 0 ? "Nothing fits these filters" : "No verification yet"} />
      )}
      {showOlder && (
        <button type="button" onClick={showOlder}>
          Show older
        </button>
      )}
    </>
  );
}

/** The parameters of the list that the address has; times as the wire has them. */
function logFilters(query: Record<string, string>): LogFilters {
  const { after, before, ...others } = query;
  const given = {
    ...others,
    ...(after && { after: new Date(after).toISOString() }),
    ...(before && { before: new Date(before).toISOString() }),
  };
  return Object.fromEntries(Object.entries(given).filter(([name]) => names.includes(name)));
}

const names = ["to", "status", "channel", "country", "service_sid", "error_code", "tag", "after", "before"];
const statuses = ["pending", "approved", "canceled", "max_attempts_reached", "expired", "refused"];
const channels = ["sms", "call", "email", "whatsapp", "sna", "auto"];
const asChoices = (values: string[]): [string, string][] => values.map((value) => [value, value.replaceAll("_", " ")]);

function useFilters(): Filter[] {
  return [
    { name: "status", label: "Status", options: asChoices(statuses) },
    { name: "channel", label: "Channel", options: asChoices(channels) },
    { name: "service_sid", label: "Service", options: useServices() },
    { name: "country", label: "Country" },
    { name: "error_code", label: "Error" },
    { name: "tag", label: "Tag (key:value)" },
    { name: "after", label: "After", type: "datetime-local" },
    { name: "before", label: "Before", type: "datetime-local" },
  ];
}

/** A refused start knows the SID alone, of a service that may be none. */
function ServiceName({ service }: { service: string }) {
  const name = useServices().find(([sid]) => sid === service)?.[1];
  return <span class="short">{name ?? service}</span>;
}

const keyOf = ({ sid }: Row) => sid;
const hrefOf = ({ sid }: Row) => hrefTo(`/verifications/${sid}`);
const columns: Column<Row>[] = [
  { name: "Started", cell: ({ date }) => <When date={date} /> },
  { name: "Recipient", cell: ({ sid, to, isMasked }) => <Recipient sid={sid} to={to} isMasked={isMasked} /> },
  { name: "Service", cell: ({ service }) => <ServiceName service={service} /> },
  { name: "Channel", cell: ({ channel }) => channel ?? nothing },
  { name: "Country", cell: ({ country }) => country ?? nothing },
  { name: "Status", cell: ({ status }) => <Status status={status} /> },
  {
    name: "Error",
    cell: ({ status, errorCode }) =>
      status === "refused" && errorCode ? <ErrorLink code={errorCode}>{errorCode}</ErrorLink> : (errorCode ?? nothing),
  },
  { name: "Sends", cell: ({ sends }) => sends ?? nothing, isNumber: true },
  { name: "Checks", cell: ({ checks }) => checks ?? nothing, isNumber: true },
];
