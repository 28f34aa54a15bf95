import { unwrap } from "@countersign/client";
import type { FigureCounts as Counts, Figures } from "@countersign/types";
import { client } from "../api.ts";
import { channelName } from "../channels.ts";
import { duration, now } from "../clock.ts";
import { Problem } from "../components/problem.tsx";
import { Title } from "../components/title.tsx";
import { absolute } from "../components/when.tsx";
import { useLoad } from "../load.ts";
import { hrefTo, place } from "../router.ts";
import type { Screen } from "../screens.ts";
import { type Bar, Plot } from "./plot.tsx";
import { Ranking } from "./ranking.tsx";

export const overview: Screen = {
  path: "/overview",
  title: "Overview",
  modes: ["sandbox", "production"],
  group: "Verify",
  letter: "o",
  component: Overview,
};

/** How far back one may look, and what a bar is then. */
const ranges = {
  "24h": { name: "24 hours", hours: 24, by: "hour" },
  "7d": { name: "7 days", hours: 168, by: "day" },
  "30d": { name: "30 days", hours: 720, by: "day" },
} as const;
type Range = keyof typeof ranges;

const hourMs = 3_600_000;

/** How much is sent, how much of it comes to an approval, and what stands in the way. */
function Overview() {
  const wanted = place.value.query.range ?? "";
  const range: Range = wanted in ranges ? (wanted as Range) : "24h";
  const { data, error } = useLoad(() => load(range), [range], 30);
  return (
    <>
      <Title actions={<Ranges chosen={range} />}>Overview</Title>
      <Problem error={error} />
      {data && <Shown {...data} range={range} />}
    </>
  );
}

function Ranges({ chosen }: { chosen: Range }) {
  return (
    <nav aria-label="How far back" class="choices">
      {Object.entries(ranges).map(([range, { name }]) => (
        <a key={range} href={hrefTo("/overview", { range })} aria-current={range === chosen ? "true" : undefined}>
          {name}
        </a>
      ))}
    </nav>
  );
}

async function load(range: Range) {
  const { hours, by } = ranges[range];
  const unit = by === "hour" ? hourMs : 24 * hourMs;
  // Whole bars: the last one is the one that is not over yet.
  const end = Math.floor(now.value / unit) * unit + unit;
  const [after, before] = [end - hours * hourMs, end].map((time) => new Date(time).toISOString().slice(0, 19));
  const of = (group: Figures["group"]): Promise<Figures> =>
    unwrap(
      client.GET("/console/figures", { params: { query: { by, group, after: `${after}Z`, before: `${before}Z` } } }),
    );
  const [channel, country, provider, refused] = await Promise.all([
    of("channel"),
    of("country"),
    of("provider"),
    of("error"),
  ]);
  return { channel, country, provider, refused, from: `${after}Z`, unit, end };
}

function Shown({
  channel,
  country,
  provider,
  refused,
  from,
  unit,
  end,
  range,
}: Awaited<ReturnType<typeof load>> & { range: Range }) {
  const { sum, former } = channel;
  const { hours, name } = ranges[range];
  const labelOf = (time: number) => new Date(time).toISOString().slice(...(unit === hourMs ? [11, 16] : [5, 10]));
  const bars: Bar[] = Array.from({ length: (hours * hourMs) / unit }, (_, index) => {
    const time = end - hours * hourMs + index * unit;
    const here = channel.figures.filter(({ date }) => Math.floor(Date.parse(date) / unit) * unit === time);
    return { label: labelOf(time), all: total(here, "sends"), good: total(here, "approvals") };
  });
  return (
    <div class="overview">
      <dl class="tiles">
        <Tile name="Starts" value={count(sum.starts)} former={count(former.starts)} />
        <Tile name="Sends" value={count(sum.sends)} former={count(former.sends)} />
        <Tile name="Approvals" value={count(sum.approvals)} former={count(former.approvals)} />
        <Tile name="Conversion" value={share(sum)} former={share(former)} />
        <Tile name="Approved, half" value={time(sum.approval_seconds_p50)} former={time(former.approval_seconds_p50)} />
        <Tile name="Approved, 95 %" value={time(sum.approval_seconds_p95)} former={time(former.approval_seconds_p95)} />
      </dl>
      {sum.sends === 0 && <p>No sends since {absolute(from)}.</p>}
      <Plot caption={`Sends and approvals, ${name}`} names={["sends", "approvals"]} bars={bars} />
      <div class="rankings">
        <Ranking
          title="Channels"
          none="Nothing was sent."
          ranks={channel.totals.map(({ group, ...counts }) => ({
            name: channelName(group),
            value: counts.sends,
            more: `${share(counts)} approved`,
            href: hrefTo("/verifications", { channel: group, after: from }),
          }))}
        />
        <Ranking
          title="Countries"
          none="Nothing was sent."
          ranks={country.totals.map(({ group, ...counts }) => ({
            name: group || "no country",
            value: counts.sends,
            more: `${share(counts)} approved`,
            ...(group && { href: hrefTo("/verifications", { country: group, after: from }) }),
          }))}
        />
        <Ranking
          title="Providers"
          none="No provider took anything."
          ranks={provider.totals.map(({ group, sends, undelivered }) => ({
            name: group || "none",
            value: sends,
            more: `${undelivered.toLocaleString("en")} undelivered`,
          }))}
        />
        <Ranking
          title="Refused or undelivered, by error"
          none="Nothing was refused, and all arrived."
          ranks={refused.totals.map(({ group, refused_starts, undelivered }) => ({
            name: group,
            value: refused_starts + undelivered,
            ...(group && { href: hrefTo("/verifications", { error_code: group, after: from }) }),
          }))}
        />
      </div>
    </div>
  );
}

function Tile({ name, value, former }: { name: string; value: string; former: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <strong>{value}</strong>
        <span class="faint">before: {former}</span>
      </dd>
    </div>
  );
}

function total(figures: Counts[], name: keyof Counts): number {
  return figures.reduce((sum, figure) => sum + figure[name], 0);
}

const count = (value: number) => value.toLocaleString("en");
const share = ({ starts, approvals }: Counts) => (starts === 0 ? "–" : `${Math.round((approvals / starts) * 100)} %`);
const time = (seconds: number | null) => (seconds === null ? "–" : duration(seconds));
