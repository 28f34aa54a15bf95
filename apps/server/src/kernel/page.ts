import type { PageMeta } from "@countersign/types";
import { accepted, type Outcome, refused } from "./refusal.ts";

/** A page of a list ordered by time of creation, then sid. */
export interface PageRequest {
  size: number;
  /** The item beside which the page begins; absent for the first page. */
  from?: { direction: "after" | "before"; createdAt: number; sid: string };
}

export interface Page<T> {
  items: T[];
  hasPrevious: boolean;
  hasNext: boolean;
}

/** The paging parameters that every list takes. */
interface PageQuery {
  PageSize?: number;
  Page?: number;
  PageToken?: string;
}

const sizeDefault = 50;

/**
 * What a list answers: the page that its query asks for, each thing written by `bodyOf`.
 * @param read nothing where the token was not issued for it
 */
export async function listed<Key extends string, T extends { createdAt: number; sid: string }, Body>(
  key: Key,
  { query, url }: { query: PageQuery; url: () => URL },
  read: (request: PageRequest) => Promise<Page<T> | undefined>,
  bodyOf: (thing: T) => Body,
): Promise<Outcome<{ [Name in Key]: Body[] } & { meta: PageMeta }, 21481>> {
  const request = pageRequest(query);
  if (!request.ok) return request;
  const page = await read(request.value);
  if (!page) return refused(21481);
  const meta = pageMeta(key, query, page, url);
  return accepted({ [key]: page.items.map(bodyOf), meta } as { [Name in Key]: Body[] } & { meta: PageMeta });
}

/**
 * The page that a query asks for.
 * @returns 21481 when the token was not issued for a list.
 */
export function pageRequest({ PageSize, PageToken }: PageQuery) {
  const size = PageSize ?? sizeDefault;
  if (PageToken === undefined) return accepted<PageRequest>({ size });
  const [, direction, createdAt, sid] = /^P([AB])(\d{1,15})-([A-Z]{2}[0-9a-fA-F]{32})$/.exec(PageToken) ?? [];
  if (sid === undefined) return refused(21481);
  return accepted<PageRequest>({
    size,
    from: { direction: direction === "A" ? "after" : "before", createdAt: Number(createdAt), sid },
  });
}

/** The page of a list that is all in memory, in its own order; undefined where the token was not issued for it. */
export function pageOf<T extends { sid: string }>(all: readonly T[], { size, from }: PageRequest): Page<T> | undefined {
  const index = from ? all.findIndex(({ sid }) => sid === from.sid) : -1;
  if (from && index < 0) return undefined;
  const start = from?.direction === "before" ? Math.max(0, index - size) : index + 1;
  const end = from?.direction === "before" ? index : start + size;
  return { items: all.slice(start, end), hasPrevious: start > 0, hasNext: end < all.length };
}

/**
 * The `meta` of a page. Its addresses are absolute, and keep the filters of the request.
 * @param url makes the address of the request.
 */
export function pageMeta<T extends { createdAt: number; sid: string }>(
  key: string,
  { PageSize, Page: number = 0 }: PageQuery,
  { items, hasPrevious, hasNext }: Page<T>,
  url: () => URL,
): PageMeta {
  const size = PageSize ?? sizeDefault;
  const address = url();
  const at = (page: number, token?: string) => pageUrl(address, size, Math.max(0, page), token);
  const [first, last] = [items[0], items.at(-1)];
  return {
    page: number,
    page_size: size,
    first_page_url: at(0),
    previous_page_url: hasPrevious && first ? at(number - 1, tokenOf("B", first)) : null,
    url: written(address).href,
    next_page_url: hasNext && last ? at(number + 1, tokenOf("A", last)) : null,
    key,
  };
}

/** The same address, with everything in its query encoded: a caller may leave characters as they are that no URI has. */
function written(url: URL): URL {
  const copy = new URL(url);
  copy.search = copy.searchParams.toString();
  return copy;
}

function tokenOf(direction: "A" | "B", { createdAt, sid }: { createdAt: number; sid: string }): string {
  return `P${direction}${createdAt}-${sid}`;
}

function pageUrl(url: URL, size: number, page: number, token?: string): string {
  const target = written(url);
  target.searchParams.set("PageSize", String(size));
  target.searchParams.set("Page", String(page));
  // One of the official SDKs spells it with a small letter, where a list takes that.
  for (const name of ["PageToken", "pageToken"]) target.searchParams.delete(name);
  if (token !== undefined) target.searchParams.set("PageToken", token);
  return target.href;
}
