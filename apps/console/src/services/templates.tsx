import { unwrap } from "@countersign/client";
import type { Service, Template } from "@countersign/types";
import { client, mayWrite } from "../api.ts";
import { channelName } from "../channels.ts";
import { Status } from "../components/badge.tsx";
import { Facts } from "../components/facts.tsx";
import { Problem } from "../components/problem.tsx";
import { none, Table } from "../components/table.tsx";
import { useLoad } from "../load.ts";
import { hrefTo, place } from "../router.ts";
import { SettingsForm } from "./form.tsx";
import { Preview } from "./preview.tsx";

interface Props {
  service: Service;
  save: (body: object) => Promise<unknown>;
}

/** How messages may read, which of it the service uses by itself, and what a person gets then. */
export function Templates({ service, save }: Props) {
  const load = (signal: AbortSignal) =>
    unwrap(client.GET("/v2/Templates", { params: { query: { PageSize: 1000 } }, signal }));
  const { data, error } = useLoad(load, []);
  if (!data) return <Problem error={error} />;
  const { templates } = data;
  const chosen = templates.find(({ sid }) => sid === place.value.query.template);
  const usual = service.default_template_sid ?? "";
  const names = templates.map(({ sid, friendly_name }) => [sid ?? "", friendly_name ?? ""] as const);
  if (usual && !new Map(names).has(usual)) names.push([usual, `${usual}, which the server has no more`]);
  return (
    <div class="beside">
      <div class="sections">
        {mayWrite() ? (
          <SettingsForm
            operationId="updateService"
            initial={{ DefaultTemplateSid: usual }}
            only={(name) => name === "DefaultTemplateSid"}
            options={{ DefaultTemplateSid: [["", "none: the service's own words"], ...names] }}
            action="Save"
            submit={save}
          />
        ) : (
          <Facts facts={[["DefaultTemplateSid", new Map(names).get(usual) ?? none]]} />
        )}
        <Preview key={chosen?.sid} sid={service.sid ?? ""} changes={service.date_updated} template={chosen} />
        {chosen && (
          <details>
            <summary>Its text in every language</summary>
            <Facts facts={Object.values(chosen.translations ?? {}).map((each) => [each.locale, <Text {...each} />])} />
          </details>
        )}
      </div>
      <Table
        caption="Templates"
        rows={templates}
        keyOf={({ sid }) => sid ?? ""}
        hrefOf={({ sid }) => hrefTo(place.value.path, { tab: "Templates", template: sid ?? "" })}
        columns={columns}
      />
    </div>
  );
}

type Translation = NonNullable<Template["translations"]>[string];

function Text({ locale, status, text }: Translation) {
  return (
    <>
      {status !== "approved" && <Status status={status} />}{" "}
      <span dir="auto" lang={locale}>
        {text}
      </span>
    </>
  );
}

const columns = [
  { name: "Template", cell: ({ friendly_name }: Template) => friendly_name },
  {
    name: "Channels",
    cell: ({ channels }: Template) => channels?.map((each) => channelName(each === "voice" ? "call" : each)).join(", "),
  },
  {
    name: "Languages",
    cell: ({ translations }: Template) => <Languages translations={Object.values(translations ?? {})} />,
  },
];

/** How many may be sent, and by name those that may not. */
function Languages({ translations }: { translations: Translation[] }) {
  const waiting = translations.filter(({ status }) => status !== "approved");
  return (
    <>
      {translations.length - waiting.length} approved
      {waiting.map(({ locale, status }) => (
        <span key={locale}>
          , {locale} <Status status={status} />
        </span>
      ))}
    </>
  );
}
