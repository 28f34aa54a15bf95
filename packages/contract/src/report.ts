/** What a contract check found. */
export interface ContractReport {
  server: string;
  kind: ServerKind;
  /** How many requests were sent. */
  requests: number;
  ms: number;
  results: ContractResult[];
}

/**
 * What a server turned out to be: a sandbox with its powers, a service without them, or one that keeps nothing, as a mock.
 */
export type ServerKind = "sandbox" | "service" | "mock";

/** A story that was told, or an operation that was walked. */
export interface ContractResult {
  suite: "stories" | "operations";
  /** The id of the workflow or of the operation. */
  name: string;
  summary: string;
  requests: number;
  ms: number;
  departures: Departure[];
  /** What was left out, and why. */
  skipped: string[];
}

/** One way in which an answer departs from the document. */
export interface Departure {
  operationId: string;
  /** What the request was made for, as "an unknown Sid". */
  step: string;
  /** Method and path, with placeholders, so that it tells no key. */
  request: string;
  /** Absent when there was no answer. */
  status?: number;
  /** In words. */
  message: string;
}

/** Of what has not been called yet. */
export function emptyResult(suite: ContractResult["suite"], name: string, summary: string): ContractResult {
  return { suite, name, summary, requests: 0, ms: 0, departures: [], skipped: [] };
}

/** How many departures a report has. */
export function departuresIn({ results }: ContractReport): number {
  return results.reduce((sum, { departures }) => sum + departures.length, 0);
}

/** Departures that are the same but for their steps, each with its steps, in the order of the first. */
export function grouped(departures: readonly Departure[]): (Departure & { steps: string[] })[] {
  const groups = new Map<string, Departure & { steps: string[] }>();
  for (const departure of departures) {
    const { operationId, status, message, step } = departure;
    const key = JSON.stringify([operationId, status, message]);
    const group = groups.get(key) ?? { ...departure, steps: [] };
    group.steps.push(step);
    groups.set(key, group);
  }
  return [...groups.values()];
}
