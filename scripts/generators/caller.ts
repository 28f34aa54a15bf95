/** What each program does with its generated code: a start, a check, and a refusal that it tells by its code. */
export type Caller = (story: {
  baseUrl: string;
  service: string;
  headers: Record<string, string>;
  to: string;
  code: string;
  /** A recipient that has had all its messages, 60203. */
  refused: string;
}) => Promise<{ started: string | null; checked: string | null; isFull: boolean }>;
