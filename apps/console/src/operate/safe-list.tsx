import { unwrap } from "@countersign/client";
import type { ConsoleSafeNumber, Guard } from "@countersign/types";
import { doIfSure, useAct } from "../act.ts";
import { client, mayWrite } from "../api.ts";
import { Change } from "../components/change.tsx";
import { confirm } from "../components/dialog.tsx";
import { Pager } from "../components/pager.tsx";
import { Problem } from "../components/problem.tsx";
import { Recipient } from "../components/recipient.tsx";
import { Table } from "../components/table.tsx";
import { When } from "../components/when.tsx";
import { useLoad } from "../load.ts";
import { place } from "../router.ts";
import { Add } from "../services/form.tsx";

const passes: Record<Guard["safe_list"]["passes"], string> = {
  guard: "A start to a number of this list passes the guard, and neither the countries nor the ranges at a high cost.",
  all: "A start to a number of this list passes the guard, the countries and the ranges at a high cost.",
  off: "Whoever runs this server lets the numbers of accounts pass nothing.",
};

/** What passes whatever comes to it: what the operator says, and the account's own numbers. */
export function SafeList({ list, reload }: { list: Guard["safe_list"]; reload: () => void }) {
  const { Page, PageToken } = place.value.query;
  const query = { ...(Page && { Page: Number(Page) }), ...(PageToken && { PageToken }) };
  const load = (signal: AbortSignal) => unwrap(client.GET("/console/safe_list", { params: { query }, signal }));
  const loaded = useLoad(load, [JSON.stringify(query), list.numbers]);
  const { data, error } = loaded;
  const renew = () => {
    loaded.reload();
    reload();
  };
  const create = async (body: object) => {
    await unwrap(client.POST("/v2/SafeList/Numbers", { body: body as { PhoneNumber: string } }));
    renew();
  };
  return (
    <section>
      <h2>Safe list</h2>
      <p>{passes[list.passes]}</p>
      {list.prefixes.length > 0 && (
        <p>
          Whoever runs this server lets pass all of that: <code>{list.prefixes.join(", ")}</code>
        </p>
      )}
      <Problem error={error} />
      {data && (
        <>
          <Table
            caption="Safe list"
            none="The account has put no number on it."
            rows={data.safe_numbers}
            keyOf={({ sid }) => sid}
            columns={columns(renew)}
          />
          <Pager meta={data.meta} />
        </>
      )}
      {mayWrite() && list.passes !== "off" && (
        <Add summary="Add a number" operationId="createSafeNumber" action="Add the number" submit={create} />
      )}
    </section>
  );
}

function columns(reload: () => void) {
  const remove = async ({ sid, phone_number }: ConsoleSafeNumber) => {
    const title = `Take ${phone_number ?? sid} off the safe list?`;
    const question = { title, text: "The next start to it is judged as any other.", action: "Take it off" };
    const params = { path: { Sid: sid } };
    const call = () => client.DELETE("/console/safe_list/{Sid}", { params });
    if (await doIfSure(question, call, "The number is off the list")) reload();
  };
  return [
    {
      name: "Number",
      cell: ({ sid, phone_number, is_masked }: ConsoleSafeNumber) => (
        <Recipient sid={sid} to={phone_number} isMasked={is_masked} />
      ),
    },
    { name: "Since", cell: ({ date_created }: ConsoleSafeNumber) => <When date={date_created} /> },
    {
      name: "Change",
      cell: (row: ConsoleSafeNumber) => (
        <Change run={() => remove(row)} label={`Take off ${row.phone_number ?? row.sid}`} action="Take off" />
      ),
    },
  ];
}

/** The errors of which the safe list keeps a number, by what it lets pass. */
const spared: Record<Guard["safe_list"]["passes"], number[]> = { guard: [60410], all: [60410, 60605], off: [] };

interface OfferProps {
  /** Why it is not sent to. */
  code: number | null;
  to: string;
  /** Gives the whole number, where that is not it. */
  whole?: (() => Promise<string>) | undefined;
  onDone?: () => void;
}

/** Puts a number that the guard refuses on the safe list, where that would help. */
export function SafeListing({ code, to, whole, onDone }: OfferProps) {
  const isOfGuard = code !== null && spared.all.includes(code);
  const load = async (signal: AbortSignal) =>
    isOfGuard ? (await unwrap(client.GET("/console/guard", { signal }))).safe_list.passes : "off";
  const { data = "off" } = useLoad(load, [code]);
  const { act, error } = useAct();
  if (!mayWrite() || code === null || !spared[data].includes(code)) return null;
  const add = async () => {
    const text = whole
      ? `${passes[data]} To put it there, its whole number is looked up, which the audit trail keeps.`
      : passes[data];
    if (!(await confirm({ title: `Put ${to} on the safe list?`, text, action: "Put it on the list" }))) return;
    const work = async () => {
      const PhoneNumber = whole ? await whole() : to;
      await unwrap(client.POST("/v2/SafeList/Numbers", { body: { PhoneNumber } }));
    };
    if (await act(work, `${to} is on the safe list`)) onDone?.();
  };
  return (
    <>
      <div class="actions">
        <button type="button" onClick={add}>
          Put the number on the safe list
        </button>
      </div>
      <Problem error={error} />
    </>
  );
}
