/** One error of the catalogue: what it means and what to do about it. */
export type CatalogueEntry = {
  /** The API that answers it. The two share numbers with different meanings. */
  readonly api: "v1" | "v2";
  /** The number: `code` in a v2 body; `error_code`, there a string, in a v1 body. */
  readonly code: number;
  /** The HTTP status of the answer. */
  readonly status: number;
  /** The message as the catalogue prints it. The body's may name the parameter at fault. */
  readonly message: string;
  /** What leads to it. */
  readonly cause: string;
  /** What the caller can do. */
  readonly remedy: string;
  /** True when the same request can succeed later. */
  readonly retryable: boolean;
  /** The group that the v1 error table puts it in. */
  readonly category?: string;
};
