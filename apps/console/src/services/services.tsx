import { unwrap } from "@countersign/client";
import { client, mayWrite } from "../api.ts";
import { Empty } from "../components/empty.tsx";
import { Pager } from "../components/pager.tsx";
import { Problem } from "../components/problem.tsx";
import { Table } from "../components/table.tsx";
import { Title } from "../components/title.tsx";
import { made, sid } from "../components/when.tsx";
import { useLoad } from "../load.ts";
import { go, hrefTo, place } from "../router.ts";
import type { Screen } from "../screens.ts";
import { Add } from "./form.tsx";

export const services: Screen = {
  path: "/services",
  title: "Services",
  modes: ["sandbox", "production"],
  group: "Verify",
  letter: "s",
  component: Services,
};

/** The services of the account: each a name for messages to go out under, and the settings of its verifications. */
function Services() {
  const { query } = place.value;
  const load = (signal: AbortSignal) => unwrap(client.GET("/v2/Services", { params: { query }, signal }));
  const { data, error } = useLoad(load, [JSON.stringify(query)]);
  const create = async (body: Record<string, unknown>) => {
    const { sid } = await unwrap(client.POST("/v2/Services", { body: body as { FriendlyName: string } }));
    go(`/services/${sid}`);
  };
  return (
    <>
      <Title>Services</Title>
      <Problem error={error} />
      {data && (
        <>
          <Table
            caption="Services"
            none={
              <Empty title="No services yet">
                <p>A verification belongs to a service, whose name its message shows.</p>
              </Empty>
            }
            rows={data.services}
            keyOf={({ sid }) => sid ?? ""}
            hrefOf={({ sid }) => hrefTo(`/services/${sid}`)}
            columns={[
              { name: "Name", cell: ({ friendly_name }) => friendly_name },
              sid,
              { name: "Digits", cell: ({ code_length }) => code_length, isNumber: true },
              made,
            ]}
          />
          <Pager meta={data.meta} />
        </>
      )}
      {mayWrite() && (
        <Add summary="Make a service" operationId="createService" action="Make the service" submit={create} />
      )}
    </>
  );
}
