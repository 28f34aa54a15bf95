import { unwrap } from "@countersign/client";
import type { Service } from "@countersign/types";
import type { ComponentChildren } from "preact";
import { doIfSure } from "../act.ts";
import { client, mayWrite } from "../api.ts";
import { Facts } from "../components/facts.tsx";
import { Problem } from "../components/problem.tsx";
import { none } from "../components/table.tsx";
import { Tabs } from "../components/tabs.tsx";
import { Title } from "../components/title.tsx";
import { toast } from "../components/toast.tsx";
import { UnderTitle } from "../components/under-title.tsx";
import { useLoad } from "../load.ts";
import { go, hrefTo, place } from "../router.ts";
import type { Screen } from "../screens.ts";
import { SettingsForm, valuesOf } from "./form.tsx";
import { Messaging } from "./messaging.tsx";
import { Preview } from "./preview.tsx";
import { RateLimits } from "./rate-limits.tsx";
import { Templates } from "./templates.tsx";
import { Webhooks } from "./webhooks.tsx";

export const service: Screen = {
  path: "/services/:sid",
  title: "Service",
  modes: ["sandbox", "production"],
  component: OneService,
};

/** The settings of the form by the beginning of their names, each group behind a tab of its own. */
const groups = ["Totp", "Push", "Whatsapp", "Passkeys"];
/** Chosen among the templates. */
const isGeneral = (name: string) => !name.includes(".") && name !== "DefaultTemplateSid";

function OneService({ params: { sid = "" } }: { params: Record<string, string> }) {
  const path = { Sid: sid };
  const load = (signal: AbortSignal) => unwrap(client.GET("/v2/Services/{Sid}", { params: { path }, signal }));
  const { data, error, reload } = useLoad(load, [sid]);
  const save = async (body: object) => {
    await unwrap(client.POST("/v2/Services/{Sid}", { params: { path }, body }));
    toast("Saved");
    reload();
  };
  const { tab } = place.value.query;
  return (
    <>
      <Title actions={data && mayWrite() && <Delete service={data} />}>{data?.friendly_name ?? "Service"}</Title>
      <Problem error={error} />
      {data && (
        <>
          <UnderTitle all="All services" path="/services" sid={sid}>
            <a href={hrefTo("/verifications", { service_sid: sid })}>Its verifications</a>
            <a href={hrefTo("/entities", { ServiceSid: sid })}>Its entities</a>
          </UnderTitle>
          <Tabs
            key={tab}
            label="Settings"
            first={tab}
            tabs={[
              [
                "General",
                () => (
                  <div class="beside">
                    <Settings service={data} belongs={isGeneral} save={save} />
                    <Preview sid={sid} changes={data.date_updated} />
                  </div>
                ),
              ],
              ["Templates", () => <Templates service={data} save={save} />],
              ["Messaging configurations", () => <Messaging serviceSid={sid} />],
              ["Rate limits", () => <RateLimits serviceSid={sid} />],
              ["Webhooks", () => <Webhooks serviceSid={sid} />],
              ...groups.map((group): [string, () => ComponentChildren] => [
                group,
                () => (
                  <Settings key={group} service={data} belongs={(name) => name.startsWith(`${group}.`)} save={save} />
                ),
              ]),
            ]}
          />
        </>
      )}
    </>
  );
}

interface SettingsProps {
  service: Service;
  belongs: (name: string) => boolean;
  save: (body: object) => Promise<unknown>;
}

function Settings({ service, belongs, save }: SettingsProps) {
  const initial = valuesOf(service, "updateService");
  if (!mayWrite()) {
    const facts = Object.entries(initial).filter(([name]) => belongs(name));
    return <Facts facts={facts.map(([name, value]) => [name, value || none])} />;
  }
  return <SettingsForm operationId="updateService" initial={initial} only={belongs} action="Save" submit={save} />;
}

function Delete({ service }: { service: Service }) {
  const name = service.friendly_name ?? "";
  const remove = async () => {
    const question = {
      title: `Delete ${name}?`,
      text: "Its pending verifications, entities, rate limits and messages that wait go with it. The log of what was sent stays.",
      action: "Delete the service",
      typed: name,
    };
    const params = { path: { Sid: service.sid ?? "" } };
    const call = () => client.DELETE("/v2/Services/{Sid}", { params });
    if (await doIfSure(question, call, `${name} is deleted`)) go("/services");
  };
  return (
    <button type="button" class="danger" onClick={remove}>
      Delete
    </button>
  );
}
