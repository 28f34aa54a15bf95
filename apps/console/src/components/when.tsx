import { duration, now, relative } from "../clock.ts";

/** How long ago, with the time itself on top of it. */
export function When({ date }: { date: string }) {
  return (
    <time dateTime={date} title={absolute(date)}>
      {relative(Date.parse(date), now.value)}
    </time>
  );
}

/** The columns of what was made, and has a name of the server's. */
export const made = {
  name: "Made",
  cell: ({ date_created }: { date_created: string | null }) => <When date={date_created ?? ""} />,
};
export const sid = { name: "Sid", cell: ({ sid }: { sid: string | null }) => <code>{sid}</code> };

/** How much time is left until then, or that none is. */
export function Left({ until }: { until: string }) {
  const seconds = (Date.parse(until) - now.value) / 1000;
  return (
    <time dateTime={until} title={absolute(until)}>
      {seconds > 0 ? `${duration(seconds)} left` : "expired"}
    </time>
  );
}

/** In GMT, as the wire tells it, so that it can be found in a log. */
export function absolute(date: string): string {
  return `${date.replace("T", " ").replace("Z", "")} GMT`;
}
