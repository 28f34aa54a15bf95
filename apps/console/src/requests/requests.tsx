import type { ConsoleRequest } from "@countersign/client";
import { unwrap } from "@countersign/client";
import { useRef, useState } from "preact/hooks";
import { client } from "../api.ts";
import { Badge } from "../components/badge.tsx";
import { Empty } from "../components/empty.tsx";
import { Filters } from "../components/filters.tsx";
import { Problem } from "../components/problem.tsx";
import { type Column, nothing, Table } from "../components/table.tsx";
import { Title } from "../components/title.tsx";
import { When } from "../components/when.tsx";
import { useKeys } from "../keyboard.ts";
import { useLoad } from "../load.ts";
import { hrefTo, place } from "../router.ts";
import type { Screen } from "../screens.ts";

export const requests: Screen = {
  path: "/requests",
  title: "Requests",
  modes: ["sandbox"],
  group: "Sandbox",
  letter: "r",
  component: Requests,
};

const everySeconds = 2;
/** So many rows are shown; filters find the others among the 1,000 that are kept. */
const shownMax = 200;

/** The requests to this sandbox as they come, and why they were refused. */
function Requests() {
  const { method = "", status = "", path = "" } = place.value.query;
  const [isPaused, setPaused] = useState(false);
  const query = { ...(method && { method }), ...(/^\d{3}$/.test(status) && { status: Number(status) }) };
  const load = async (signal: AbortSignal) =>
    (await unwrap(client.GET("/console/requests", { params: { query }, signal }))).requests;
  const { data, error, reload } = useLoad(load, [method, status], isPaused ? undefined : everySeconds);
  const toggle = () => setPaused(!isPaused);
  useKeys([{ key: " ", label: isPaused ? "Go on" : "Pause", run: toggle }], [isPaused]);
  const kept = useRef<ConsoleRequest[] | undefined>(undefined);
  if (!isPaused || !kept.current) kept.current = data;
  const found = kept.current?.filter((request) => isWanted(request, path));
  return (
    <>
      <Title
        actions={
          <button type="button" onClick={toggle} aria-pressed={isPaused}>
            {isPaused ? "Go on" : "Pause"}
          </button>
        }
      >
        Requests
      </Title>
      <Filters label="Filter the requests" filters={filters} />
      <Problem error={error} retry={reload} />
      {found && (
        <Table
          caption="Requests, newest first"
          none={
            <Empty title="No request yet">
              <p>
                What programs ask of this sandbox appears here as it comes. <a href="#/try-it">Try a call</a>, or point
                a program at it.
              </p>
            </Empty>
          }
          rows={found.slice(0, shownMax)}
          columns={columns}
          keyOf={({ sid }) => sid}
          hrefOf={({ sid }) => hrefTo(`/requests/${sid}`)}
        />
      )}
    </>
  );
}

const methods = ["GET", "POST", "DELETE"];
const filters = [
  { name: "path", label: "Path", type: "search" as const },
  { name: "method", label: "Method", options: methods.map((method): [string, string] => [method, method]) },
  { name: "status", label: "Status" },
];

/** What the page itself asks the sandbox for is shown to who looks for it. */
function isWanted({ path }: ConsoleRequest, sought: string): boolean {
  return sought ? path.toLowerCase().includes(sought.toLowerCase()) : !path.startsWith("/sandbox/");
}

/** A state of HTTP. */
export function HttpStatus({ status }: { status: number }) {
  return <Badge tone={status < 400 ? "good" : status < 500 ? "warning" : "bad"}>{status}</Badge>;
}

const columns: Column<ConsoleRequest>[] = [
  {
    name: "Request",
    cell: ({ method, path }) => (
      <span class="request">
        <strong>{method}</strong> <code>{path}</code>
      </span>
    ),
  },
  { name: "Status", cell: ({ status }) => <HttpStatus status={status} /> },
  { name: "Error", cell: ({ error }) => (error ? `${error.code} ${error.message}` : nothing) },
  { name: "Took", cell: ({ milliseconds }) => `${milliseconds.toFixed(1)} ms`, isNumber: true },
  { name: "When", cell: ({ date }) => <When date={date} />, isNumber: true },
];
