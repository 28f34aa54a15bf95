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
