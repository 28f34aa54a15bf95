import { unwrap } from "@countersign/client";
import { findError } from "@countersign/types";
import { client, isSandbox } from "../api.ts";
import { Problem } from "../components/problem.tsx";
import { Recipient } from "../components/recipient.tsx";
import { Title } from "../components/title.tsx";
import { UnderTitle } from "../components/under-title.tsx";
import { When } from "../components/when.tsx";
import { useLoad } from "../load.ts";
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
          <dl class="facts">
            <dt>Recipient</dt>
            <dd>
              <Recipient sid={sid} to={data.to} isMasked={data.is_masked} />
            </dd>
            <dt>Service</dt>
            <dd>
              <code>{data.service_sid}</code>
            </dd>
            <dt>Channel</dt>
            <dd>{data.channel ?? "none"}</dd>
            <dt>Country</dt>
            <dd>{data.country ?? "none"}</dd>
            <dt>Parameter at fault</dt>
            <dd>{data.parameter ?? "none"}</dd>
            <dt>When</dt>
            <dd>
              <When date={data.date_created} />
            </dd>
          </dl>
          {isSandbox() && (
            <p class="actions">
              <a href={hrefTo(`/requests/${sid}`)}>Open the request</a>
            </p>
          )}
        </>
      )}
    </>
  );
}

/** A start of v1 has a code of v1, which v2 may not have. */
function refusalOf(code: number) {
  const api = findError("v2", code) ? "v2" : "v1";
  return { api, code, message: findError(api, code)?.message ?? "" };
}
