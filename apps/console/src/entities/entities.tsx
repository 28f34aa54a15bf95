import { unwrap } from "@countersign/client";
import { client, isSandbox, mayWrite } from "../api.ts";
import { Choice } from "../components/choice.tsx";
import { Empty } from "../components/empty.tsx";
import { Pager } from "../components/pager.tsx";
import { Problem } from "../components/problem.tsx";
import { Table } from "../components/table.tsx";
import { Title } from "../components/title.tsx";
import { made, sid } from "../components/when.tsx";
import { useLoad } from "../load.ts";
import { changeQuery, go, place } from "../router.ts";
import type { Screen } from "../screens.ts";
import { useServices } from "../service-choices.ts";
import { Add } from "../services/form.tsx";

export const entities: Screen = {
  path: "/entities",
  title: "Entities and factors",
  modes: ["sandbox", "production"],
  group: "Verify",
  letter: "e",
  component: Entities,
};

const all = "/v2/Services/{ServiceSid}/Entities";

/** The people of a service, under the names that its program gave them. */
function Entities() {
  const { query } = place.value;
  const load = async (signal: AbortSignal) => {
    const { ServiceSid = await firstService(signal), ...paging } = query;
    const params = { path: { ServiceSid }, query: paging };
    return ServiceSid ? { ...(await unwrap(client.GET(all, { params, signal }))), ServiceSid } : null;
  };
  const { data, error } = useLoad(load, [JSON.stringify(query)]);
  const services = useServices();
  const ServiceSid = data?.ServiceSid ?? "";
  const open = (identity: string) => go(pathOf(ServiceSid, identity));
  const find = (event: SubmitEvent) => {
    event.preventDefault();
    open(String(new FormData(event.currentTarget as HTMLFormElement).get("identity")).trim());
  };
  const create = async (body: object) => {
    const params = { path: { ServiceSid } };
    const { identity } = await unwrap(client.POST(all, { params, body: body as { Identity: string } }));
    open(identity ?? "");
  };
  return (
    <>
      <Title>Entities and factors</Title>
      <Problem error={error} />
      {data === null && (
        <Empty title="No services yet">
          <p>
            A person belongs to <a href="#/services">a service</a>.
          </p>
        </Empty>
      )}
      {data && (
        <div class="stack">
          <search>
            <form class="filters ask" onSubmit={find}>
              <Choice
                label="Service"
                options={services}
                value={ServiceSid}
                change={(sid) => changeQuery({ ServiceSid: sid, Page: "", PageToken: "" })}
              />
              <label>
                Identity
                <input name="identity" required data-search autocomplete="off" />
              </label>
              <button type="submit">Find</button>
            </form>
          </search>
          <Table
            caption="Entities, newest first"
            none={
              <Empty title="No entities">
                <p>The first factor of a person makes his entity.</p>
                {isSandbox() && (
                  <p>
                    One with the identity <code>error-60308</code> is answered by that error, as by any other.
                  </p>
                )}
              </Empty>
            }
            rows={data.entities}
            keyOf={({ sid }) => sid ?? ""}
            hrefOf={({ identity }) => identity !== null && `#${pathOf(ServiceSid, identity)}`}
            columns={[
              { name: "Identity", cell: ({ identity }) => identity ?? "sealed with a secret that is gone" },
              sid,
              made,
            ]}
          />
          <Pager meta={data.meta} />
          {mayWrite() && (
            <Add summary="Make an entity" operationId="createEntity" action="Make the entity" submit={create} />
          )}
        </div>
      )}
    </>
  );
}

async function firstService(signal: AbortSignal): Promise<string> {
  const { services } = await unwrap(client.GET("/v2/Services", { params: { query: { PageSize: 1 } }, signal }));
  return services[0]?.sid ?? "";
}

const pathOf = (serviceSid: string, identity: string) => `/entities/${serviceSid}/${encodeURIComponent(identity)}`;
