import { unwrap } from "@countersign/client";
import { client, mayWrite } from "../api.ts";
import type { Options } from "../components/choice.tsx";
import { Problem } from "../components/problem.tsx";
import { countryName } from "../countries.ts";
import { useLoad } from "../load.ts";
import { Editable } from "./editable.tsx";
import { Add } from "./form.tsx";

const all = "/v2/Services/{ServiceSid}/MessagingConfigurations";
const one = `${all}/{Country}` as const;

/** By which of the operator's routes SMS leave, country by country. */
export function Messaging({ serviceSid }: { serviceSid: string }) {
  const path = { ServiceSid: serviceSid };
  const load = async (signal: AbortSignal) => {
    const [{ messaging_configurations }, { sms_routes }, { countries }] = await Promise.all([
      unwrap(client.GET(all, { params: { path, query: { PageSize: 1000 } }, signal })),
      unwrap(client.GET("/console/sms_routes", { signal })),
      unwrap(client.GET("/console/guard", { signal })),
    ]);
    const routes: Options = sms_routes.map(({ sid, providers }) => [sid, `${sid}: ${providers.join(", then ")}`]);
    return { configurations: messaging_configurations, routes, countries };
  };
  const { data, error, reload } = useLoad(load, [serviceSid]);
  if (!data) return <Problem error={error} />;
  const { configurations, routes } = data;
  const taken = new Set(configurations.map(({ country }) => country));
  const places = data.countries.map(({ country }) => [country, countryName(country)] as const);
  const byName = places.sort(([, a], [, b]) => a.localeCompare(b));
  const free = [["all", placeName("all")] as const, ...byName].filter(([country]) => !taken.has(country));
  const create = async (body: object) => {
    await unwrap(
      client.POST(all, { params: { path }, body: body as { Country: string; MessagingServiceSid: string } }),
    );
    reload();
  };
  return (
    <div class="stack">
      <Problem error={error} />
      <p>
        {routes.length > 0
          ? "An SMS leaves by the route that is chosen for its country here, and else as the server sends by itself."
          : "Whoever runs this server has set up no routes: every SMS leaves as the server sends by itself."}
      </p>
      <ul class="stack">
        {configurations.map((configuration) => {
          const [Country, sid] = [configuration.country ?? "", configuration.messaging_service_sid ?? ""];
          const known = routes.find(([route]) => route === sid) ?? ([sid, `${sid}, which is set up no more`] as const);
          const params = { path: { ...path, Country } };
          return (
            <Editable
              key={Country}
              name={`${placeName(Country)} by ${known[1]}`}
              operationId="updateMessagingConfiguration"
              resource={configuration}
              options={{ MessagingServiceSid: routes.includes(known) ? routes : [known, ...routes] }}
              update={(body) => unwrap(client.POST(one, { params, body: body as { MessagingServiceSid: string } }))}
              removal="From the next start on, an SMS there leaves by the route of all other countries, or else as the server sends by itself."
              remove={() => client.DELETE(one, { params })}
              removed={`${placeName(Country)} has no route of its own`}
              reload={reload}
            />
          );
        })}
      </ul>
      {mayWrite() && routes.length > 0 && (
        <Add
          summary="Choose a route for a country"
          operationId="createMessagingConfiguration"
          options={{ Country: free, MessagingServiceSid: routes }}
          action="Choose the route"
          submit={create}
        />
      )}
    </div>
  );
}

const placeName = (country: string) => (country === "all" ? "All other countries" : countryName(country));
