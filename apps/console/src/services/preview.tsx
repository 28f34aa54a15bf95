import { locales } from "virtual:operations";
import { unwrap } from "@countersign/client";
import { useState } from "preact/hooks";
import { client } from "../api.ts";
import { channelOptions } from "../channels.ts";
import { Choice } from "../components/choice.tsx";
import { Problem } from "../components/problem.tsx";
import { useLoad } from "../load.ts";

type Channel = "sms" | "call" | "email" | "whatsapp";

/** What a person gets from the service, in each language. @param changes whatever has it written anew */
export function Preview({ sid, changes }: { sid: string; changes: unknown }) {
  const [channel, setChannel] = useState<Channel>("sms");
  const [locale, setLocale] = useState<(typeof locales)[number]>("en");
  const load = (signal: AbortSignal) =>
    unwrap(
      client.GET("/console/services/{Sid}/preview", {
        params: { path: { Sid: sid }, query: { channel, locale } },
        signal,
      }),
    );
  const { data, error } = useLoad(load, [sid, channel, locale, changes]);
  return (
    <section class="preview" aria-label="What a person gets">
      <h2>What a person gets</h2>
      <div class="filters">
        <Choice
          label="Channel"
          options={channelOptions(["sms", "call", "whatsapp", "email"])}
          value={channel}
          change={(value) => setChannel(value as Channel)}
        />
        <Choice
          label="Language"
          options={locales.map((each) => [each, each])}
          value={locale}
          change={(value) => setLocale(value as typeof locale)}
        />
      </div>
      <Problem error={error} />
      {data && (
        <div class="message" dir="auto" lang={data.locale}>
          {data.subject && <h3>{data.subject}</h3>}
          {data.press_key && <p class="spoken">{data.press_key}</p>}
          <p class={channel === "call" ? "spoken" : "said"}>{data.text.trim()}</p>
        </div>
      )}
      {data?.sms_parts && <p class="faint">{data.sms_parts === 1 ? "One SMS" : `${data.sms_parts} SMS`}</p>}
    </section>
  );
}
