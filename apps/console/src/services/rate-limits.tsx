import { unwrap } from "@countersign/client";
import type { Bucket, RateLimit } from "@countersign/types";
import { doIfSure } from "../act.ts";
import { client, mayWrite } from "../api.ts";
import { duration } from "../clock.ts";
import { Problem } from "../components/problem.tsx";
import { Quiet } from "../components/quiet.tsx";
import { useLoad } from "../load.ts";
import { Editable } from "./editable.tsx";
import { Add } from "./form.tsx";

/** The rate limits of a service, each with its buckets. */
export function RateLimits({ serviceSid }: { serviceSid: string }) {
  const path = { ServiceSid: serviceSid };
  const { data, error, reload } = useLoad(
    (signal) =>
      unwrap(
        client.GET("/v2/Services/{ServiceSid}/RateLimits", { params: { path, query: { PageSize: 100 } }, signal }),
      ),
    [serviceSid],
  );
  const create = async (body: Record<string, unknown>) => {
    await unwrap(
      client.POST("/v2/Services/{ServiceSid}/RateLimits", { params: { path }, body: body as { UniqueName: string } }),
    );
    reload();
  };
  return (
    <div class="sections">
      <Problem error={error} />
      {data?.rate_limits.length === 0 && (
        <p>None. A rate limit bounds the starts that carry one value of a name, such as an address or a device.</p>
      )}
      {data?.rate_limits.map((limit) => (
        <OneLimit key={limit.sid} limit={limit} reload={reload} />
      ))}
      {mayWrite() && (
        <Add summary="Make a rate limit" operationId="createRateLimit" action="Make the rate limit" submit={create} />
      )}
    </div>
  );
}

function OneLimit({ limit, reload }: { limit: RateLimit; reload: () => void }) {
  const { description } = limit;
  const [sid, serviceSid, unique_name] = [limit.sid, limit.service_sid, limit.unique_name].map(given) as Three;
  const path = { ServiceSid: serviceSid, RateLimitSid: sid };
  const buckets = useLoad(
    (signal) =>
      unwrap(
        client.GET("/v2/Services/{ServiceSid}/RateLimits/{RateLimitSid}/Buckets", {
          params: { path, query: { PageSize: 100 } },
          signal,
        }),
      ),
    [sid],
  );
  const create = async (body: Record<string, unknown>) => {
    const whole = body as { Max: number; Interval: number };
    await unwrap(
      client.POST("/v2/Services/{ServiceSid}/RateLimits/{RateLimitSid}/Buckets", { params: { path }, body: whole }),
    );
    buckets.reload();
  };
  const remove = async () => {
    const text = "Its buckets go with it. Starts that name it are refused then.";
    const question = { title: `Delete ${unique_name}?`, text, action: "Delete", typed: unique_name };
    const params = { path: { ServiceSid: serviceSid, Sid: sid } };
    const call = () => client.DELETE("/v2/Services/{ServiceSid}/RateLimits/{Sid}", { params });
    if (await doIfSure(question, call, `${unique_name} is deleted`)) reload();
  };
  return (
    <section class="card">
      <div class="title">
        <h2>{unique_name}</h2>
        {mayWrite() && (
          <Quiet onClick={remove} label={`Delete ${unique_name}`}>
            Delete
          </Quiet>
        )}
      </div>
      {description && <p class="faint">{description}</p>}
      <Problem error={buckets.error} />
      <ul class="stack">
        {buckets.data?.buckets.map((bucket) => (
          <OneBucket key={bucket.sid} bucket={bucket} reload={buckets.reload} />
        ))}
      </ul>
      {buckets.data?.buckets.length === 0 && <p>No bucket yet: it limits nothing.</p>}
      {mayWrite() && <Add summary="Add a bucket" operationId="createBucket" action="Add the bucket" submit={create} />}
    </section>
  );
}

function OneBucket({ bucket, reload }: { bucket: Bucket; reload: () => void }) {
  const { max, interval } = bucket;
  const [sid, serviceSid, rateLimitSid] = [bucket.sid, bucket.service_sid, bucket.rate_limit_sid].map(given) as Three;
  const params = { path: { ServiceSid: serviceSid, RateLimitSid: rateLimitSid, Sid: sid } };
  const path = "/v2/Services/{ServiceSid}/RateLimits/{RateLimitSid}/Buckets/{Sid}";
  return (
    <Editable
      name={`${max.toLocaleString("en")} in ${duration(interval)}`}
      operationId="updateBucket"
      resource={bucket}
      update={(body) => unwrap(client.POST(path, { params, body }))}
      removal="What was counted in it is forgotten."
      remove={() => client.DELETE(path, { params })}
      removed="The bucket is deleted"
      reload={reload}
    />
  );
}

type Three = [string, string, string];

/** The wire's types let a name be null, which none ever is. */
const given = (name: string | null): string => name ?? "";
