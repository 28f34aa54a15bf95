import { hrefTo } from "../router.ts";
import { Copy } from "./copy.tsx";

/** What stands below the heading of one thing: the way back to all of them, and its SID. */
export function UnderTitle({ all, path, sid }: { all: string; path: string; sid: string }) {
  return (
    <p class="under-title">
      <a data-back href={hrefTo(path)}>
        {all}
      </a>
      <code>{sid}</code>
      <Copy text={sid} what="SID" label="Copy" />
    </p>
  );
}
