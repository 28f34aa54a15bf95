import { unwrap } from "@countersign/client";
import type { Challenge, Factor } from "@countersign/types";
import { useState } from "preact/hooks";
import { doIfSure } from "../act.ts";
import { client, isSandbox, may, mayWrite } from "../api.ts";
import { Status } from "../components/badge.tsx";
import { Change } from "../components/change.tsx";
import { Facts } from "../components/facts.tsx";
import { Filters } from "../components/filters.tsx";
import { Pager } from "../components/pager.tsx";
import { Problem } from "../components/problem.tsx";
import { Quiet } from "../components/quiet.tsx";
import { Raw } from "../components/raw.tsx";
import { nothing, Table } from "../components/table.tsx";
import { Title } from "../components/title.tsx";
import { UnderTitle } from "../components/under-title.tsx";
import { Left, made, sid, When } from "../components/when.tsx";
import { useLoad } from "../load.ts";
import { hrefTo, place } from "../router.ts";
import type { Screen } from "../screens.ts";
import { Answer, phonesOf } from "./answer.tsx";
import { TryPasskey } from "./try-passkey.tsx";
import { TryPush } from "./try-push.tsx";
import { TryTotp } from "./try-totp.tsx";

export const entity: Screen = {
  path: "/entities/:service/:identity",
  title: "Entity",
  modes: ["sandbox", "production"],
  component: OneEntity,
};

const one = "/v2/Services/{ServiceSid}/Entities/{Identity}";

/** A person: what he proves by that it is he, and how often he was asked to. */
function OneEntity({ params: { service = "", identity = "" } }: { params: Record<string, string> }) {
  const path = { ServiceSid: service, Identity: identity };
  const query = { ...place.value.query, Order: "desc" as const };
  const load = async (signal: AbortSignal) => {
    const [person, { factors }, page, phones] = await Promise.all([
      unwrap(client.GET(one, { params: { path }, signal })),
      unwrap(client.GET(`${one}/Factors`, { params: { path, query: { PageSize: 100 } }, signal })),
      unwrap(client.GET(`${one}/Challenges`, { params: { path, query }, signal })),
      isSandbox() ? phonesOf(identity, signal) : [],
    ]);
    return { person, factors, ...page, phones: phones.map(({ sid }) => sid) };
  };
  const { data, error, reload } = useLoad(load, [service, identity, JSON.stringify(query)], 10);
  const [shown, setShown] = useState<Challenge>();
  const list = hrefTo("/entities", { ServiceSid: service });
  const remove = async () => {
    const question = {
      title: `Delete ${identity}?`,
      text: "The factors and challenges go with it: nobody logs in by them any more.",
      action: "Delete the entity",
      typed: identity,
    };
    const call = () => client.DELETE(one, { params: { path } });
    if (await doIfSure(question, call, `${identity} is deleted`)) location.hash = list;
  };
  const names = data?.factors.map(({ sid, friendly_name }): [string, string] => [sid ?? "", friendly_name ?? ""]) ?? [];
  return (
    <>
      <Title
        actions={
          data &&
          mayWrite() && (
            <button type="button" class="danger" onClick={remove}>
              Delete
            </button>
          )
        }
      >
        Entity
      </Title>
      <Problem error={error} retry={reload} />
      {data ? (
        <UnderTitle all="All entities" path={list.slice(1)} sid={data.person.sid ?? ""} />
      ) : (
        <a data-back href={list}>
          All entities
        </a>
      )}
      {data && (
        <div class="sections">
          <Facts
            facts={[
              ["Identity", identity],
              ["Service", <a href={hrefTo(`/services/${service}`)}>{service}</a>],
              ["Made", <When date={data.person.date_created ?? ""} />],
            ]}
          />
          <section class="stack">
            <h2>Factors</h2>
            <Table
              caption="Factors, newest first"
              none="None: there is nothing yet that could be asked for."
              rows={data.factors}
              keyOf={({ sid }) => sid ?? ""}
              columns={factorColumns(path, reload)}
            />
            {may("start") && may("check") && <TryTotp path={path} factors={data.factors} reload={reload} />}
            {isSandbox() && <TryPush path={path} factors={data.factors} reload={reload} />}
            {isSandbox() && <TryPasskey path={path} factors={data.factors} reload={reload} />}
          </section>
          <section class="stack">
            <h2>Challenges</h2>
            <Filters
              label="Challenges"
              filters={[
                { name: "Status", label: "Status", options: statuses.map((status) => [status, status]) },
                { name: "FactorSid", label: "Factor", options: names },
              ]}
            />
            <Table
              caption="Challenges, newest first"
              none="None."
              rows={data.challenges}
              keyOf={({ sid }) => sid ?? ""}
              columns={challengeColumns(new Map(names), setShown, data.phones, reload)}
            />
            <Pager meta={data.meta} />
          </section>
        </div>
      )}
      {shown && <Raw title={`Challenge ${shown.sid}`} value={shown} close={() => setShown(undefined)} />}
    </>
  );
}

