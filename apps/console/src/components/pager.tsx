import type { PageMeta } from "@countersign/client";
import { hrefTo, place } from "../router.ts";

/** The way to the pages before and after, by the addresses that the list itself gives. */
export function Pager({ meta }: { meta: Pick<PageMeta, "page" | "previous_page_url" | "next_page_url"> }) {
  const { previous_page_url: previous, next_page_url: next } = meta;
  if (!previous && !next) return null;
  return (
    <nav aria-label="Pages" class="actions">
      {previous ? <a href={hrefOf(previous)}>Newer</a> : <span class="faint">Newer</span>}
      <span class="faint">Page {meta.page + 1}</span>
      {next ? <a href={hrefOf(next)}>Older</a> : <span class="faint">Older</span>}
    </nav>
  );
}

/** What of the address asks for a page, beside the filters that stand in the place already. */
export function hrefOf(url: string): string {
  const { searchParams } = new URL(url);
  const { path, query } = place.value;
  return hrefTo(path, {
    ...query,
    Page: searchParams.get("Page") ?? "",
    PageToken: searchParams.get("PageToken") ?? "",
  });
}
