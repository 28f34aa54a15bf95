import { locales } from "virtual:operations";
import { unwrap } from "@countersign/client";
import type { Template } from "@countersign/types";
import { useEffect, useRef, useState } from "preact/hooks";
import { client } from "../api.ts";
import { channelOptions } from "../channels.ts";
import { Choice } from "../components/choice.tsx";
import { Problem } from "../components/problem.tsx";
import { useLoad } from "../load.ts";
import { hrefTo } from "../router.ts";
import type { Values } from "../try-it/request.ts";

type Channel = "sms" | "call" | "email" | "whatsapp";

interface Props {
  sid: string;
  /** Whatever has it written anew. */
  changes: unknown;
  /** By which it is written; else as the service does by itself. */
  template?: Template | undefined;
}

/** What a person gets from the service, in each language. */
export function Preview({ sid, changes, template }: Props) {
  const channels = template?.channels?.map((each) => (each === "voice" ? "call" : each)) ?? allChannels;
  const languages = template?.translations ? Object.keys(template.translations) : locales;
  const [channel = "sms", setChannel] = useState<string | undefined>(channels[0]);
  const [locale = "en", setLocale] = useState(languages.find((each) => each === "en") ?? languages[0]);
  const [values, setValues] = useState<Values>({});
  const names = variablesOf(template?.translations?.[locale]?.text);
  // Until something is typed, the name of a variable shows where it stands.
  const given = Object.fromEntries(names.map((name) => [name, values[name] || name]));
  const by = template && { template_sid: template.sid ?? "", substitutions: JSON.stringify(given) };
  const query = { channel: channel as Channel, locale: locale as (typeof locales)[number], ...by };
  const load = (signal: AbortSignal) =>
    unwrap(client.GET("/console/services/{Sid}/preview", { params: { path: { Sid: sid }, query }, signal }));
  const { data, error } = useLoad(load, [sid, changes, JSON.stringify(query)]);
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    if (template) section.current?.scrollIntoView({ block: "nearest" });
  }, []);
  return (
    <section ref={section} class="preview" aria-label="What a person gets">
      <h2>What a person gets{template && `: ${template.friendly_name}`}</h2>
      <div class="filters">
        <Choice label="Channel" options={channelOptions(channels)} value={channel} change={setChannel} />
        <Choice label="Language" options={languages.map((each) => [each, each])} value={locale} change={setLocale} />
        {names.map((name) => (
          <label key={name}>
            {name}
            <input
              value={values[name] ?? ""}
              maxLength={100}
              onInput={({ currentTarget }) => setValues({ ...values, [name]: currentTarget.value })}
            />
          </label>
        ))}
      </div>
      <Problem error={error} />
      {data && !error && (
        <>
          <div class="message" dir="auto" lang={data.locale}>
            {data.subject && <h3>{data.subject}</h3>}
            {data.press_key && <p class="spoken">{data.press_key}</p>}
            <p class={channel === "call" ? "spoken" : "said"}>{data.text.trim()}</p>
          </div>
          {data.sms_parts && <p class="faint">{data.sms_parts === 1 ? "One SMS" : `${data.sms_parts} SMS`}</p>}
          {!template && data.template_sid && (
            <a href={hrefTo(`/services/${sid}`, { tab: "Templates", template: data.template_sid })}>By its template</a>
          )}
        </>
      )}
    </section>
  );
}

const allChannels: Channel[] = ["sms", "call", "whatsapp", "email"];
const usual = new Set(["code", "friendly_name", "ttl", "amount", "payee"]);

/** What stands in two braces and is the caller's to say. */
function variablesOf(text = ""): string[] {
  return [...new Set(text.match(/(?<=\{\{)\w+(?=\}\})/g))].filter((name) => !usual.has(name));
}
