import type { ComponentChildren } from "preact";
import { hrefTo } from "../router.ts";
import { Copy } from "./copy.tsx";

/** What stands below the heading of one thing: the way back to all of them, and its SID. */
export function UnderTitle(props: { all: string; path: string; sid: string; children?: ComponentChildren }) {
  const { all, path, sid, children } = props;
  return (
    <p class="under-title">
      <a data-back href={hrefTo(path)}>
        {all}
      </a>
      <code>{sid}</code>
      <Copy text={sid} what="SID" label="Copy" />
      {children}
    </p>
  );
}
