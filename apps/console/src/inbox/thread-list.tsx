import { useRef, useState } from "preact/hooks";
import { channelName } from "../channels.ts";
import { Badge } from "../components/badge.tsx";
import { When } from "../components/when.tsx";
import { hrefTo } from "../router.ts";
import type { Thread } from "./messages.ts";

/** Who got something, with what came last. What came since the page was opened, and was not looked at, is new. */
export function ThreadList({ threads, open }: { threads: Thread[]; open: string }) {
  const [sought, setSought] = useState("");
  const seen = useRef<Map<string, number>>(undefined);
  seen.current ??= new Map(threads.map(({ to, messages }) => [to, messages.length]));
  const shown = threads.filter(({ to }) => to.includes(sought.trim()));
  return (
    <nav aria-label="Recipients" class="threads">
      <input
        type="search"
        aria-label="Filter by recipient"
        placeholder="Filter by recipient"
        data-search
        value={sought}
        onInput={({ currentTarget }) => setSought(currentTarget.value)}
      />
      <ul>
        {shown.map(({ to, messages }) => {
          const last = messages.at(-1);
          if (to === open) seen.current?.set(to, messages.length);
          const unseen = messages.length - (seen.current?.get(to) ?? 0);
          return (
            <li key={to}>
              <a data-row href={hrefTo("/inbox", { to })} aria-current={to === open ? "true" : undefined}>
                <strong>{to}</strong>
                {last && <When date={last.date_created} />}
                <span>
                  {channelName(last?.channel ?? "")} · {last?.code || last?.text}
                </span>
                {unseen > 0 && <Badge tone="waiting">{unseen} new</Badge>}
              </a>
            </li>
          );
        })}
      </ul>
      {shown.length === 0 && <p class="faint">Nobody of that number or address.</p>}
    </nav>
  );
}
