import { messages } from "virtual:operations";
import { unwrap } from "@countersign/client";
import { client, isSandbox } from "../api.ts";
import { Facts } from "../components/facts.tsx";
import { Problem } from "../components/problem.tsx";
import { Recipient, wholeRecipient } from "../components/recipient.tsx";
import { Title } from "../components/title.tsx";
import { UnderTitle } from "../components/under-title.tsx";
import { When } from "../components/when.tsx";
import { useLoad } from "../load.ts";
import { SafeListing } from "../operate/safe-list.tsx";
import { hrefTo } from "../router.ts";

/** Why a start was refused, so that there is no verification to look at. */
export function RefusedStart({ sid }: { sid: string }) {
  const load = (signal: AbortSignal) =>
    unwrap(client.GET("/console/refused_starts/{Sid}", { params: { path: { Sid: sid } }, signal }));
  const { data, error, reload } = useLoad(load, [sid]);
  return (
    <>
      <Title>Refused start</Title>
      <UnderTitle all="All verifications" path="/verifications" sid={sid} />
      <Problem error={error} retry={reload} />
      {data && (
        <>
          <Problem error={refusalOf(data.error_code)} />
          <Facts
            facts={[
              ["Recipient", <Recipient sid={sid} to={data.to} isMasked={data.is_masked} />],
              ["Service", <code>{data.service_sid}</code>],
              ["Channel", data.channel],
              ["Country", data.country],
              ["Parameter at fault", data.parameter],
              ["When", <When date={data.date_created} />],
            ]}
          />
          <div class="actions">
            {isSandbox() && <a href={hrefTo(`/requests/${sid}`)}>Open the request</a>}
            {data.to && (
              <SafeListing
                code={data.error_code}
                to={data.to}
                whole={data.is_masked ? () => wholeRecipient(sid) : undefined}
              />
            )}
          </div>
        </>
      )}
    </>
  );
}

/** A start of v1 has a code of v1, which v2 may not have. */
function refusalOf(code: number) {
  const api = messages.v2[code] ? "v2" : "v1";
  return { api, code, message: messages[api][code] ?? "" };
}