const statuses = ["pending", "approved", "denied", "expired"];

function factorColumns(path: { ServiceSid: string; Identity: string }, reload: () => void) {
  const remove = async ({ sid, friendly_name: name }: Factor) => {
    const text = "The person logs in by it no more, and what waits for its code is never approved.";
    const params = { path: { ...path, Sid: sid ?? "" } };
    const call = () => client.DELETE(`${one}/Factors/{Sid}`, { params });
    if (await doIfSure({ title: `Delete ${name}?`, text, action: "Delete the factor" }, call, `${name} is deleted`))
      reload();
  };
  return [
    { name: "Factor", cell: ({ friendly_name }: Factor) => <strong>{friendly_name}</strong> },
    { name: "Status", cell: ({ status }: Factor) => <Status status={status} /> },
    { name: "Type", cell: typeOf },
    sid,
    made,
    {
      name: "Change",
      cell: (factor: Factor) => (
        <Change run={() => remove(factor)} label={`Delete ${factor.friendly_name}`} action="Delete" />
      ),
    },
  ];
}

/** With what tells one from another of its type. */
function typeOf({ factor_type, config }: Factor): string {
  if (!config) return factor_type;
  if ("alg" in config) {
    return `${factor_type}, ${config.code_length} digits every ${config.time_step} s by ${config.alg}`;
  }
  const of = "relying_party" in config ? `of ${config.relying_party.id}` : `by ${config.notification_platform}`;
  return `${factor_type}, ${of}`;
}

function challengeColumns(
  names: Map<string, string>,
  show: (challenge: Challenge) => void,
  phones: string[],
  reload: () => void,
) {
  const played = ({ status, factor_sid }: Challenge) => status === "pending" && phones.includes(factor_sid ?? "");
  return [
    made,
    { name: "Status", cell: ({ status }: Challenge) => <Status status={status ?? ""} /> },
    { name: "Factor", cell: ({ factor_sid: sid }: Challenge) => names.get(sid ?? "") ?? <code>{sid}</code> },
    { name: "Last change", cell: ({ date_updated }: Challenge) => <When date={date_updated ?? ""} /> },
    {
      name: "Ends",
      cell: ({ date_responded, expiration_date }: Challenge) =>
        date_responded ? "answered" : <Left until={expiration_date ?? ""} />,
    },
    { name: "About", cell: ({ details }: Challenge) => details?.message ?? nothing },
    ...(phones.length > 0
      ? [
          {
            name: "Answer",
            cell: (challenge: Challenge) =>
              played(challenge) ? (
                <Answer
                  device={challenge.factor_sid ?? ""}
                  challenge={challenge.sid ?? ""}
                  about={challenge.details?.message ?? ""}
                  onAnswered={reload}
                />
              ) : (
                nothing
              ),
          },
        ]
      : []),
    {
      name: "See",
      cell: (challenge: Challenge) => (
        <Quiet onClick={() => show(challenge)} label={`All of ${challenge.sid}`}>
          All
        </Quiet>
      ),
    },
  ];
}
