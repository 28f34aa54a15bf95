import { unwrap } from "@countersign/client";
import type { AuditEntry } from "@countersign/types";
import { client } from "../api.ts";
import { Badge } from "../components/badge.tsx";
import { Empty } from "../components/empty.tsx";
import { Filters } from "../components/filters.tsx";
import { Pager } from "../components/pager.tsx";
import { Problem } from "../components/problem.tsx";
import { none, Table } from "../components/table.tsx";
import { Title } from "../components/title.tsx";
import { When } from "../components/when.tsx";
import { useLoad } from "../load.ts";
import { place } from "../router.ts";
import type { Screen } from "../screens.ts";

export const audit: Screen = {
  path: "/audit",
  title: "Audit",
  modes: ["sandbox", "production"],
  group: "Operate",
  letter: "a",
  component: Audit,
};

/** Who did what, when, and from where. Nothing here can be changed. */
function Audit() {
  const { query } = place.value;
  const load = (signal: AbortSignal) => unwrap(client.GET("/console/audit", { params: { query }, signal }));
  const { data, error } = useLoad(load, [JSON.stringify(query)], 30);
  return (
    <>
      <Title>Audit</Title>
      <Filters
        label="Entries"
        filters={[
          { name: "resource", label: "Of a sid", type: "search" },
          { name: "actor", label: "By" },
          { name: "action", label: "Action" },
        ]}
      />
      <Problem error={error} />
      {data && (
        <>
          <Table
            caption="Entries of the trail, the latest first"
            none={
              <Empty title="No entries">
                <p>
                  Every change of a service, entity, factor, webhook, key, account or block is kept here, and every look
                  at a whole recipient.
                </p>
              </Empty>
            }
            rows={data.entries}
            keyOf={({ sid }) => sid}
            columns={columns}
          />
          <Pager meta={data.meta} />
        </>
      )}
    </>
  );
}

const columns = [
  { name: "When", cell: ({ date }: AuditEntry) => <When date={date} /> },
  { name: "Action", cell: ({ action }: AuditEntry) => <Badge tone="neutral">{action.replaceAll("_", " ")}</Badge> },
  {
    name: "What",
    cell: ({ resource_type, resource_sid }: AuditEntry) => (
      <span>
        {resource_type.replaceAll("_", " ")} {resource_sid && <code>{resource_sid}</code>}
      </span>
    ),
  },
  { name: "By", cell: ({ actor }: AuditEntry) => <code>{actor}</code> },
  { name: "From", cell: ({ address }: AuditEntry) => address ?? none },
  { name: "Change", cell: (entry: AuditEntry) => <Changed {...entry} /> },
];

/** What was before, and what is after, field by field. */
function Changed({ before, after }: Pick<AuditEntry, "before" | "after">) {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  if (names.length === 0) return none;
  return (
    <dl class="changed">
      {names.map((name) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {before && name in before && <del>{shown(before[name])}</del>}{" "}
            {after && name in after && <ins>{shown(after[name])}</ins>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
